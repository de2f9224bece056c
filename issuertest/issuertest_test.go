package issuertest

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// starting returns an issuer with quick keys.
func starting(t *testing.T, config Config) *Issuer {
	t.Helper()
	if config.Algorithm == "" {
		config.Algorithm = "EdDSA"
	}
	i, err := Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

func TestItListensOnLoopbackAlone(t *testing.T) {
	i := New(t)
	u, err := url.Parse(i.URL())
	if err != nil || u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.Port() == "" || u.Path != "" {
		t.Errorf("URL = %q, %v", i.URL(), err)
	}
	if i.KeysURL() != i.URL()+"/jwks.json" || i.TokenURL() != i.URL()+"/token" {
		t.Errorf("KeysURL = %q, TokenURL = %q", i.KeysURL(), i.TokenURL())
	}
}

func TestCloseStopsItAndMayBeCalledTwice(t *testing.T) {
	before := runtime.NumGoroutine()
	i, err := Start(Config{Algorithm: "EdDSA"})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(i.URL(), "http://")
	silent, err := net.Dial("tcp", address) // opens a connection and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	i.Close()
	i.Close()
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("it still listens")
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestAMistakeInTheConfigurationIsAnError(t *testing.T) {
	for _, config := range []Config{
		{Algorithm: "none"}, {Algorithm: "HS256"}, {Algorithm: "rs256"}, {Algorithm: "ES256K"}, {Algorithm: "RS"}, {Lifetime: -time.Second},
	} {
		if i, err := Start(config); i != nil || err == nil || !strings.Contains(err.Error(), "write ") {
			t.Errorf("Start(%+v) = %v, %v, want an error that says what to write", config, i, err)
		}
	}
}

// mistaken is a TB that notes how a test would have ended.
type mistaken struct {
	testing.TB
	ended string
}

func (m *mistaken) Fatalf(format string, args ...any) { m.ended = fmt.Sprintf(format, args...) }

func TestAMistakeInATestEndsItOrPanics(t *testing.T) {
	for name, mistake := range map[string]func(*Issuer){
		"an algorithm that is none":     func(i *Issuer) { i.Sign(Token{Algorithm: "none"}) },
		"an unknown key for none":       func(i *Issuer) { i.Sign(Token{Algorithm: "none", UnknownKey: true}) },
		"a claim that is not JSON":      func(i *Issuer) { i.Token(Claims{"f": func() {}}) },
		"a header that is not JSON":     func(i *Issuer) { i.Sign(Token{Header: Header{"f": make(chan int)}}) },
		"a client without an id":        func(i *Issuer) { i.AddClient("", "secret") },
		"a client without a secret":     func(i *Issuer) { i.AddClient("billing", "") },
		"two scopes in one":             func(i *Issuer) { i.AddClient("billing", "secret", "read write") },
		"an empty scope":                func(i *Issuer) { i.AddClient("billing", "secret", "") },
		"a scope with a quotation mark": func(i *Issuer) { i.AddClient("billing", "secret", `"read"`) },
	} {
		t.Run(name, func(t *testing.T) {
			m := &mistaken{TB: t}
			if mistake(New(m)); m.ended == "" {
				t.Error("the test goes on")
			}
			i := starting(t, Config{})
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			mistake(i)
		})
	}
}

func TestDiscoveryNamesTheEndpoints(t *testing.T) {
	i := starting(t, Config{})
	for _, path := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		answer := getJSON(t, i.URL()+path)
		for name, want := range map[string]string{"issuer": i.URL(), "jwks_uri": i.KeysURL(), "token_endpoint": i.TokenURL()} {
			if answer[name] != want {
				t.Errorf("%s: %s = %v, want %s", path, name, answer[name], want)
			}
		}
	}
}

func TestOtherPathsAndMethodsAreNotServed(t *testing.T) {
	i := starting(t, Config{})
	for request, want := range map[string]int{
		"GET /": 404, "GET /authorize": 404, "GET /jwks.json/": 404, "POST /jwks.json": 405, "GET /token": 405, "PUT /token": 405,
	} {
		method, path, _ := strings.Cut(request, " ")
		r, err := http.NewRequest(method, i.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s = %d, want %d", request, response.StatusCode, want)
		}
	}
}
