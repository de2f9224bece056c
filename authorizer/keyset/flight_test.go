package keyset

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestCallersShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		issuer.slow(time.Second)
		start := time.Now()
		for range 1000 {
			go wantKey(t, set, "kid-1", public)
		}
		synctest.Wait()
		issuer.fetched(t, 1)
		wantKey(t, set, "kid-1", public)
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("waited %v", waited)
		}
		issuer.fetched(t, 1)
	})
}

func TestCallersShareOneFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, issuer := newSet(t)
		reported := 0
		set.failed = func(error) { reported++ }
		issuer.serves(500)
		issuer.slow(time.Second)
		for range 1000 {
			go wantUnavailable(t, set, "kid-1", "answered 500")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		issuer.fetched(t, 1)
		if reported != 1 {
			t.Errorf("reported %d times, want once", reported)
		}
	})
}

func TestAFetchOutlivesTheCallerThatStartedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		issuer.slow(time.Second)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		got, err := set.Find(ctx, "kid-1", EdDSA)
		if got != nil || !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Find = %v, %v, want %v for the context's end", got, err, ErrUnavailable)
		}
		if waited := time.Since(start); waited != 100*time.Millisecond {
			t.Errorf("waited %v", waited)
		}
		time.Sleep(time.Second)
		issuer.slow(time.Hour)
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 1)
	})
}

func TestACallerThatStopsWaitingForARefreshGetsTheKeyOfBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		wantKey(t, set, "kid-1", public)
		issuer.slow(time.Second)
		time.Sleep(refreshAfter)
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if got, err := set.Find(ctx, "kid-1", EdDSA); !public.Equal(got) || err != nil {
			t.Errorf("Find = %v, %v, want the key", got, err)
		}
		time.Sleep(time.Second) // let the fetch land
	})
}

func TestAHangingIssuerCostsTwoSecondsOnceInFive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, issuer := newSet(t)
		issuer.slow(time.Hour)
		start := time.Now()
		wantUnavailable(t, set, "kid-1", "sent no whole answer within 2s")
		if waited := time.Since(start); waited != fetchTimeout {
			t.Errorf("waited %v, want %v", waited, fetchTimeout)
		}
		start = time.Now()
		wantUnavailable(t, set, "kid-1", "sent no whole answer within 2s")
		time.Sleep(errorCoolDown - time.Nanosecond)
		wantUnavailable(t, set, "kid-1", "sent no whole answer within 2s")
		if waited := time.Since(start); waited != errorCoolDown-time.Nanosecond {
			t.Errorf("waited %v in the cool-down", waited)
		}
		issuer.fetched(t, 1)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAPanicIsAFailedFetch(t *testing.T) {
	set, err := New(Config{URL: "https://issuer.example/keys", Client: &http.Client{
		Transport: roundTrip(func(*http.Request) (*http.Response, error) { panic("secret") }),
	}})
	if err != nil {
		t.Fatal(err)
	}
	wantUnavailable(t, set, "kid-1", "panicked")
}

// frozen is a wall clock that can jump while all timers stand still, as when a
// Lambda function is frozen and thawed.
type frozen struct{ ahead atomic.Int64 }

func (f *frozen) now() time.Time        { return time.Now().Add(time.Duration(f.ahead.Load())) }
func (f *frozen) jump(by time.Duration) { f.ahead.Add(int64(by)) }

func newFrozen(t *testing.T, jwks ...string) (*Set, *server, *frozen) {
	t.Helper()
	set, issuer := newSet(t, jwks...)
	f := &frozen{}
	set.clock.wall = f.now
	return set, issuer, f
}

func TestAThawedProcessFetchesWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, jwkOld := edKey(t, "kid-1")
		fresh, jwkNew := edKey(t, "kid-1")
		set, issuer, wall := newFrozen(t, jwkOld)
		wantKey(t, set, "kid-1", old)
		issuer.serves(200, jwkNew)
		wall.jump(refreshAfter)
		wantKey(t, set, "kid-1", fresh)
		issuer.serves(500)
		wall.jump(hardAge)
		wantUnavailable(t, set, "kid-1", "answered 500")
	})
}

func TestAFetchThatWasFrozenIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer, wall := newFrozen(t, jwk)
		issuer.slow(time.Hour)
		go wantKey(t, set, "kid-1", public) // it was frozen too, and profits from the next
		synctest.Wait()
		wall.jump(time.Hour)
		issuer.slow(0)
		start := time.Now()
		wantKey(t, set, "kid-1", public)
		if waited := time.Since(start); waited != 0 {
			t.Errorf("waited %v for a dead connection", waited)
		}
		issuer.fetched(t, 2)
	})
}

func TestAFailureOfBeforeTheFreezeStartsNoCoolDownAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer, wall := newFrozen(t, jwk)
		issuer.slow(time.Hour)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		set.Prefetch(ctx)
		wall.jump(time.Hour)
		time.Sleep(fetchTimeout) // the thawed fetch meets its deadline
		issuer.slow(0)
		wantKey(t, set, "kid-1", public)
	})
}

func TestAnAnswerThatWasFrozenForADayIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer, wall := newFrozen(t, jwk)
		issuer.slow(time.Second)
		go wantUnavailable(t, set, "kid-1", "frozen")
		synctest.Wait()
		wall.jump(hardAge)
		time.Sleep(time.Second)
		synctest.Wait()
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 2)
	})
}
