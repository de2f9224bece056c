package keyset

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// modulus returns an odd number of exactly the given bits; it need not be a
// product of primes for what is tested here.
func modulus(bits int) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return n.SetBit(n, 0, 1)
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PublicKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &key.PublicKey
}

func TestEveryAlgorithmIsKnownByItsExactName(t *testing.T) {
	for _, alg := range Algorithms() {
		if got, err := ParseAlgorithm(string(alg)); got != alg || err != nil {
			t.Errorf("ParseAlgorithm(%q) = %q, %v", alg, got, err)
		}
	}
}

func TestOtherAlgorithmsAreRefused(t *testing.T) {
	for _, name := range []string{
		"", "none", "None", "HS256", "HS384", "HS512", "rs256", "RS256 ", " RS256", "RS1", "ES256K", "ES521",
		"Ed25519", "Ed448", "eddsa", "RSA-OAEP", "dir", "PBES2-HS256+A128KW", "RS256\x00", "RS256,ES256",
	} {
		got, err := ParseAlgorithm(name)
		if got != "" || err == nil {
			t.Errorf("ParseAlgorithm(%q) = %q, %v, want an error", name, got, err)
		} else if !strings.Contains(err.Error(), "write one of RS256,") {
			t.Errorf("ParseAlgorithm(%q) does not say what to write: %v", name, err)
		}
	}
}

func TestAKeyFitsItsOwnAlgorithmsOnly(t *testing.T) {
	rsaKey := &rsa.PublicKey{N: modulus(2048), E: 65537}
	edPublic, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	forRSA := []Algorithm{RS256, RS384, RS512, PS256, PS384, PS512}
	for name, c := range map[string]struct {
		key  crypto.PublicKey
		fits []Algorithm
	}{
		"RSA of 2048 bits":              {rsaKey, forRSA},
		"RSA of 8192 bits":              {&rsa.PublicKey{N: modulus(8192), E: 65537}, forRSA},
		"RSA with a larger exponent":    {&rsa.PublicKey{N: modulus(2048), E: 65539}, forRSA},
		"P-256":                         {ecKey(t, elliptic.P256()), []Algorithm{ES256}},
		"P-384":                         {ecKey(t, elliptic.P384()), []Algorithm{ES384}},
		"P-521":                         {ecKey(t, elliptic.P521()), []Algorithm{ES512}},
		"Ed25519":                       {edPublic, []Algorithm{EdDSA}},
		"P-224":                         {ecKey(t, elliptic.P224()), nil},
		"RSA of 2047 bits":              {&rsa.PublicKey{N: modulus(2047), E: 65537}, nil},
		"RSA of 1024 bits":              {&rsa.PublicKey{N: modulus(1024), E: 65537}, nil},
		"RSA of 8193 bits":              {&rsa.PublicKey{N: modulus(8193), E: 65537}, nil},
		"RSA with an even modulus":      {&rsa.PublicKey{N: new(big.Int).Add(modulus(2048), big.NewInt(1)), E: 65537}, nil},
		"RSA with a negative modulus":   {&rsa.PublicKey{N: new(big.Int).Neg(modulus(2048)), E: 65537}, nil},
		"RSA with exponent 1":           {&rsa.PublicKey{N: modulus(2048), E: 1}, nil},
		"RSA with exponent 3":           {&rsa.PublicKey{N: modulus(2048), E: 3}, nil},
		"RSA with an even exponent":     {&rsa.PublicKey{N: modulus(2048), E: 65538}, nil},
		"RSA with a negative exponent":  {&rsa.PublicKey{N: modulus(2048), E: -65537}, nil},
		"RSA without a modulus":         {&rsa.PublicKey{E: 65537}, nil},
		"a nil RSA key":                 {(*rsa.PublicKey)(nil), nil},
		"a nil EC key":                  {(*ecdsa.PublicKey)(nil), nil},
		"an EC key without a curve":     {&ecdsa.PublicKey{}, nil},
		"an Ed25519 key cut short":      {edPublic[:31], nil},
		"an empty Ed25519 key":          {ed25519.PublicKey(nil), nil},
		"plain bytes":                   {[]byte(edPublic), nil},
		"an RSA key that is no pointer": {*rsaKey, nil},
		"a secret for HMAC":             {"secret", nil},
		"nothing":                       {nil, nil},
	} {
		for _, alg := range append(Algorithms(), "", "none", "HS256") {
			if got, want := alg.Fits(c.key), slices.Contains(c.fits, alg); got != want {
				t.Errorf("%s: %q.Fits = %v, want %v", name, alg, got, want)
			}
		}
	}
}
