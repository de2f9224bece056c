//go:build issuers

package nodeoidc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
	"github.com/scopeway/scopeway/test/issuers/internal/dpop"
)

// certificate is the client's certificate as a proxy before the server tells it.
func certificate(t testing.TB) http.Header {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
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

	bound := s.machine(t, "machine-dpop", "read", door.Audience, dpop.Header(t, s.url()+"/token"))
	if bound.TokenType != "DPoP" {
		t.Errorf("token type = %q, want DPoP", bound.TokenType)
	}
	d.Expect(t, door.Read, bound.AccessToken, access.TokenBound)

	certified := s.machine(t, "machine-mtls", "read", door.Audience, certificate(t))
	d.Expect(t, door.Read, certified.AccessToken, access.TokenBound)

	// Any client may bind its tokens.
	own := s.machine(t, "machine-ES256", "read", door.Audience, dpop.Header(t, s.url()+"/token"))
	d.Expect(t, door.Read, own.AccessToken, access.TokenBound)
}
