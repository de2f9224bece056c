package keyset

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"slices"
	"testing"
)

// The key of Project Wycheproof's group jws_rsa_roca_key (json_web_key_test).
const wycheproofROCA = "AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r11CqRw09yBFuW79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQWOOzl1S9OhwAfSiiOwz6efnXEaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtKUsNSGCT7OZg0hzm2KphtjnayKJvC64vAbROBR4Ubg6Bxg9IQVZ-QYyE"

func TestAnRSAKeyOfTheROCAGeneratorIsRefused(t *testing.T) {
	jwk := members7517RSA(t).with(members{"n": wycheproofROCA})
	if k, err := readKey(t, jwk.String()); !errors.Is(err, errROCA) {
		t.Errorf("parseKey = %+v, %v, want %v", k, err, errROCA)
	}
	n, err := base64URL.DecodeString(wycheproofROCA)
	if err != nil {
		t.Fatal(err)
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
	for _, alg := range []Algorithm{RS256, RS384, RS512, PS256, PS384, PS512} {
		if alg.Fits(key) {
			t.Errorf("the key fits %q", alg)
		}
	}
}

func TestAModulusOneBesideTheFingerprintIsTaken(t *testing.T) {
	// 65537 to any power has the fingerprint by its definition.
	power := new(big.Int).Exp(big.NewInt(65537), big.NewInt(130), nil)
	if !boundedRSA(&rsa.PublicKey{N: power, E: 65537}) || !roca(power) || soundRSA(&rsa.PublicKey{N: power, E: 65537}) {
		t.Error("a power of 65537 does not have the fingerprint")
	}
	for _, offset := range []int64{-2, 2, 4, 167} {
		if n := new(big.Int).Add(power, big.NewInt(offset)); roca(n) {
			t.Errorf("a power of 65537 and %d has the fingerprint", offset)
		}
	}
}

func TestFreshRSAKeysAreTaken(t *testing.T) {
	for range 4 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readKey(t, jwkOf(&key.PublicKey).String()); err != nil || !RS256.Fits(&key.PublicKey) {
			t.Errorf("a fresh key with the modulus %x: %v", key.N, err)
		}
	}
}

func TestTheFingerprintHasThePublishedPrimes(t *testing.T) {
	want := []uint{
		3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
		101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
	}
	var got []uint
	for _, p := range rocaPrimes {
		got = append(got, p.prime)
		for residue := range p.prime {
			power, has := big.NewInt(1), false
			for range p.prime {
				has = has || power.Uint64() == uint64(residue)
				power.Mod(power.Mul(power, big.NewInt(65537)), big.NewInt(int64(p.prime)))
			}
			if p.has(residue) != has {
				t.Errorf("%d is a power of 65537 modulo %d: %v, want %v", residue, p.prime, p.has(residue), has)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("primes = %v, want %v", got, want)
	}
}
