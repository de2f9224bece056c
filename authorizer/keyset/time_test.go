package keyset

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestKeysServeTenMinutesWithoutAFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		for range 599 {
			wantKey(t, set, "kid-1", public)
			time.Sleep(time.Second)
		}
		issuer.fetched(t, 1)
		time.Sleep(time.Second)
		wantKey(t, set, "kid-1", public)
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 2)
	})
}

func TestPrefetchSparesTheFirstCallTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		issuer.slow(time.Second)
		set.Prefetch(context.Background())
		set.Prefetch(context.Background())
		start := time.Now()
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 1)
		if waited := time.Since(start); waited != 0 {
			t.Errorf("Find waited %v", waited)
		}
	})
}

func TestAFailedPrefetchIsRememberedLikeAnyOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		issuer.serves(503)
		set.Prefetch(context.Background())
		set.Prefetch(context.Background())
		wantUnavailable(t, set, "kid-1", "answered 503, not 200")
		issuer.fetched(t, 1)
		issuer.serves(200, jwk)
		time.Sleep(errorCoolDown)
		wantKey(t, set, "kid-1", public)
	})
}

func TestPrefetchStopsWaitingWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		issuer.slow(time.Second)
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		start := time.Now()
		set.Prefetch(ctx)
		if waited := time.Since(start); waited != time.Millisecond {
			t.Errorf("Prefetch waited %v", waited)
		}
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 1)
	})
}

func TestANewKeyIsFoundAtOnceAndTheOldOneGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, jwkOld := edKey(t, "kid-old")
		fresh, jwkNew := edKey(t, "kid-new")
		set, issuer := newSet(t, jwkOld)
		wantKey(t, set, "kid-old", old)
		issuer.serves(200, jwkOld, jwkNew)
		wantKey(t, set, "kid-new", fresh)
		wantKey(t, set, "kid-old", old)
		issuer.fetched(t, 2)
	})
}

func TestARevokedKeyIsGoneWithTheNextFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, jwkOld := edKey(t, "kid-old")
		fresh, jwkNew := edKey(t, "kid-new")
		set, issuer := newSet(t, jwkOld)
		wantKey(t, set, "kid-old", old)
		issuer.serves(200, jwkNew)
		wantKey(t, set, "kid-old", old)
		time.Sleep(refreshAfter)
		wantNoKey(t, set, "kid-old")
		wantKey(t, set, "kid-new", fresh)
		issuer.fetched(t, 2)
	})
}

func TestAKeyThatIsExchangedUnderItsNameIsExchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, jwkOld := edKey(t, "kid-1")
		fresh, jwkNew := edKey(t, "kid-1")
		set, issuer := newSet(t, jwkOld)
		wantKey(t, set, "kid-1", old)
		issuer.serves(200, jwkNew)
		time.Sleep(refreshAfter)
		wantKey(t, set, "kid-1", fresh)
	})
}

func TestTenThousandUnknownNamesCauseOneFetchPerCoolDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		for i := range 10_000 {
			wantNoKey(t, set, fmt.Sprintf("random-%d", i))
		}
		issuer.fetched(t, 1)
		time.Sleep(missCoolDown - time.Nanosecond)
		wantNoKey(t, set, "random")
		issuer.fetched(t, 1)
		time.Sleep(time.Nanosecond)
		for i := range 10_000 {
			wantNoKey(t, set, fmt.Sprintf("random-%d", i))
		}
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 2)
	})
}

func TestTenThousandUnknownNamesAtOnceCauseOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		issuer.slow(100 * time.Millisecond)
		for i := range 10_000 {
			go wantNoKey(t, set, fmt.Sprintf("random-%d", i))
		}
		time.Sleep(time.Second)
		issuer.fetched(t, 1)
		wantNoKey(t, set, "random")
		issuer.fetched(t, 1)
	})
}

func TestAKeyForNoAlgorithmIsNotFetched(t *testing.T) {
	_, jwk := edKey(t, "kid-1")
	set, issuer := newSet(t, jwk)
	for _, alg := range []Algorithm{"", "none", "HS256", "rs256"} {
		if public, err := set.Find(context.Background(), "kid-1", alg); public != nil || err == nil {
			t.Errorf("Find for %q = %v, %v", alg, public, err)
		}
	}
	issuer.fetched(t, 0)
}

func TestAMissWhileTheIssuerIsDownIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		wantKey(t, set, "kid-1", public)
		issuer.serves(500)
		for range 100 {
			wantUnavailable(t, set, "kid-new", "answered 500, not 200")
		}
		issuer.fetched(t, 2)
		wantKey(t, set, "kid-1", public)
		time.Sleep(errorCoolDown - time.Nanosecond)
		wantUnavailable(t, set, "kid-new", "answered 500, not 200")
		issuer.fetched(t, 2)
		time.Sleep(time.Nanosecond)
		wantUnavailable(t, set, "kid-new", "answered 500, not 200")
		issuer.fetched(t, 3)
	})
}

func TestCachedKeysServeUntilTheirHardAgeWhileTheIssuerIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		wantKey(t, set, "kid-1", public)
		born := time.Now()
		issuer.serves(503)
		for time.Since(born) < hardAge-time.Minute {
			wantKey(t, set, "kid-1", public)
			time.Sleep(time.Minute)
		}
		time.Sleep(time.Until(born.Add(hardAge - time.Nanosecond)))
		wantKey(t, set, "kid-1", public)
		time.Sleep(time.Nanosecond)
		wantUnavailable(t, set, "kid-1", "answered 503, not 200")
		issuer.serves(200, jwk)
		time.Sleep(errorCoolDown)
		wantKey(t, set, "kid-1", public)
	})
}

func TestARefreshThatFailsIsTriedAgainAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		var causes []error
		set.failed = func(err error) { causes = append(causes, err) }
		wantKey(t, set, "kid-1", public)
		issuer.serves(500)
		time.Sleep(refreshAfter)
		for range 50 {
			wantKey(t, set, "kid-1", public)
			time.Sleep(100 * time.Millisecond)
		}
		issuer.fetched(t, 2)
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 3)
		if len(causes) != 2 || causes[0].Error() != "keys unavailable: key set at https://issuer.example/keys, answered 500, not 200" {
			t.Errorf("reported %v, want two causes", causes)
		}
	})
}

func TestASetWithNothingUsableDropsTheKeysOfBeforeAtOnce(t *testing.T) {
	for name, jwks := range map[string][]string{"no key": nil, "a key for encryption": {rfc7517EC}, "an odd key": {`{}`}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				public, jwk := edKey(t, "kid-1")
				set, issuer := newSet(t, jwk)
				var causes []error
				set.failed = func(err error) { causes = append(causes, err) }
				wantKey(t, set, "kid-1", public)
				issuer.serves(200, jwks...)
				time.Sleep(refreshAfter)
				wantUnavailable(t, set, "kid-1", "has no key")
				wantUnavailable(t, set, "kid-2", "has no key")
				issuer.fetched(t, 2)
				time.Sleep(errorCoolDown - time.Nanosecond)
				wantUnavailable(t, set, "kid-1", "has no key")
				issuer.fetched(t, 2)
				time.Sleep(time.Nanosecond)
				wantUnavailable(t, set, "kid-1", "has no key")
				issuer.fetched(t, 3)
				if len(causes) != 2 || !strings.Contains(causes[0].Error(), "has no key") {
					t.Errorf("reported %v, want two causes", causes)
				}
				issuer.serves(200, jwk)
				time.Sleep(errorCoolDown)
				wantKey(t, set, "kid-1", public)
			})
		})
	}
}

func TestAnUnknownNameThatFindsTheSetEmptiedDropsTheKeysOfBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		wantKey(t, set, "kid-1", public)
		issuer.serves(200)
		wantUnavailable(t, set, "kid-2", "has no key")
		wantUnavailable(t, set, "kid-1", "has no key")
		issuer.fetched(t, 2)
	})
}

func TestWithdrawnKeysDoNotComeBackWhenTheIssuerFailsAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		wantKey(t, set, "kid-1", public)
		issuer.serves(200)
		time.Sleep(refreshAfter)
		wantUnavailable(t, set, "kid-1", "has no key")
		issuer.serves(503)
		time.Sleep(errorCoolDown)
		wantUnavailable(t, set, "kid-1", "answered 503")
		issuer.fetched(t, 3)
	})
}

func TestAnAnswerThatIsNoKeySetKeepsTheKeysOfBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		wantKey(t, set, "kid-1", public)
		for n, body := range []string{``, `<html>`, `null`, `[]`, `{}`, `{"keys":null}`, `{"keys":{}}`, `{"keys":[],"keys":[]}`, `{"keys":[]}x`, setOf(strings.Split(strings.Repeat("{}\n", 101), "\n")[:101]...), setOf() + strings.Repeat(" ", maxBody)} {
			issuer.mu.Lock()
			issuer.body = body
			issuer.mu.Unlock()
			time.Sleep(refreshAfter)
			wantKey(t, set, "kid-1", public)
			issuer.fetched(t, n+2)
		}
	})
}

func TestNoVerdictWithoutASet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, issuer := newSet(t)
		wantUnavailable(t, set, "kid-1", "has no key")
		wantUnavailable(t, set, "", "has no key")
		issuer.fetched(t, 1)
	})
}

func TestTheErrorOfAMissSaysWhatTheSetHas(t *testing.T) {
	_, jwk := edKey(t, "kid-1")
	set, _ := newSet(t, jwk, rfc7517EC)
	_, err := set.Find(context.Background(), "1", ES256)
	want := `no such key: key set at https://issuer.example/keys, has none for "ES256", got 1 usable, and 1 unusable (key 2 of 2: use is not sig)`
	if err == nil || err.Error() != want {
		t.Errorf("Find = %v, want %s", err, want)
	}
}
