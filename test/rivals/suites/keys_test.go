package suites

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"testing"
	"testing/cryptotest"

	"github.com/go-jose/go-jose/v4"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// ring holds keys by their kid.
type ring map[string]crypto.Signer

// newRing returns two keys of each kind, always the same ones. From then on, all
// that the test draws is the same at each run too.
func newRing(t *testing.T) ring {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1)
	keys := ring{}
	for _, suffix := range []string{"", "-other"} {
		keys["rsa"+suffix] = must(rsa.GenerateKey(rand.Reader, 2048))
		keys["p256"+suffix] = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		keys["p384"+suffix] = must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
		keys["p521"+suffix] = must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
		_, ed, err := ed25519.GenerateKey(rand.Reader)
		keys["ed"+suffix] = must(ed, err)
	}
	return keys
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// document returns the public keys as a JWK set, without alg: so each RSA key
// may be used with six algorithms, and only the header says which.
func (r ring) document() []byte {
	var set jose.JSONWebKeySet
	for _, kid := range slices.Sorted(maps.Keys(r)) {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: r[kid].Public(), KeyID: kid, Use: "sig"})
	}
	return must(json.Marshal(set))
}

// kidFor names the key that fits an algorithm.
func kidFor(algorithm keyset.Algorithm) string {
	switch algorithm {
	case keyset.ES256:
		return "p256"
	case keyset.ES384:
		return "p384"
	case keyset.ES512:
		return "p521"
	case keyset.EdDSA:
		return "ed"
	default:
		return "rsa"
	}
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// compact signs header and payload, which may be anything, with the standard
// library alone.
func compact(algorithm keyset.Algorithm, key crypto.Signer, header, payload string) string {
	signed := encode([]byte(header)) + "." + encode([]byte(payload))
	return signed + "." + encode(sign(algorithm, key, []byte(signed)))
}

func sign(algorithm keyset.Algorithm, key crypto.Signer, signed []byte) []byte {
	if algorithm == keyset.EdDSA {
		return ed25519.Sign(key.(ed25519.PrivateKey), signed)
	}
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[string(algorithm[2:])]
	h := hash.New()
	h.Write(signed)
	digest := h.Sum(nil)
	switch algorithm[:2] {
	case "RS":
		return must(rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), hash, digest))
	case "PS":
		return must(rsa.SignPSS(rand.Reader, key.(*rsa.PrivateKey), hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
	default:
		key := key.(*ecdsa.PrivateKey)
		r, s, err := ecdsa.Sign(rand.Reader, key, digest)
		return joined(key.Curve, must(r, err), s)
	}
}

// joined returns r and s as a JWS has them (RFC 7518, section 3.4).
func joined(curve elliptic.Curve, r, s *big.Int) []byte {
	size := (curve.Params().BitSize + 7) / 8
	return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
}
