package okta

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
)

// signer signs compact JWS (RFC 7515) with RS256 or ES256, as its key is.
type signer struct {
	key       crypto.Signer
	algorithm string
}

var errKey = errors.New(`member "private_key" of the management credential is not a private key, write PEM of an RSA key of 2048 bits or more or of an EC key on P-256, not encrypted`)

// parseKey reads a private key in PEM: PKCS #8, PKCS #1 or SEC 1.
func parseKey(text string) (signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return signer{}, errKey
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	}
	if err != nil {
		return signer{}, errKey
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() >= 2048 {
			return signer{key, "RS256"}, nil
		}
	case *ecdsa.PrivateKey:
		if key.Curve == elliptic.P256() {
			return signer{key, "ES256"}, nil
		}
	}
	return signer{}, errKey
}

// sign returns the token of a header, to which alg is added, and claims.
func (s signer) sign(header, claims map[string]any) (string, error) {
	header["alg"] = s.algorithm
	head, err := json.Marshal(header)
	if err != nil {
		return "", errors.New("a token cannot be written as JSON")
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", errors.New("a token cannot be written as JSON")
	}
	signed := base64url(head) + "." + base64url(body)
	digest := sha256.Sum256([]byte(signed))
	var signature []byte
	switch key := s.key.(type) {
	case *ecdsa.PrivateKey:
		// r and s, 32 bytes each (RFC 7518, section 3.4).
		r, t, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			return "", errors.New("a token cannot be signed")
		}
		signature = append(r.FillBytes(make([]byte, 32)), t.FillBytes(make([]byte, 32))...)
	default:
		if signature, err = s.key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
			return "", errors.New("a token cannot be signed")
		}
	}
	return signed + "." + base64url(signature), nil
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// id returns a text that is not used twice.
func id() string { return rand.Text() }
