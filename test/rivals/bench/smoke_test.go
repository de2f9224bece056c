package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/bench/lambdahost"
)

// aScene signs its tokens once for all tests.
var aScene = sync.OnceValues(func() (*scene, error) { return newScene(4) })

func scened(t *testing.T) *scene {
	t.Helper()
	s, err := aScene()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// aBundle installs the handler in JavaScript once; the folder goes with the
// tests' end.
var aBundle = sync.OnceValues(func() (*bundled, error) { return installNode(context.Background(), bundleFolder) })

var bundleFolder string

func TestMain(m *testing.M) {
	code := func() int {
		var err error
		if bundleFolder, err = os.MkdirTemp("", "scopeway-bench-test-"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(bundleFolder)
		return m.Run()
	}()
	os.Exit(code)
}

func bundledHandler(t *testing.T) *bundled {
	t.Helper()
	b, err := aBundle()
	switch {
	case errors.Is(err, errNoNode):
		t.Skip(err)
	case err != nil:
		t.Fatalf("the handler for Node.js cannot be installed; npm needs its registry for that, or a cache that has what node/package-lock.json names: %v", err)
	}
	return b
}

// asked is one event and what must become of it.
type asked struct {
	name  string
	event []byte
	want  bool
}

func questions(s *scene) []asked {
	forged := s.tokens["RS256"][1]
	forged = forged[:len(forged)-20] + strings.Repeat("A", 20)
	then := time.Now().Add(-3 * time.Hour).Unix()
	tokens := []struct {
		name, token string
		want        bool
	}{
		{"RS256", s.tokens["RS256"][0], true},
		{"ES256", s.tokens["ES256"][0], true},
		{"EdDSA", s.tokens["EdDSA"][0], true},
		{"a bad signature", forged, false},
		{"the signature of another token", s.tokens["RS256"][1][:strings.LastIndex(s.tokens["RS256"][1], ".")] + s.tokens["RS256"][0][strings.LastIndex(s.tokens["RS256"][0], "."):], false},
		{"an expired token", s.sign("RS256", nil, issuertest.Claims{"iat": then, "exp": then + 3600}), false},
		{"a token that is not valid yet", s.sign("RS256", nil, issuertest.Claims{"nbf": time.Now().Add(time.Hour).Unix()}), false},
		{"a token without an end", s.sign("RS256", nil, issuertest.Claims{"exp": nil}), false},
		{"a foreign issuer's", s.sign("RS256", nil, issuertest.Claims{"iss": "https://elsewhere.example.com"}), false},
		{"for another audience", s.sign("RS256", nil, issuertest.Claims{"aud": "https://elsewhere.example.com"}), false},
		{"without an audience", s.sign("RS256", nil, issuertest.Claims{"aud": nil}), false},
		{"another client's", s.sign("RS256", nil, issuertest.Claims{"client_id": "somebody"}), false},
		{"without a client", s.sign("RS256", nil, issuertest.Claims{"client_id": nil}), false},
		{"an ID token", s.sign("RS256", issuertest.Header{"typ": "JWT"}, nil), false},
		{"another scope", s.sign("RS256", nil, issuertest.Claims{"scope": "write readers"}), false},
		{"no scope", s.sign("RS256", nil, issuertest.Claims{"scope": nil}), false},
		{"an unknown key", s.issuer.Sign(issuertest.Token{Claims: issuertest.Claims{"scope": scope}, UnknownKey: true}), false},
		{"an unknown key under a known name", s.issuer.Sign(issuertest.Token{
			Claims: issuertest.Claims{"scope": scope}, UnknownKey: true, Header: issuertest.Header{"kid": s.issuer.KeyID()},
		}), false},
		{"an algorithm that is not the issuer's", s.issuer.Sign(issuertest.Token{Claims: issuertest.Claims{"scope": scope}, Header: issuertest.Header{"alg": "PS256"}}), false},
		{"no algorithm", s.issuer.Sign(issuertest.Token{Claims: issuertest.Claims{"scope": scope}, Header: issuertest.Header{"alg": "none"}}), false},
		{"no token", "", false},
	}
	var all []asked
	for _, one := range tokens {
		all = append(all, asked{one.name, eventFor(one.token), one.want})
	}
	other := strings.ReplaceAll(string(eventFor(s.tokens["RS256"][2])), route, "GET /invoices/{id}")
	basic := strings.ReplaceAll(string(eventFor(s.tokens["RS256"][2])), "Bearer ", "Basic ")
	return append(all, asked{"a route that nobody declared", []byte(other), false}, asked{"another scheme", []byte(basic), false})
}

func TestEveryAuthorizerInGoLetsTheGoodTokensThroughAndNoOthers(t *testing.T) {
	s := scened(t)
	subjects, err := newSubjects(t.Context(), s.settings)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range subjects {
		t.Run(one.name, func(t *testing.T) {
			for _, q := range questions(s) {
				if answer, err := one.handle(t.Context(), q.event); allows(answer, err) != q.want {
					t.Errorf("%s: answer = %s, %v, want %v", q.name, answer, err, q.want)
				}
				request, err := one.read(q.event)
				if err != nil {
					t.Fatal(err)
				}
				if got := one.decide(t.Context(), request); got != q.want {
					t.Errorf("%s: decision = %v, want %v", q.name, got, q.want)
				}
			}
		})
	}
}

func TestTheHandlerUnderNodeLetsTheGoodTokensThroughAndNoOthers(t *testing.T) {
	s, b := scened(t), bundledHandler(t)
	w, err := newWorker(t.Context(), b, s.settings)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	all := questions(s)
	var raw [][]byte
	for _, q := range all {
		raw = append(raw, q.event)
	}
	if err := w.load("all", raw); err != nil {
		t.Fatal(err)
	}
	o, err := w.call(command{Do: "each", Set: "all"})
	if err != nil || len(o.Allowed) != len(all) {
		t.Fatalf("each = %d answers, %v", len(o.Allowed), err)
	}
	for i, q := range all {
		if o.Allowed[i] != q.want {
			t.Errorf("%s: answer = %v, want %v", q.name, o.Allowed[i], q.want)
		}
	}
}

func TestTheRuntimeUnderNodeAnswersOneEventAfterTheOther(t *testing.T) {
	s, b := scened(t), bundledHandler(t)
	root := t.TempDir()
	text, err := json.Marshal(s.settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "settings.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := lambdahost.StartCommand([]string{b.node, b.bootstrap}, root)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for _, q := range questions(s) {
		answer, err := f.Invoke(ctx, q.event)
		if err != nil || answer.Failed || allows(answer.Payload, nil) != q.want {
			t.Fatalf("%s: answer = %s, %v, want %v", q.name, answer.Payload, err, q.want)
		}
	}
}

func TestTheCommandRunsThroughAndWritesItsTables(t *testing.T) {
	bundledHandler(t)
	file := filepath.Join(t.TempDir(), "benchmarks.md")
	if err := os.WriteFile(file, []byte("before\n"+beginMark+"old\n"+endMark+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := measure(t.Context(), file, hardly); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "\nold\n") || !strings.HasPrefix(string(text), "before\n") || !strings.HasSuffix(string(text), endMark+"after\n") {
		t.Errorf("document = %s", text)
	}
	for _, want := range []string{ours, "golang-jwt v5.", "keyfunc v3.", "go-jose v4.", "jwx v3.", "go-oidc v3.", "Node.js", "aws-jwt-verify 5.", "10000 routes", "key sets fetched"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("document has no %q", want)
		}
	}
}
