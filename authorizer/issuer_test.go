package authorizer_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/issuertest"
)

// audience is what the issuer's tokens are for.
const audience = "https://orders.example.com"

// issuer is an issuer on loopback whose key set can be made to fail.
type issuer struct {
	*issuertest.Issuer
	t       testing.TB
	front   *httptest.Server // hands out the key set, or something else
	fetches atomic.Int32
	answer  atomic.Value // of http.HandlerFunc: answers instead of the key set
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	behind, err := issuertest.Start(issuertest.Config{Audience: audience, Algorithm: "ES256"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(behind.Close)
	i := &issuer{Issuer: behind, t: t}
	i.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		if answer, ok := i.answer.Load().(http.HandlerFunc); ok {
			answer(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(i.keySet())
	}))
	t.Cleanup(i.front.Close)
	return i
}

// keySet returns the issuer's key set as it is now.
func (i *issuer) keySet() []byte {
	response, err := http.Get(i.KeysURL())
	if err != nil {
		i.t.Errorf("key set: %v", err)
		return nil
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		i.t.Errorf("key set: %v", err)
	}
	return text
}

// trusted is how the authorizer trusts the issuer.
func (i *issuer) trusted() token.Issuer {
	i.t.Helper()
	set, err := keyset.New(keyset.Config{URL: i.front.URL})
	if err != nil {
		i.t.Fatal(err)
	}
	return token.Issuer{
		Name: "Users", URL: i.URL(), Profile: token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.RS256, keyset.ES256},
		Audiences:  map[string]string{"orders": audience},
		Clients:    []string{"billing"},
		Keys:       set,
	}
}

// change changes a token before it is signed.
type change func(*issuertest.Token)

// token returns a good token with the scope read, after some changes.
func (i *issuer) token(changes ...change) string {
	t := issuertest.Token{
		Header: issuertest.Header{},
		Claims: issuertest.Claims{"sub": "billing", "client_id": "billing", "scope": "read", "jti": "t-1"},
	}
	for _, c := range changes {
		c(&t)
	}
	return i.Sign(t)
}

// claim and header set a member, or take it out with nil.

func claim(name string, value any) change {
	return func(t *issuertest.Token) { t.Claims[name] = value }
}

func header(name string, value any) change {
	return func(t *issuertest.Token) { t.Header[name] = value }
}

func signedAs(algorithm string) change {
	return func(t *issuertest.Token) { t.Algorithm = algorithm }
}

// byStranger signs with a key that is not the issuer's, under the name of one
// that is.
func (i *issuer) byStranger() change {
	return func(t *issuertest.Token) { t.UnknownKey, t.Header["kid"] = true, i.KeyID() }
}

// part is one part of a token.
func part(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b64(text)
}

// unpart reads one part of a token.
func unpart(t testing.TB, raw string, n int) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[n])
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// The table of all tests.
var (
	orders = access.NewResourceServer("orders", "Orders API")
	read   = orders.Scope("read", "See orders")
	write  = orders.Scope("write", "Place and change orders")
)

func testTable(t testing.TB) *access.Table {
	t.Helper()
	table, err := access.Compile(
		access.Declaration{Route: "GET /", Rule: access.Require(read)},
		access.Declaration{Route: "GET /orders/{id}", Rule: access.Require(read)},
		access.Declaration{Route: "POST /orders", Rule: access.Require(write)},
		access.Declaration{Route: "DELETE /orders", Rule: access.All(access.Require(read), access.Role("admin"))},
		access.Declaration{Route: "GET /menu", Rule: access.Public("the menu hangs on the door")},
	)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
