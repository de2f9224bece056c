package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// issuer is a key set of one key on loopback, and tokens signed with it.
type issuer struct {
	url, keysURL string
	key          *ecdsa.PrivateKey
}

func newIssuer(b *testing.B) *issuer {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, fmt.Sprintf(`{"keys":[{"kty":"EC","kid":"k-1","use":"sig","alg":"ES256","crv":"P-256","x":%q,"y":%q}]}`, b64(point[1:33]), b64(point[33:])))
	}))
	b.Cleanup(server.Close)
	return &issuer{"https://issuer.example.com", server.URL, key}
}

func (i *issuer) token(b *testing.B) string {
	b.Helper()
	now := time.Now().Unix()
	input := b64([]byte(`{"alg":"ES256","typ":"at+jwt","kid":"k-1"}`)) + "." + b64(fmt.Appendf(nil,
		`{"iss":%q,"sub":"billing","client_id":"billing","aud":"https://orders.example.com","scope":"read","jti":"t-1","iat":%d,"exp":%d}`, i.url, now, now+3600))
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	return input + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
