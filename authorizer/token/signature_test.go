package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

type rfcExample struct {
	Source string           `json:"source"`
	Alg    keyset.Algorithm `json:"alg"`
	Key    struct{ Kty, Crv, N, E, X, Y string }
	JWS    string `json:"jws"`
}

func loadRFCExamples(t *testing.T) []rfcExample {
	t.Helper()
	var examples []rfcExample
	if err := json.Unmarshal(must(os.ReadFile("testdata/rfc.json")), &examples); err != nil {
		t.Fatal(err)
	}
	return examples
}

func (e rfcExample) public() crypto.PublicKey {
	number := func(text string) *big.Int { return new(big.Int).SetBytes(decoded(text)) }
	switch e.Key.Kty {
	case "RSA":
		return &rsa.PublicKey{N: number(e.Key.N), E: int(number(e.Key.E).Int64())}
	case "EC":
		curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-521": elliptic.P521()}[e.Key.Crv]
		return &ecdsa.PublicKey{Curve: curve, X: number(e.Key.X), Y: number(e.Key.Y)}
	default:
		return ed25519.PublicKey(decoded(e.Key.X))
	}
}

// The examples are JWS, and mostly no tokens: they test the signatures.
func TestTheExamplesOfTheRFCsHold(t *testing.T) {
	for _, e := range loadRFCExamples(t) {
		t.Run(e.Source, func(t *testing.T) {
			last := strings.LastIndexByte(e.JWS, '.')
			signed, signature := []byte(e.JWS[:last]), decoded(e.JWS[last+1:])
			if !e.Alg.Fits(e.public()) {
				t.Fatal("the key does not fit")
			}
			if !verifySignature(e.Alg, e.public(), signed, signature) {
				t.Error("the signature does not hold")
			}
			for _, alg := range keyset.Algorithms() {
				if alg != e.Alg && verifySignature(alg, e.public(), signed, signature) {
					t.Errorf("the signature also holds for %s", alg)
				}
			}
			step := 1
			if e.Alg == keyset.ES512 {
				step = 13 // P-521 is slow: a sample that meets every byte and every place in it
			}
			for bit := 0; bit < len(signature)*8; bit += step {
				signature[bit/8] ^= 1 << (bit % 8)
				if verifySignature(e.Alg, e.public(), signed, signature) {
					t.Errorf("the signature holds with bit %d changed", bit)
				}
				signature[bit/8] ^= 1 << (bit % 8)
			}
			for _, wrong := range [][]byte{nil, signature[1:], signature[:len(signature)-1], append(signature[:len(signature):len(signature)], 0), append([]byte{0}, signature...)} {
				if verifySignature(e.Alg, e.public(), signed, wrong) {
					t.Errorf("a signature of %d instead of %d bytes holds", len(wrong), len(signature))
				}
			}
		})
	}
}

func TestASaltOfAnotherLengthIsRefused(t *testing.T) {
	key := keys()["rsa"].(*rsa.PrivateKey)
	for _, alg := range []keyset.Algorithm{keyset.PS256, keyset.PS384, keyset.PS512} {
		hash, digest := digestFor(alg, []byte("signed"))
		for _, salt := range []int{1, 20, 32, 48, 64, rsa.PSSSaltLengthAuto} {
			signature := signPSS(key, hash, digest, salt)
			want := salt == hash.Size()
			if got := verifySignature(alg, key.Public(), []byte("signed"), signature); got != want {
				t.Errorf("%s with a salt of %d holds: %v, want %v", alg, salt, got, want)
			}
		}
	}
}

func TestNumbersOutOfRangeAreRefused(t *testing.T) {
	for alg, curve := range map[keyset.Algorithm]elliptic.Curve{keyset.ES256: elliptic.P256(), keyset.ES384: elliptic.P384(), keyset.ES512: elliptic.P521()} {
		key := keys()[keyFor(alg)].Public()
		n := curve.Params().N
		size := (curve.Params().BitSize + 7) / 8
		numbers := []*big.Int{new(big.Int), big.NewInt(1), new(big.Int).Sub(n, big.NewInt(1)), n}
		for _, r := range numbers {
			for _, s := range numbers {
				signature := append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
				if verifySignature(alg, key, []byte("signed"), signature) {
					t.Errorf("%s: r = %v, s = %v holds", alg, r, s)
				}
			}
		}
	}
}

func TestAKeyOfAnotherTypeIsRefused(t *testing.T) {
	for _, alg := range keyset.Algorithms() {
		signature := sign(alg, keys()[keyFor(alg)], []byte("signed"))
		if !verifySignature(alg, keys()[keyFor(alg)].Public(), []byte("signed"), signature) {
			t.Errorf("%s: a good signature does not hold", alg)
		}
		for name, key := range map[string]crypto.PublicKey{
			"nothing": nil, "bytes": []byte("key"), "a private key": keys()[keyFor(alg)],
			"an empty Ed25519 key": ed25519.PublicKey{},
		} {
			if verifySignature(alg, key, []byte("signed"), signature) {
				t.Errorf("%s: a signature holds for %s", alg, name)
			}
		}
		for name, key := range keys() {
			if name != keyFor(alg) && verifySignature(alg, key.Public(), []byte("signed"), signature) {
				t.Errorf("%s: a signature holds for the key %s", alg, name)
			}
		}
	}
}

func TestAnUnknownAlgorithmVerifiesNothing(t *testing.T) {
	for _, alg := range []keyset.Algorithm{"", "none", "HS256", "ES256K", "Ed25519", "rs256"} {
		for _, key := range keys() {
			if verifySignature(alg, key.Public(), []byte("signed"), nil) {
				t.Errorf("%q verifies nothing at all", alg)
			}
		}
	}
}
