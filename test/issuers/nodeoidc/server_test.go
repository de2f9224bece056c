//go:build issuers

package nodeoidc

import (
	"bufio"
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/test/internal/child"
	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
)

//go:embed server.mjs
var program string

// other is an API beside ours that the server issues tokens for, too.
const other = "https://invoices.example.com"

// server is a running oidc-provider.
type server struct {
	folder, secret string
	port           int
	stop           func()
}

// start starts a server that signs with the first of these keys and publishes all.
func start(t testing.TB, keys ...string) *server {
	t.Helper()
	s := &server{folder: t.TempDir(), secret: rand.Text()}
	s.restart(t, keys...)
	t.Cleanup(func() { s.stop() })
	return s
}

// restart starts the server anew, at the same port, with other keys.
func (s *server) restart(t testing.TB, keys ...string) {
	t.Helper()
	if s.stop != nil {
		s.stop()
	}
	root, err := localcloud.Root()
	if err != nil {
		t.Fatal(err)
	}
	tools := filepath.Join(root, ".tools", "oidc-provider")
	if _, err := os.Stat(filepath.Join(tools, "node_modules")); err != nil {
		t.Fatal(".tools/oidc-provider is missing: run test/tools/setup.sh oidc-provider")
	}
	config, err := json.Marshal(map[string]any{
		"port": s.port, "keys": keys, "folder": s.folder, "secret": s.secret, "resources": []string{door.Audience, other},
	})
	if err != nil {
		t.Fatal(err)
	}
	node := child.New("node", "--input-type=module", "--eval", program)
	node.Cmd.Dir = tools // where its packages are looked for
	node.Cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder}
	var complaints bytes.Buffer
	node.Cmd.Stderr = &complaints
	input, err := node.Cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := node.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	s.stop = func() { node.Stop(5 * time.Second) }
	if _, err := fmt.Fprintln(input, string(config)); err != nil {
		t.Fatal(err)
	}
	slow := time.AfterFunc(30*time.Second, s.stop)
	defer slow.Stop()
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err != nil {
		s.stop()
		t.Fatalf("oidc-provider did not start: %v\n%s", err, complaints.String())
	}
	var ready struct{ Port int }
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("oidc-provider said %q: %v", line, err)
	}
	s.port = ready.Port
}

func (s *server) url() string { return fmt.Sprintf("http://127.0.0.1:%d", s.port) }

// trusted is how an API trusts the server.
func (s *server) trusted(t testing.TB, clock *door.Clock) token.Issuer {
	t.Helper()
	return s.trustedAt(t, clock, s.keysURL(t))
}

func (s *server) trustedAt(t testing.TB, clock *door.Clock, keysURL string) token.Issuer {
	t.Helper()
	return token.Issuer{
		Name: "Partner", ID: "Partner", URL: s.url(), Profile: token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.RS256, keyset.ES256, keyset.EdDSA},
		Audiences:  map[string]string{"orders": door.Audience},
		AnyClient:  true,
		Keys:       clock.Keys(t, keysURL),
	}
}

// keysURL is where the server's metadata says that its keys are.
func (s *server) keysURL(t testing.TB) string {
	t.Helper()
	response, err := client.Get(s.url() + "/.well-known/oauth-authorization-server")
	if err != nil {
		t.Fatal(err)
	}
	var metadata struct {
		Issuer string
		Keys   string `json:"jwks_uri"`
	}
	decode(t, response, http.StatusOK, &metadata)
	if metadata.Issuer != s.url() || metadata.Keys == "" {
		t.Fatalf("metadata = %+v, want the issuer %s and its keys", metadata, s.url())
	}
	return metadata.Keys
}

// client uses no proxy and follows no redirects.
var client = &http.Client{
	Transport:     &http.Transport{},
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// decode reads an answer that must have this status.
func decode(t testing.TB, response *http.Response, status int, into any) {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Fatalf("%s = %d, want %d: %s", response.Request.URL.Path, response.StatusCode, status, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
