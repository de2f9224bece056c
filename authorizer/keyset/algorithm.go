package keyset

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
)

// Algorithm is a JWS signature algorithm by its registered name (RFC 7518,
// section 3.1, and RFC 8037, section 3.1). The zero Algorithm fits no key.
type Algorithm string

// The algorithms there are: asymmetric ones only. "none" and the HMAC family
// are not in this program, so no configuration can ask for them.
const (
	RS256 Algorithm = "RS256" // RSASSA-PKCS1-v1_5 with SHA-256
	RS384 Algorithm = "RS384" // RSASSA-PKCS1-v1_5 with SHA-384
	RS512 Algorithm = "RS512" // RSASSA-PKCS1-v1_5 with SHA-512
	PS256 Algorithm = "PS256" // RSASSA-PSS with SHA-256
	PS384 Algorithm = "PS384" // RSASSA-PSS with SHA-384
	PS512 Algorithm = "PS512" // RSASSA-PSS with SHA-512
	ES256 Algorithm = "ES256" // ECDSA on P-256 with SHA-256
	ES384 Algorithm = "ES384" // ECDSA on P-384 with SHA-384
	ES512 Algorithm = "ES512" // ECDSA on P-521 with SHA-512
	EdDSA Algorithm = "EdDSA" // Ed25519 only
)

// Algorithms returns every algorithm there is, in the order of the constants.
func Algorithms() []Algorithm {
	return []Algorithm{RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA}
}

// ParseAlgorithm returns the algorithm whose registered name is exactly name.
// It refuses everything else, "none", HS256 and "rs256" included. Its error
// quotes name: it is for configuration, not for what a token says.
func ParseAlgorithm(name string) (Algorithm, error) {
	if alg := Algorithm(name); slices.Contains(Algorithms(), alg) {
		return alg, nil
	}
	names := make([]string, 0, len(Algorithms()))
	for _, alg := range Algorithms() {
		names = append(names, string(alg))
	}
	return "", fmt.Errorf("signature algorithm, not one that is supported, got %q, write one of %s", name, strings.Join(names, ", "))
}

// The sizes and exponents of RSA keys that are used. RFC 7518, section 3.3,
// asks for 2048 bits; beyond 8192 a check is slow enough to be an attack.
const (
	minRSABits     = 2048
	maxRSABits     = 8192
	minRSAExponent = 65537
)

// Fits says whether public is a key that a signature of the algorithm may be
// checked with: RSA of 2048 to 8192 bits with an odd modulus and an odd
// exponent of 65537 or more, and without the fingerprint of CVE-2017-15361
// (ROCA), for RS and PS; the one curve that the algorithm names for ES; Ed25519
// with a point that is not of a small order for EdDSA. Keys are given as the
// standard library's parsers return them: *rsa.PublicKey, *ecdsa.PublicKey,
// ed25519.PublicKey.
//
// It does not check that the point of an ECDSA key lies on its curve.
func (a Algorithm) Fits(public crypto.PublicKey) bool {
	switch a {
	case RS256, RS384, RS512, PS256, PS384, PS512:
		key, ok := public.(*rsa.PublicKey)
		return ok && soundRSA(key)
	case ES256:
		return onCurve(public, elliptic.P256())
	case ES384:
		return onCurve(public, elliptic.P384())
	case ES512:
		return onCurve(public, elliptic.P521())
	case EdDSA:
		key, ok := public.(ed25519.PublicKey)
		return ok && len(key) == ed25519.PublicKeySize && !smallOrder(key)
	default:
		return false
	}
}

func soundRSA(key *rsa.PublicKey) bool {
	return boundedRSA(key) && !roca(key.N)
}

func boundedRSA(key *rsa.PublicKey) bool {
	if key == nil || key.N == nil || key.N.Sign() <= 0 {
		return false
	}
	bits := key.N.BitLen()
	return bits >= minRSABits && bits <= maxRSABits && key.N.Bit(0) == 1 &&
		key.E >= minRSAExponent && key.E&1 == 1
}

func onCurve(public crypto.PublicKey, curve elliptic.Curve) bool {
	key, ok := public.(*ecdsa.PublicKey)
	return ok && key != nil && key.Curve == curve
}
