package suites

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"
)

// The vectors, at the version that was looked at. go.mod cannot require them,
// since they declare another module path than their repository's, so their hash
// is here instead of in go.sum, in the same form.
const (
	wycheproof    = "github.com/C2SP/wycheproof@v0.0.0-20250901140545-b51abcfb8daf"
	wycheproofSum = "h1:5BKKVVVj676FUWirLcouEEL6GCYR9X0opkMlEUck8FY="
)

// vectorFile is what we read of a file of vectors. Of a key, public has what a
// verifier gets; private has it where it is one and the same, as for HMAC.
type vectorFile struct {
	NumberOfTests int `json:"numberOfTests"`
	TestGroups    []struct {
		Type, Comment   string
		Public, Private json.RawMessage
		PublicKeyJwk    json.RawMessage `json:"publicKeyJwk"`
		KeyJwk          json.RawMessage `json:"keyJwk"`
		Tests           []vector
	} `json:"testGroups"`
}

type vector struct {
	ID              int             `json:"tcId"`
	Comment, Result string          // Result: valid, invalid or acceptable
	JWS, JWE        json.RawMessage // a string, or an object in the JSON form
	Msg, Sig        string          // hexadecimal, for vectors of a signature alone
}

// text returns the token as it would be sent.
func text(token json.RawMessage) string {
	var compact string
	if json.Unmarshal(token, &compact) == nil {
		return compact
	}
	return string(token)
}

// loadVectors returns a file of vectors, all of it: a test that saw fewer than
// the file says it has would prove little.
func loadVectors(t testing.TB, name string) vectorFile {
	t.Helper()
	archive, err := fetchWycheproof()
	if err != nil {
		t.Fatal(err)
	}
	content, err := readZip(archive, wycheproof+"/testvectors_v1/"+name+"_test.json")
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	n := 0
	for _, group := range file.TestGroups {
		n += len(group.Tests)
		for _, v := range group.Tests {
			if !slices.Contains([]string{"valid", "invalid", "acceptable"}, v.Result) {
				t.Fatalf("%s: vector %d has the result %q", name, v.ID, v.Result)
			}
		}
	}
	if n == 0 || n != file.NumberOfTests {
		t.Fatalf("%s: %d vectors, the file says %d", name, n, file.NumberOfTests)
	}
	return file
}

// fetchWycheproof returns the module's zip file, from the module cache or the
// proxy. Its hash is computed anew: the go command looked at it only when it
// came.
var fetchWycheproof = sync.OnceValues(func() (*zip.Reader, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", wycheproof)
	command.Dir = os.TempDir() // no module's go.mod counts
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var complaint bytes.Buffer
	command.Stderr = &complaint
	out, err := command.Output()
	var module struct{ Zip, Error string }
	if json.Unmarshal(out, &module) != nil || err != nil || module.Error != "" {
		return nil, fmt.Errorf("wycheproof's vectors cannot be had (28 MB, once), make `go mod download %s` work: %v %s %s", wycheproof, err, module.Error, complaint.Bytes())
	}
	archive, err := os.ReadFile(module.Zip)
	if err != nil {
		return nil, err
	}
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	if sum, err := moduleSum(reader); err != nil || sum != wycheproofSum {
		return nil, fmt.Errorf("wycheproof's vectors are not those that were looked at: sum %s %v, want %s", sum, err, wycheproofSum)
	}
	return reader, nil
})

// moduleSum computes the hash of a module as go.sum has it: SHA-256 over one
// line for each file, its own hash and its name, in the order of the names.
func moduleSum(archive *zip.Reader) (string, error) {
	sums := map[string][sha256.Size]byte{}
	for _, file := range archive.File {
		content, err := readZip(archive, file.Name)
		if err != nil {
			return "", err
		}
		sums[file.Name] = sha256.Sum256(content)
	}
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(all, "%x  %s\n", sums[name], name)
	}
	return "h1:" + base64.StdEncoding.EncodeToString(all.Sum(nil)), nil
}

// readZip reads one file of an archive.
func readZip(archive *zip.Reader, name string) ([]byte, error) {
	file, err := archive.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}
