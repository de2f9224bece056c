//go:build issuers

package nodeoidc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
)

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// proof proves to the token endpoint that we have a key (RFC 9449, section 4.2).
func (s *server) proof(t testing.TB) http.Header {
	t.Helper()
	key := newKey(t)
	public, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	signed := part(t, map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]string{
		"kty": "EC", "crv": "P-256",
		"x": base64.RawURLEncoding.EncodeToString(public[1:33]), "y": base64.RawURLEncoding.EncodeToString(public[33:]),
	}}) + "." + part(t, map[string]any{"jti": rand.Text(), "htm": "POST", "htu": s.url() + "/token", "iat": time.Now().Unix()})
	digest := sha256.Sum256([]byte(signed))
	r, v, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return http.Header{"Dpop": {signed + "." + base64.RawURLEncoding.EncodeToString(signature)}}
}

func part(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// certificate is the client's certificate as a proxy before the server tells it.
func certificate(t testing.TB) http.Header {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "machine"},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return http.Header{"X-Client-Certificate": {base64.StdEncoding.EncodeToString(der)}}
}

func TestATokenThatIsBoundToAKeyIsRefused(t *testing.T) {
	s := start(t, "a")
	d := door.New(t, clock(), s.trusted(t, clock()))

	dpop := s.machine(t, "machine-dpop", "read", door.Audience, s.proof(t))
	if dpop.TokenType != "DPoP" {
		t.Errorf("token type = %q, want DPoP", dpop.TokenType)
	}
	d.Expect(t, door.Read, dpop.AccessToken, access.TokenBound)

	mtls := s.machine(t, "machine-mtls", "read", door.Audience, certificate(t))
	d.Expect(t, door.Read, mtls.AccessToken, access.TokenBound)

	// Any client may bind its tokens.
	own := s.machine(t, "machine-ES256", "read", door.Audience, s.proof(t))
	d.Expect(t, door.Read, own.AccessToken, access.TokenBound)
}
