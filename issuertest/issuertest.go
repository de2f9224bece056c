// Package issuertest runs a small OAuth 2.0 issuer on this machine, for tests
// and demonstrations, as net/http/httptest runs a server.
//
// It has what a resource server meets: discovery (OpenID Connect Discovery 1.0
// and RFC 8414), a key set that can be rotated (RFC 7517), a token endpoint for
// the client credentials grant (RFC 6749, section 4.4), and access tokens as
// RFC 9068 describes them. A test can also have tokens that no issuer should
// make: expired, not yet valid, for somebody else, of another kind, with any
// header or claim changed, or signed by a key that nobody has published.
//
// It listens on 127.0.0.1 alone, speaks plain http, and gives a token to
// whoever holds the *Issuer. It is not for production.
package issuertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Audience is the aud of tokens where [Config] names none.
const Audience = "https://api.example.com"

// Config says how an issuer differs from the usual one; the zero Config is the
// usual one.
type Config struct {
	// Audience is the aud of the tokens; [Audience] if empty.
	Audience string
	// Algorithm signs the tokens where [Token] names none; "RS256" if empty.
	// Every asymmetric algorithm of RFC 7518 can be named, and "EdDSA".
	Algorithm string
	// Lifetime is how long tokens are valid; one hour if zero.
	Lifetime time.Duration
	// Now tells the time for iat and exp; nil for time.Now.
	Now func() time.Time
}

// TB is what [New] needs of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Issuer is a running issuer. It is safe for use from several goroutines; make
// one with [New] or [Start].
type Issuer struct {
	config Config
	fail   func(format string, args ...any)
	origin string
	server *http.Server
	closed func() error // stops the server, once
	served chan struct{}

	mu      sync.Mutex
	clients map[string]client
	keys    keyring
	fetches int
}

// New starts the usual issuer for the length of a test. What goes wrong ends
// the test, so its methods must be called from the test's own goroutine.
func New(t TB) *Issuer {
	t.Helper()
	issuer, err := start(Config{}, func(format string, args ...any) {
		t.Helper()
		t.Fatalf(format, args...)
	})
	if err != nil {
		t.Fatalf("start an issuer: %v", err)
	}
	t.Cleanup(issuer.Close)
	return issuer
}

// Start starts an issuer on a free port of 127.0.0.1; Close stops it. It
// refuses an algorithm that it cannot sign with and a negative lifetime. What
// goes wrong in its methods afterwards, which are mistakes in the test, panics.
func Start(config Config) (*Issuer, error) {
	return start(config, func(format string, args ...any) { panic("issuertest: " + fmt.Sprintf(format, args...)) })
}

func start(config Config, fail func(string, ...any)) (*Issuer, error) {
	if config.Audience == "" {
		config.Audience = Audience
	}
	if config.Algorithm == "" {
		config.Algorithm = "RS256"
	}
	if config.Lifetime == 0 {
		config.Lifetime = time.Hour
	}
	if config.Lifetime < 0 {
		return nil, fmt.Errorf("issuer, lifetime is negative, got %v, write none and make expired tokens with Expired", config.Lifetime)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	i := &Issuer{config: config, fail: fail, clients: map[string]client{}, served: make(chan struct{})}
	if _, err := i.keys.signer(config.Algorithm); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("issuer, cannot listen: %w", err)
	}
	i.origin = "http://" + listener.Addr().String()
	i.server = &http.Server{
		Handler:           i.routes(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
	}
	i.closed = sync.OnceValue(i.stop)
	go func() {
		defer close(i.served)
		if err := i.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(fmt.Sprintf("issuertest: serve: %v", err))
		}
	}()
	return i, nil
}

// Close stops the issuer and waits until it has stopped, requests under way
// included. To call it again does nothing.
func (i *Issuer) Close() { _ = i.closed() }

func (i *Issuer) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := i.server.Shutdown(ctx)
	if err != nil { // somebody holds a connection open and says nothing
		err = i.server.Close()
	}
	<-i.served
	return err
}

// URL returns the issuer's identifier: iss in its tokens, the origin of its
// endpoints, without a slash at the end.
func (i *Issuer) URL() string { return i.origin }

// KeysURL returns the address of the key set (jwks_uri).
func (i *Issuer) KeysURL() string { return i.origin + keysPath }

// TokenURL returns the address of the token endpoint.
func (i *Issuer) TokenURL() string { return i.origin + tokenPath }

// KeySetFetches returns how often the key set has been fetched.
func (i *Issuer) KeySetFetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// A client may ask the token endpoint for tokens.
type client struct {
	secret string
	scopes []string
}

// AddClient lets a client get tokens of those scopes at the token endpoint. A
// client of that id that was there before is replaced. The id must be there,
// and a scope must be spelled as RFC 6749, section 3.3, allows; a client
// without scopes gets tokens without.
func (i *Issuer) AddClient(id, secret string, scopes ...string) {
	if id == "" || secret == "" {
		i.fail("client %q, id or secret is empty, write both", id)
		return
	}
	for _, scope := range scopes {
		if !isScope(scope) {
			i.fail("client %q, scope cannot be spelled so, got %q, write visible ASCII without \" and \\", id, scope)
			return
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.clients[id] = client{secret, append([]string(nil), scopes...)}
}

// isScope says whether a text is a scope-token (RFC 6749, section 3.3).
func isScope(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	}) < 0
}

// formDecoded undoes the form encoding that a client's id and secret have
// within the Basic scheme (RFC 6749, section 2.3.1).
func formDecoded(id, secret string) (string, string, bool) {
	id, errID := url.QueryUnescape(id)
	secret, errSecret := url.QueryUnescape(secret)
	return id, secret, errID == nil && errSecret == nil
}
