package okta

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// proofs prove that we hold the key that a token is bound to (RFC 9449). The
// key is made in the process and dies with it.
type proofs struct {
	signer signer
	jwk    map[string]any
	now    func() time.Time
	nonce  string // the server's latest, "" for none
}

func newProofs(now func() time.Time) (*proofs, error) {
	failed := errors.New("a key for the management token cannot be made")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, failed
	}
	point, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, failed
	}
	jwk := map[string]any{"kty": "EC", "crv": "P-256", "x": base64url(point[1:33]), "y": base64url(point[33:])}
	return &proofs{signer: signer{key, "ES256"}, jwk: jwk, now: now}, nil
}

// elsewhere returns proofs of the same key for another server.
func (p *proofs) elsewhere() *proofs { return &proofs{signer: p.signer, jwk: p.jwk, now: p.now} }

// put puts a proof into a request, for an access token if there is one already
// (section 4.2).
func (p *proofs) put(request *http.Request, token string) error {
	place := *request.URL
	place.RawQuery, place.Fragment = "", ""
	claims := map[string]any{"jti": id(), "htm": request.Method, "htu": place.String(), "iat": p.now().Unix()}
	if token != "" {
		hash := sha256.Sum256([]byte(token))
		claims["ath"] = base64url(hash[:])
	}
	if p.nonce != "" {
		claims["nonce"] = p.nonce
	}
	proof, err := p.signer.sign(map[string]any{"typ": "dpop+jwt", "jwk": p.jwk}, claims)
	if err != nil {
		return err
	}
	request.Header.Set("DPoP", proof)
	return nil
}

// again keeps the nonce of an answer for the next proof, and says whether the
// server wants one that the last proof did not have (sections 8 and 9).
func (p *proofs) again(a call.Answer) bool {
	nonce := a.Header.Get("DPoP-Nonce")
	if nonce == "" || len(nonce) > 1024 || nonce == p.nonce {
		return false
	}
	p.nonce = nonce
	code, _ := a.Body.Member("error").Text()
	switch a.Status {
	case http.StatusBadRequest:
		return code == "use_dpop_nonce"
	case http.StatusUnauthorized:
		return code == "use_dpop_nonce" || strings.Contains(a.Header.Get("WWW-Authenticate"), `"use_dpop_nonce"`)
	}
	return false
}
