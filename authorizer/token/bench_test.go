package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// Each algorithm is measured twice in one run: the whole verification, and the
// bare check of the signature with the standard library. Tokens take turns, so
// that none is remembered when it comes again.

func benchmarkVerify(b *testing.B, profile Profile, alg keyset.Algorithm) {
	verifyInTurn(b, profile, alg, maxKept+1)
}

func verifyInTurn(b *testing.B, profile Profile, alg keyset.Algorithm, n int) {
	v := newTestVerifier(b, 0)
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = vector{Profile: profile, Header: map[string]json.RawMessage{
			"alg": must(json.Marshal(alg)), "kid": must(json.Marshal(keyFor(alg))),
		}, Claims: map[string]json.RawMessage{"jti": must(json.Marshal(fmt.Sprint("t-", i)))}}.token(b)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := v.Verify(b.Context(), tokens[i%len(tokens)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyAgain is a token that comes again.
func BenchmarkVerifyAgain(b *testing.B) { verifyInTurn(b, ProfileCognito, keyset.RS256, 1) }

func benchmarkBare(b *testing.B, profile Profile, alg keyset.Algorithm) {
	var t jws
	if err := t.parse(goodCompact(b, profile, alg)); err != nil {
		b.Fatal(err)
	}
	key := keys()[keyFor(alg)].Public()
	signature := t.Signature
	if alg == keyset.ES256 {
		signature = asn1Signature(signature)
	}
	check := map[keyset.Algorithm]func() bool{
		keyset.RS256: func() bool {
			digest := sha256.Sum256(t.Signed)
			return rsa.VerifyPKCS1v15(key.(*rsa.PublicKey), crypto.SHA256, digest[:], signature) == nil
		},
		keyset.PS256: func() bool {
			digest := sha256.Sum256(t.Signed)
			return rsa.VerifyPSS(key.(*rsa.PublicKey), crypto.SHA256, digest[:], signature, nil) == nil
		},
		keyset.ES256: func() bool {
			digest := sha256.Sum256(t.Signed)
			return ecdsa.VerifyASN1(key.(*ecdsa.PublicKey), digest[:], signature)
		},
		keyset.EdDSA: func() bool { return ed25519.Verify(key.(ed25519.PublicKey), t.Signed, signature) },
	}[alg]
	b.ReportAllocs()
	for b.Loop() {
		if !check() {
			b.Fatal("the signature does not hold")
		}
	}
}

func BenchmarkVerifyRS256(b *testing.B) { benchmarkVerify(b, ProfileCognito, keyset.RS256) }
func BenchmarkBareRS256(b *testing.B)   { benchmarkBare(b, ProfileCognito, keyset.RS256) }
func BenchmarkVerifyPS256(b *testing.B) { benchmarkVerify(b, ProfileRFC9068, keyset.PS256) }
func BenchmarkBarePS256(b *testing.B)   { benchmarkBare(b, ProfileRFC9068, keyset.PS256) }
func BenchmarkVerifyES256(b *testing.B) { benchmarkVerify(b, ProfileRFC9068, keyset.ES256) }
func BenchmarkBareES256(b *testing.B)   { benchmarkBare(b, ProfileRFC9068, keyset.ES256) }
func BenchmarkVerifyEdDSA(b *testing.B) { benchmarkVerify(b, ProfileRFC9068, keyset.EdDSA) }
func BenchmarkBareEdDSA(b *testing.B)   { benchmarkBare(b, ProfileRFC9068, keyset.EdDSA) }

// BenchmarkRefuseExpired is what an attacker who has no key can cost.
func BenchmarkRefuseExpired(b *testing.B) {
	v := newTestVerifier(b, 86400e9)
	raw := goodCompact(b, ProfileCognito, keyset.RS256)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(b.Context(), raw); err == nil {
			b.Fatal("an expired token was let through")
		}
	}
}
