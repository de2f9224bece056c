package authorizer_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// keyServer is an issuer's side: a key set on loopback and tokens signed with
// its keys.
type keyServer struct {
	t       testing.TB
	server  *httptest.Server
	rsaKey  *rsa.PrivateKey
	ecKey   *ecdsa.PrivateKey
	fetches atomic.Int32
	answer  atomic.Value // of http.HandlerFunc: answers instead of the key set
}

const issuerURL = "https://issuer.example.com"

// Making an RSA key takes its time: one for all tests.
var sharedRSAKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newKeyServer(t testing.TB) *keyServer {
	t.Helper()
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &keyServer{t: t, rsaKey: sharedRSAKey(), ecKey: ecKey}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fetches.Add(1)
		if answer, ok := s.answer.Load().(http.HandlerFunc); ok {
			answer(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.keys())
	}))
	t.Cleanup(s.server.Close)
	return s
}

func (s *keyServer) keys() any {
	point, err := s.ecKey.PublicKey.Bytes()
	if err != nil {
		s.t.Fatal(err)
	}
	return map[string]any{"keys": []any{
		map[string]any{"kty": "RSA", "kid": "rsa-1", "use": "sig", "alg": "RS256", "n": b64(s.rsaKey.N.Bytes()), "e": b64(big.NewInt(int64(s.rsaKey.E)).Bytes())},
		map[string]any{"kty": "EC", "kid": "ec-1", "use": "sig", "alg": "ES256", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])},
	}}
}

// issuer is how the authorizer trusts the server.
func (s *keyServer) issuer() token.Issuer {
	s.t.Helper()
	set, err := keyset.New(keyset.Config{URL: s.server.URL + "/keys"})
	if err != nil {
		s.t.Fatal(err)
	}
	return token.Issuer{
		Name: "Users", URL: issuerURL, Profile: token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.RS256, keyset.ES256},
		Audiences:  map[string]string{"orders": "https://orders.example.com"},
		Clients:    []string{"billing"},
		Keys:       set,
	}
}

// draft is a token before it is signed.
type draft struct {
	header, claims map[string]any
	key            crypto.Signer // nil: the one of the server that fits alg
}

// draft returns a good token with the scope read.
func (s *keyServer) draft() *draft {
	now := time.Now()
	return &draft{
		header: map[string]any{"alg": "ES256", "typ": "at+jwt", "kid": "ec-1"},
		claims: map[string]any{
			"iss": issuerURL, "sub": "billing", "aud": "https://orders.example.com", "client_id": "billing",
			"scope": "read", "jti": "t-1", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		},
	}
}

// token returns a good token after some changes.
func (s *keyServer) token(changes ...func(*draft)) string {
	s.t.Helper()
	d := s.draft()
	for _, change := range changes {
		change(d)
	}
	return s.sign(d)
}

func (s *keyServer) sign(d *draft) string {
	s.t.Helper()
	input := part(s.t, d.header) + "." + part(s.t, d.claims)
	digest := sha256.Sum256([]byte(input))
	key := d.key
	if key == nil {
		key = s.ecKey
		if d.header["alg"] == "RS256" {
			key = s.rsaKey
		}
	}
	if ec, ok := key.(*ecdsa.PrivateKey); ok {
		r, v, err := ecdsa.Sign(rand.Reader, ec, digest[:])
		if err != nil {
			s.t.Fatal(err)
		}
		return input + "." + b64(append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...))
	}
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		s.t.Fatal(err)
	}
	return input + "." + b64(signature)
}

// Changes to a draft.

func claim(name string, value any) func(*draft) {
	return func(d *draft) {
		d.claims[name] = value
		if value == nil {
			delete(d.claims, name)
		}
	}
}

func header(name string, value any) func(*draft) {
	return func(d *draft) {
		d.header[name] = value
		if value == nil {
			delete(d.header, name)
		}
	}
}

func signedWith(key crypto.Signer) func(*draft) { return func(d *draft) { d.key = key } }

func asRS256(d *draft) { d.header["alg"], d.header["kid"] = "RS256", "rsa-1" }

func part(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b64(text)
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
		access.Declaration{Route: "GET /menu", Rule: access.Public("the menu hangs on the door")},
	)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
