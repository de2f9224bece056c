package token

import (
	"testing"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// A token in which one bit is another is never let through. Every bit of a
// token is tried for each kind of signature.
func TestAChangedBitIsNeverLetThrough(t *testing.T) {
	v := newTestVerifier(t, 0)
	for _, alg := range []keyset.Algorithm{keyset.RS256, keyset.PS256, keyset.ES256, keyset.EdDSA} {
		token := []byte(goodCompact(t, ProfileRFC9068, alg))
		if _, err := v.Verify(t.Context(), string(token)); err != nil {
			t.Fatalf("%s: the good token is refused: %v", alg, err)
		}
		for bit := range len(token) * 8 {
			token[bit/8] ^= 1 << (bit % 8)
			if _, err := v.Verify(t.Context(), string(token)); err == nil {
				t.Errorf("%s: the token with bit %d changed is let through", alg, bit)
			}
			token[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// Cuts, insertions and exchanges never make another token that is let through.
func FuzzAMutatedTokenIsNeverLetThrough(f *testing.F) {
	v := newTestVerifier(f, 0)
	good := []string{
		goodCompact(f, ProfileCognito, keyset.RS256),
		goodCompact(f, ProfileRFC9068, keyset.RS256),
		goodCompact(f, ProfileRFC9068, keyset.EdDSA),
	}
	f.Add(0, 0, 0, "")
	f.Add(1, 10, 1, "A")
	f.Add(2, 600, 0, "=")
	f.Add(0, 40, 0, "\n")
	f.Add(1, 5, 400, ".")
	f.Add(2, 0, 9, "eyJhbGciOiJub25lIn0")
	f.Fuzz(func(t *testing.T, which, at, cut int, insert string) {
		token := good[abs(which)%len(good)]
		at = abs(at) % (len(token) + 1)
		cut = abs(cut) % (len(token) - at + 1)
		mutated := token[:at] + insert + token[at+cut:]
		verified, err := v.Verify(t.Context(), mutated)
		reasonOf(t, verified, err)
		if err == nil && mutated != token {
			t.Fatalf("a token with %d bytes at %d replaced by %q is let through", cut, at, insert)
		}
	})
}

// Header and payload that nobody foresaw, rightly signed: what is let through
// has everything that is mandatory, and nothing panics.
func FuzzClaims(f *testing.F) {
	v := newTestVerifier(f, 0)
	key := keys()["ed"]
	for _, vector := range loadVectors(f) {
		p := partsOf(vector.token(f))
		f.Add(string(decoded(p.header)), string(decoded(p.payload)))
	}
	f.Fuzz(func(t *testing.T, header, claims string) {
		token := compact(keyset.EdDSA, key, header, claims)
		verified, err := v.Verify(t.Context(), token)
		reasonOf(t, verified, err)
		if err != nil {
			return
		}
		c := verified.Caller()
		if c.Issuer != rfc9068URL || c.Subject == "" || c.ClientID != "s6BhdRkqt3" ||
			now.After(c.ExpiresAt.Add(ClockSkew)) || c.IssuedAt.After(now.Add(ClockSkew)) || verified.TokenID() == "" {
			t.Fatalf("let through with %+v", c)
		}
		var j jws
		if err := j.parse(token); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"crit", "b64", "enc", "zip"} {
			if present(j.Header, name) {
				t.Fatalf("let through with the header parameter %s", name)
			}
		}
		for _, name := range []string{"cnf", "nonce", "at_hash", "c_hash", "events"} {
			if present(j.claims, name) {
				t.Fatalf("let through with the claim %s", name)
			}
		}
	})
}

// No string makes Verify panic, and none is let through.
func FuzzAnyString(f *testing.F) {
	v := newTestVerifier(f, 0)
	for _, c := range hostileStrings {
		f.Add(c.raw(partsOf(goodCompact(f, ProfileRFC9068, keyset.ES256))))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var j jws
		if err := j.parse(raw); err == nil && encode(decoded(partsOf(raw).signature)) != partsOf(raw).signature {
			t.Fatalf("%q has a part with two spellings", raw)
		}
		verified, err := v.Verify(t.Context(), raw)
		reasonOf(t, verified, err)
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
