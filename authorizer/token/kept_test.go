package token

import (
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// changingKeys are the keys of an issuer that changes them.
type changingKeys struct {
	keyring
	err   error
	asked int
}

func (k *changingKeys) Find(ctx context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error) {
	k.asked++
	if k.err != nil {
		return nil, k.err
	}
	return k.keyring.Find(ctx, kid, alg)
}

// repeater verifies tokens of one issuer, at a time and with keys that may
// change in between.
type repeater struct {
	*Verifier
	keys *changingKeys
	now  time.Time
}

func newRepeater(t testing.TB) *repeater {
	t.Helper()
	r := &repeater{keys: &changingKeys{keyring: keys()}, now: now}
	issuer := testIssuers()[1]
	issuer.Keys = r.keys
	v, err := NewVerifier([]Issuer{issuer}, testedKnown, func() time.Time { return r.now })
	if err != nil {
		t.Fatal(err)
	}
	r.Verifier = v
	return r
}

// reason returns why a token is refused, or Allowed.
func (r *repeater) reason(t testing.TB, raw string) access.Reason {
	t.Helper()
	_, err := r.Verify(t.Context(), raw)
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Reason
	}
	if err != nil {
		t.Fatal(err)
	}
	return access.Allowed
}

func (r *repeater) remembers(raw string) bool {
	return r.kept.find(sha256.Sum256([]byte(raw))) != nil
}

// numbered returns the nth of any number of good tokens.
func numbered(t testing.TB, n int) string {
	t.Helper()
	return vector{
		Profile: ProfileRFC9068,
		Header:  raw(`{"alg":"EdDSA","kid":"ed"}`),
		Claims:  raw(fmt.Sprintf(`{"jti":"t-%d"}`, n)),
	}.token(t)
}

func TestARepeatedTokenIsLetThroughWithoutItsSignatureBeingChecked(t *testing.T) {
	r, token := newRepeater(t), numbered(t, 1)
	first, err := r.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.Verify(t.Context(), token)
	if err != nil || again != first {
		t.Errorf("Verify = %p, %v, want what it was before, %p", again, err, first)
	}
	if r.keys.asked != 2 {
		t.Errorf("keys were looked for %d times, want each time", r.keys.asked)
	}
}

func TestARepeatedTokenEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*repeater)
		want   access.Reason
	}{
		{"with its life", func(r *repeater) { r.now = now.Add(300*time.Second + ClockSkew) }, access.TokenExpired},
		{"where the clock is set back", func(r *repeater) { r.now = now.Add(-time.Hour) }, access.TokenNotYetValid},
		{"with its key", func(r *repeater) { r.keys.keyring = keyring{} }, access.KeyUnknown},
		{"with its key, where another has its name", func(r *repeater) { r.keys.keyring = other() }, access.SignatureInvalid},
		{"with its key set", func(r *repeater) { r.keys.err = keyset.ErrUnavailable }, access.KeysUnavailable},
		{"with an error of the keys", func(r *repeater) { r.keys.err = errors.New("test: something else") }, access.KeysUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, token := newRepeater(t), numbered(t, 1)
			if got := r.reason(t, token); got != access.Allowed {
				t.Fatalf("reason = %q", got)
			}
			c.change(r)
			for range 2 {
				if got := r.reason(t, token); got != c.want {
					t.Errorf("reason = %q, want %q", got, c.want)
				}
			}
			if r.remembers(token) {
				t.Error("the token is still remembered")
			}
			r.now, r.keys.keyring, r.keys.err = now, keys(), nil
			if got := r.reason(t, token); got != access.Allowed {
				t.Errorf("reason = %q once all is as before", got)
			}
		})
	}
}

func TestARefusedTokenIsNotRemembered(t *testing.T) {
	for _, vector := range loadVectors(t) {
		after := now.Add(time.Duration(vector.After) * time.Second)
		v, err := NewVerifier(testIssuers(), testedKnown, func() time.Time { return after })
		if err != nil {
			t.Fatal(err)
		}
		_, refused := v.Verify(t.Context(), vector.token(t))
		if got := len(v.kept.proofs); (got > 0) != (refused == nil) {
			t.Errorf("%s: %d tokens are remembered, and the error is %v", vector.Name, got, refused)
		}
	}
}

func TestATokenLikeARememberedOneIsAnother(t *testing.T) {
	r, token := newRepeater(t), numbered(t, 1)
	if got := r.reason(t, token); got != access.Allowed {
		t.Fatalf("reason = %q", got)
	}
	for i := range token {
		for bit := range 8 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			if got := r.reason(t, string(changed)); got == access.Allowed {
				t.Fatalf("with bit %d of byte %d changed, it is let through", bit, i)
			}
		}
	}
	for _, changed := range []string{token + "=", token + "\n", " " + token, token[:len(token)-1]} {
		if got := r.reason(t, changed); got == access.Allowed {
			t.Errorf("%q is let through", changed[max(0, len(changed)-3):])
		}
	}
}

func TestOnlySoManyTokensAreRemembered(t *testing.T) {
	r := newRepeater(t)
	for n := range maxKept + 10 {
		if got := r.reason(t, numbered(t, n)); got != access.Allowed {
			t.Fatalf("reason = %q", got)
		}
	}
	if got := len(r.kept.proofs); got != maxKept {
		t.Errorf("%d tokens are remembered, want %d", got, maxKept)
	}
	r.keys.keyring = other()
	if got := r.reason(t, numbered(t, maxKept+9)); got != access.SignatureInvalid {
		t.Errorf("reason = %q for a remembered token of a key that is gone", got)
	}
}

func TestTheOldestTokenIsForgottenFirst(t *testing.T) {
	var k kept
	name := func(n int) digest { return sha256.Sum256(fmt.Append(nil, n)) }
	for n := range maxKept {
		k.keep(name(n), &proof{})
	}
	k.forget(name(1)) // and then there is room for one
	k.keep(name(maxKept), &proof{})
	k.keep(name(maxKept+1), &proof{})
	if k.find(name(0)) != nil || k.find(name(1)) != nil {
		t.Error("the oldest are remembered")
	}
	for n := 2; n < maxKept+2; n++ {
		if k.find(name(n)) == nil {
			t.Errorf("token %d is forgotten", n)
		}
	}
	if len(k.proofs) > maxKept {
		t.Errorf("%d are remembered, want at most %d", len(k.proofs), maxKept)
	}
}

func TestOneTokenMayBeRepeatedFromManyPlaces(t *testing.T) {
	v, tokens := newTestVerifier(t, 0), []string{}
	for n := range 8 {
		tokens = append(tokens, numbered(t, n))
	}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for n := range 64 {
				if _, err := v.Verify(t.Context(), tokens[(worker+n)%len(tokens)]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
