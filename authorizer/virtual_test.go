package authorizer_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// virtual is an issuer without a network, so that time can be made up around it.
type virtual struct {
	url string

	mu        sync.Mutex
	keys      map[string]ed25519.PrivateKey // what it has ever signed with
	published []string                      // kids of the keys in its set
	down      bool
	takes     time.Duration
	fetches   int
}

func newVirtual(t testing.TB, url string, kids ...string) *virtual {
	t.Helper()
	v := &virtual{url: url, keys: map[string]ed25519.PrivateKey{}}
	for _, kid := range kids {
		v.make(t, kid)
	}
	v.publish(kids...)
	return v
}

// make makes a key, or another one under the same name.
func (v *virtual) make(t testing.TB, kid string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.keys[kid] = key
}

func (v *virtual) publish(kids ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.published = kids
}

// behave changes whether the issuer answers, and how soon.
func (v *virtual) behave(down bool, takes time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.down, v.takes = down, takes
}

func (v *virtual) fetched() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.fetches
}

// RoundTrip answers with the key set.
func (v *virtual) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	v.fetches++
	body, down, takes := v.keySet(), v.down, v.takes
	v.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if down {
		return nil, errors.New("test: away")
	}
	return &http.Response{StatusCode: 200, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// keySet returns the published keys; the caller holds v.mu.
func (v *virtual) keySet() []byte {
	set := struct {
		Keys []map[string]string `json:"keys"`
	}{[]map[string]string{}}
	for _, kid := range v.published {
		public := v.keys[kid].Public().(ed25519.PublicKey)
		set.Keys = append(set.Keys, map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": b64(public)})
	}
	text, err := json.Marshal(set)
	if err != nil {
		panic(err)
	}
	return text
}

// sign returns a token for GET /orders/{id} that works for two days, signed
// with the key that is called kid now, in the name of the issuer with that URL.
func (v *virtual) sign(t testing.TB, iss, kid string) string {
	t.Helper()
	now := time.Now().Unix()
	input := part(t, map[string]any{"alg": "EdDSA", "typ": "at+jwt", "kid": kid}) + "." + part(t, map[string]any{
		"iss": iss, "sub": "billing", "aud": audience, "client_id": "billing", "scope": "read",
		"iat": now, "exp": now + 48*3600, "jti": rand.Text(),
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	return input + "." + b64(ed25519.Sign(v.keys[kid], []byte(input)))
}

func (v *virtual) token(t testing.TB, kid string) string { return v.sign(t, v.url, kid) }

// gate is an authorizer that trusts virtual issuers, and how far its clock is
// ahead of the timers', as after a freeze of the process.
type gate struct {
	t          testing.TB
	authorizer *authorizer.Authorizer

	mu      sync.Mutex
	ahead   time.Duration
	reasons map[string]access.Reason // by decision id
}

func newGate(t testing.TB, issuers ...*virtual) *gate {
	t.Helper()
	g := &gate{t: t, reasons: map[string]access.Reason{}}
	var trusted []token.Issuer
	for _, v := range issuers {
		set, err := keyset.New(keyset.Config{URL: v.url + "/keys", Client: &http.Client{Transport: v}, Now: g.now})
		if err != nil {
			t.Fatal(err)
		}
		trusted = append(trusted, token.Issuer{
			Name: v.url, URL: v.url, Profile: token.ProfileRFC9068, Algorithms: []keyset.Algorithm{keyset.EdDSA},
			Audiences: map[string]string{"orders": audience}, Clients: []string{"billing"}, Keys: set,
		})
	}
	a, err := authorizer.New(authorizer.Config{Table: testTable(t), Issuers: trusted, Out: g, Now: g.now})
	if err != nil {
		t.Fatal(err)
	}
	g.authorizer = a
	return g
}

// Write takes an audit line.
func (g *gate) Write(text []byte) (int, error) {
	var line audit.Line
	if err := json.Unmarshal(text, &line); err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reasons[line.DecisionID] = line.Reason
	return len(text), nil
}

func (g *gate) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Now().Add(g.ahead)
}

// freeze lets time pass that no timer sees; a negative one sets the clock back.
func (g *gate) freeze(by time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ahead += by
}

// reason returns what one request comes to. It only reports, so that it may be
// asked for in goroutines.
func (g *gate) reason(raw string) access.Reason {
	g.t.Helper()
	answer, err := g.authorizer.Handle(g.t.Context(), request{authorization: "Bearer " + raw}.event(g.t))
	id := answer.Context.DecisionID
	if err != nil {
		_, id, _ = strings.Cut(err.Error(), "internal error, decision ")
	}
	g.mu.Lock()
	reason := g.reasons[id]
	g.mu.Unlock()
	if status := reason.Status(); answer.IsAuthorized != (status == 200) || (err != nil) != (status >= 500) {
		g.t.Errorf("answer = %+v, %v for the reason %q", answer, err, reason)
	}
	return reason
}

// want fails the test if the request comes to another reason.
func (g *gate) want(raw string, want access.Reason) {
	g.t.Helper()
	if got := g.reason(raw); got != want {
		g.t.Errorf("reason = %q, want %q", got, want)
	}
}

// lockedBuffer is for writers and readers at once.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(text)
}
