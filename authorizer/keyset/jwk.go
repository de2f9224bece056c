package keyset

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// A key is a public key of the set that signatures may be checked with.
type key struct {
	id     string    // "" if it has none
	alg    Algorithm // "" if every algorithm that fits may be used
	public crypto.PublicKey
	usable []Algorithm // those that may be used and fit, looked at once
}

func (k key) fits(alg Algorithm) bool { return slices.Contains(k.usable, alg) }

// same says whether other has the same name and is the same key.
func (k key) same(other key) bool {
	public, ok := k.public.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.id == other.id && public.Equal(other.public)
}

// Why a key of a set is not used. The texts are fixed: they are logged.
var (
	errNotObject    = errors.New("not an object")
	errType         = errors.New("kty is not RSA, EC or OKP")
	errUse          = errors.New("use is not sig")
	errOperations   = errors.New("key_ops lacks verify")
	errID           = errors.New("kid is not text")
	errAlgorithm    = errors.New("alg is not one that is supported")
	errOtherKeyType = errors.New("alg is for another kind of key")
	errModulus      = errors.New("RSA modulus cannot be read")
	errExponent     = errors.New("RSA exponent cannot be read")
	errWeakRSA      = errors.New("RSA modulus or exponent out of bounds")
	errROCA         = errors.New("RSA modulus has the fingerprint of CVE-2017-15361 (ROCA)")
	errCurve        = errors.New("crv is not supported")
	errCoordinates  = errors.New("coordinates cannot be read")
	errOffCurve     = errors.New("point is not on the curve")
	errSmallOrder   = errors.New("point has a small order")
)

// secretMembers are what only a private or a symmetric key has. Somebody who
// publishes them has lost the key, whatever else it says.
var secretMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"}

// parseKey reads one JSON Web Key (RFC 7517, section 4). Its error says why
// the key cannot be used, with nothing of the key in it. x5c, x5u and all
// other members are ignored.
func parseKey(jwk strictjson.Value) (key, error) {
	if jwk.Kind() != strictjson.Object {
		return key{}, errNotObject
	}
	if hasSecret(jwk) {
		return key{}, ErrSecret
	}
	if use, isText := jwk.Member("use").Text(); has(jwk, "use") && (!isText || use != "sig") {
		return key{}, errUse
	}
	if has(jwk, "key_ops") && !contains(jwk.Member("key_ops"), "verify") {
		return key{}, errOperations
	}
	id, isText := jwk.Member("kid").Text()
	if has(jwk, "kid") && !isText {
		return key{}, errID
	}
	public, err := parsePublic(jwk)
	if err != nil {
		return key{}, err
	}
	parsed := key{id: id, public: public}
	if has(jwk, "alg") {
		name, _ := jwk.Member("alg").Text()
		if parsed.alg, err = ParseAlgorithm(name); err != nil {
			return key{}, errAlgorithm
		}
		if !parsed.alg.Fits(public) {
			return key{}, errOtherKeyType
		}
	}
	for _, alg := range Algorithms() {
		if (parsed.alg == "" || parsed.alg == alg) && alg.Fits(public) {
			parsed.usable = append(parsed.usable, alg)
		}
	}
	return parsed, nil
}

func hasSecret(jwk strictjson.Value) bool {
	return slices.ContainsFunc(secretMembers, func(name string) bool { return has(jwk, name) })
}

func has(jwk strictjson.Value, name string) bool {
	return jwk.Member(name).Kind() != strictjson.Missing
}

// contains says whether array is an array of strings with want among them.
func contains(array strictjson.Value, want string) bool {
	found := false
	for element := range array.Elements() {
		text, isText := element.Text()
		if !isText {
			return false
		}
		found = found || text == want
	}
	return found
}

// parsePublic returns a key that fits at least one algorithm.
func parsePublic(jwk strictjson.Value) (crypto.PublicKey, error) {
	switch kty, _ := jwk.Member("kty").Text(); kty {
	case "RSA":
		return parseRSA(jwk)
	case "EC":
		return parseEC(jwk)
	case "OKP":
		return parseOKP(jwk)
	default:
		return nil, errType
	}
}

// parseRSA reads an RSA key (RFC 7518, section 6.3.1). Leading zero octets,
// which the RFC forbids and some libraries write, do not change the number
// and are let through.
func parseRSA(jwk strictjson.Value) (crypto.PublicKey, error) {
	n, ok := decode(jwk.Member("n"))
	if !ok {
		return nil, errModulus
	}
	e, ok := decode(jwk.Member("e"))
	if !ok {
		return nil, errExponent
	}
	exponent := new(big.Int).SetBytes(e)
	if exponent.BitLen() > 31 { // the most that crypto/rsa takes
		return nil, errWeakRSA
	}
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}
	if !boundedRSA(public) {
		return nil, errWeakRSA
	}
	if roca(public.N) {
		return nil, errROCA
	}
	return public, nil
}

// parseEC reads an elliptic-curve key (RFC 7518, section 6.2.1): both
// coordinates have the curve's full length, and the point lies on it.
func parseEC(jwk strictjson.Value) (crypto.PublicKey, error) {
	var curve elliptic.Curve
	switch crv, _ := jwk.Member("crv").Text(); crv {
	case "P-256":
		curve = elliptic.P256()
	case "P-384":
		curve = elliptic.P384()
	case "P-521":
		curve = elliptic.P521()
	default:
		return nil, errCurve
	}
	size := (curve.Params().BitSize + 7) / 8
	x, okX := decode(jwk.Member("x"))
	y, okY := decode(jwk.Member("y"))
	if !okX || !okY || len(x) != size || len(y) != size {
		return nil, errCoordinates
	}
	point := append(append([]byte{4}, x...), y...) // SEC 1, section 2.3.3
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, errOffCurve
	}
	return public, nil
}

// parseOKP reads an Ed25519 key (RFC 8037, section 2). It does not check that
// the point lies on the curve: under one that does not, no signature holds.
func parseOKP(jwk strictjson.Value) (crypto.PublicKey, error) {
	if crv, _ := jwk.Member("crv").Text(); crv != "Ed25519" {
		return nil, errCurve
	}
	x, ok := decode(jwk.Member("x"))
	if !ok || len(x) != ed25519.PublicKeySize {
		return nil, errCoordinates
	}
	if smallOrder(x) {
		return nil, errSmallOrder
	}
	return ed25519.PublicKey(x), nil
}

var base64URL = base64.RawURLEncoding.Strict()

// decode reads the base64url text of a member (RFC 7515, section 2): no
// padding, no stray bits, no line breaks, which encoding/base64 would skip.
func decode(member strictjson.Value) ([]byte, bool) {
	text, ok := member.Text()
	if !ok || text == "" || strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	octets, err := base64URL.DecodeString(text)
	return octets, err == nil
}
