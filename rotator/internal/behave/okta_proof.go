package behave

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/scopeway/scopeway/internal/jose"
	"github.com/scopeway/scopeway/internal/strictjson"
)

const (
	// nonces of the token endpoint and of the API: neither takes the other's.
	nonceAtEndpoint = "nonce-of-the-token-endpoint"
	nonceAtAPI      = "nonce-of-the-api"
)

// managementToken is the org authorization server's token endpoint.
func (o *Okta) managementToken(w http.ResponseWriter, r *http.Request) {
	claims, ok := verified(r.PostFormValue("client_assertion"), o.Algorithm, o.RotatorKey, o.RotatorKeyID)
	place := base(r) + r.URL.Path
	if !ok || text(claims, "iss") != "rotator" || text(claims, "sub") != "rotator" || text(claims, "aud") != place ||
		!o.fresh(claims) || r.PostFormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		write(w, http.StatusUnauthorized, members{"error": "invalid_client", "error_description": "The client_assertion token is not valid: it holds the s3cret."})
		return
	}
	if !o.Granted || r.PostFormValue("scope") != "okta.apps.manage" {
		write(w, http.StatusBadRequest, members{"error": "invalid_scope", "error_description": "The requested scopes are not granted."})
		return
	}
	if !o.Bound {
		write(w, http.StatusOK, members{"token_type": "Bearer", "expires_in": 3600, "access_token": o.issue(time.Hour), "scope": "okta.apps.manage"})
		return
	}
	proof, thumbprint, ok := o.proof(r, place)
	switch {
	case !ok:
		write(w, http.StatusBadRequest, members{"error": "invalid_dpop_proof", "error_description": "The DPoP proof JWT header is missing."})
	case text(proof, "nonce") != nonceAtEndpoint:
		w.Header().Set("dpop-nonce", nonceAtEndpoint)
		write(w, http.StatusBadRequest, members{"error": "use_dpop_nonce", "error_description": "Authorization server requires nonce in DPoP proof."})
	default:
		token := o.issue(time.Hour)
		o.bound[token] = thumbprint
		write(w, http.StatusOK, members{"token_type": "DPoP", "expires_in": 3600, "access_token": token, "scope": "okta.apps.manage"})
	}
}

// possesses is whether a request to the API has a token, and, if that is bound
// to a key, a proof of it.
func (o *Okta) possesses(w http.ResponseWriter, r *http.Request) bool {
	if o.holds(r, "Bearer") {
		return o.bound[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] == ""
	}
	if !o.holds(r, "DPoP") {
		return false
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "DPoP ")
	hash := sha256.Sum256([]byte(token))
	proof, thumbprint, ok := o.proof(r, base(r)+r.URL.EscapedPath())
	if !ok || o.bound[token] != thumbprint || text(proof, "ath") != base64.RawURLEncoding.EncodeToString(hash[:]) {
		return false
	}
	if o.NonceAtAPI && text(proof, "nonce") != nonceAtAPI {
		w.Header().Set("dpop-nonce", nonceAtAPI)
		w.Header().Set("WWW-Authenticate", `DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"`)
		return false
	}
	return true
}

// proof verifies a DPoP proof (RFC 9449, section 4.3) and returns its claims
// and its key's thumbprint (RFC 7638).
func (o *Okta) proof(r *http.Request, place string) (claims strictjson.Value, thumbprint string, ok bool) {
	raw := r.Header.Get("DPoP")
	var token jose.Token
	if token.Split(raw) != nil || token.ReadHeader() != nil || token.MediaType != "dpop+jwt" {
		return claims, "", false
	}
	jwk := token.Header.Member("jwk")
	x, errX := base64.RawURLEncoding.DecodeString(text(jwk, "x"))
	y, errY := base64.RawURLEncoding.DecodeString(text(jwk, "y"))
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if errX != nil || errY != nil || err != nil || text(jwk, "kty") != "EC" || text(jwk, "crv") != "P-256" || jwk.Len() != 4 {
		return claims, "", false
	}
	claims, ok = verified(raw, "ES256", key, "")
	if !ok || text(claims, "htm") != r.Method || text(claims, "htu") != place || !o.fresh(claims) {
		return claims, "", false
	}
	canonical, err := json.Marshal(members{"crv": "P-256", "kty": "EC", "x": text(jwk, "x"), "y": text(jwk, "y")})
	hash := sha256.Sum256(canonical)
	return claims, base64.RawURLEncoding.EncodeToString(hash[:]), err == nil
}

// fresh is whether a token was made now, has not ended, and was not used.
func (o *Okta) fresh(claims strictjson.Value) bool {
	now, id := o.Now(), text(claims, "jti")
	issued, ok := claims.Member("iat").Int64()
	if end, has := claims.Member("exp").Int64(); has && (end <= now.Unix() || end > now.Unix()+3600) {
		return false
	}
	if !ok || id == "" || o.used[id] || issued > now.Unix()+30 || issued < now.Unix()-300 {
		return false
	}
	o.used[id] = true
	return true
}

// verified returns the claims of a token whose signature holds.
func verified(raw, algorithm string, key crypto.PublicKey, keyID string) (strictjson.Value, bool) {
	var token jose.Token
	if token.Split(raw) != nil || token.ReadHeader() != nil || token.Algorithm != algorithm || token.KeyID != keyID ||
		!jose.Verify(algorithm, key, token.Signed, token.Signature) {
		return strictjson.Value{}, false
	}
	claims, err := strictjson.Parse(token.Payload, jose.Limits())
	return claims, err == nil
}

func text(object strictjson.Value, name string) string {
	t, _ := object.Member(name).Text()
	return t
}
