package authorizer_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
)

const (
	ours   = "https://ours.example"
	theirs = "https://theirs.example"
)

// eachWay runs a test with tokens that were never seen before, and with one
// that was let through and is remembered: both must fare alike.
func eachWay(t *testing.T, test func(t *testing.T, v *virtual, g *gate, token func(kid string) string)) {
	for _, remembered := range []bool{false, true} {
		t.Run(fmt.Sprintf("remembered %v", remembered), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := newVirtual(t, ours, "kid-1")
				g := newGate(t, v)
				first := v.token(t, "kid-1")
				g.want(first, access.Allowed)
				test(t, v, g, func(kid string) string {
					if remembered && kid == "kid-1" {
						return first
					}
					return v.token(t, kid)
				})
			})
		})
	}
}

func wantFetches(t *testing.T, v *virtual, want int) {
	t.Helper()
	if got := v.fetched(); got != want {
		t.Errorf("%d fetches, want %d", got, want)
	}
}

func TestARevokedKeyOpensNothingAfterTenMinutes(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		v.make(t, "kid-2")
		v.publish("kid-2")
		time.Sleep(10*time.Minute - time.Nanosecond)
		g.want(token("kid-1"), access.Allowed)
		wantFetches(t, v, 1)
		time.Sleep(time.Nanosecond)
		g.want(token("kid-1"), access.KeyUnknown)
		g.want(token("kid-1"), access.KeyUnknown)
		g.want(token("kid-2"), access.Allowed)
		wantFetches(t, v, 2)
		v.publish("kid-1", "kid-2") // it was a mistake
		time.Sleep(30 * time.Second)
		g.want(token("kid-1"), access.Allowed)
		wantFetches(t, v, 3)
	})
}

func TestAnyUnknownKeyBringsARevocationForward(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		v.make(t, "kid-2")
		v.publish("kid-2")
		g.want(token("kid-2"), access.Allowed) // a new key is seen at once
		g.want(token("kid-1"), access.KeyUnknown)
	})
}

func TestAKeyThatIsExchangedUnderItsNameOpensNothing(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		old := token("kid-1")
		v.make(t, "kid-1")
		time.Sleep(10 * time.Minute)
		g.want(old, access.SignatureInvalid)
		g.want(v.token(t, "kid-1"), access.Allowed)
	})
}

func TestAnEmptiedKeySetOpensNothing(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		v.publish()
		time.Sleep(10 * time.Minute)
		g.want(token("kid-1"), access.KeysUnavailable)
		v.behave(true, 0)
		time.Sleep(time.Minute)
		g.want(token("kid-1"), access.KeysUnavailable)
		wantFetches(t, v, 3)
	})
}

func TestAnOutageIsSurvivedForADayAndNotLonger(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		born := time.Now()
		v.behave(true, 0)
		for time.Since(born) < 23*time.Hour {
			g.want(token("kid-1"), access.Allowed)
			time.Sleep(30 * time.Minute)
		}
		time.Sleep(time.Until(born.Add(24*time.Hour - time.Nanosecond)))
		g.want(token("kid-1"), access.Allowed)
		time.Sleep(time.Nanosecond)
		g.want(token("kid-1"), access.KeysUnavailable)
		v.behave(false, 0)
		g.want(token("kid-1"), access.KeysUnavailable) // within the cool-down
		time.Sleep(5 * time.Second)
		g.want(token("kid-1"), access.Allowed)
	})
}

func TestAHangingIssuerCostsTwoSecondsOnceInFiveAndNoAnswer(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		v.behave(false, time.Hour)
		time.Sleep(10 * time.Minute)
		start, waits := time.Now(), 0
		for range 100 { // one request in a second
			before := time.Now()
			g.want(token("kid-1"), access.Allowed)
			if waited := time.Since(before); waited == 2*time.Second {
				waits++
			} else if waited != 0 {
				t.Errorf("a request waited %v", waited)
			}
			time.Sleep(time.Second)
		}
		if most := int(time.Since(start)/(7*time.Second)) + 1; waits > most || v.fetched() != waits+1 {
			t.Errorf("%d requests waited for %d fetches in %v, want at most %d", waits, v.fetched()-1, time.Since(start), most)
		}
	})
}

func TestAThawedFunctionGoesByTheTimeThatHasPassed(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		v.make(t, "kid-2")
		v.publish("kid-1", "kid-2")
		g.freeze(10 * time.Minute)
		g.want(token("kid-1"), access.Allowed)
		wantFetches(t, v, 2)
		v.publish("kid-2")
		g.freeze(10 * time.Minute)
		g.want(token("kid-1"), access.KeyUnknown)
		wantFetches(t, v, 3)
		v.publish("kid-1")
		g.freeze(30 * time.Second)
		g.want(token("kid-1"), access.Allowed)
		v.behave(true, 0)
		g.freeze(24*time.Hour - time.Nanosecond)
		g.want(token("kid-1"), access.Allowed)
		g.freeze(time.Nanosecond)
		g.want(token("kid-1"), access.KeysUnavailable)
		v.behave(false, 0)
		g.freeze(5 * time.Second)
		g.want(token("kid-1"), access.Allowed)
		old := token("kid-1")
		g.freeze(49 * time.Hour)
		g.want(old, access.TokenExpired)
	})
}

func TestAClockThatIsSetBackMakesNoKeyYounger(t *testing.T) {
	eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
		raw := token("kid-1")
		v.make(t, "kid-2")
		v.publish("kid-2")
		time.Sleep(9*time.Minute + 59*time.Second)
		g.want(raw, access.Allowed)
		g.freeze(-9 * time.Minute)
		g.want(raw, access.Allowed)
		time.Sleep(time.Second)
		g.want(raw, access.KeyUnknown)
		wantFetches(t, v, 2)
	})
}

func TestTenThousandInventedKeysCauseOneFetchPerCoolDown(t *testing.T) {
	for _, c := range []struct {
		name  string
		down  bool
		takes time.Duration
		every time.Duration // a fetch
	}{
		{"while the issuer answers", false, 0, 30 * time.Second},
		{"while it answers late", false, time.Second, 31 * time.Second},
		{"while it fails", true, 0, 5 * time.Second},
		{"while it hangs", false, time.Hour, 7 * time.Second}, // two of them of waiting
	} {
		t.Run(c.name, func(t *testing.T) {
			eachWay(t, func(t *testing.T, v *virtual, g *gate, token func(string) string) {
				invented := inventor(t, v)
				v.behave(c.down, c.takes)
				start := time.Now()
				for n := range 10_000 { // in 100 seconds, and what they wait
					if got := g.reason(invented()); got != access.KeyUnknown && got != access.KeysUnavailable {
						t.Fatalf("reason = %q", got)
					}
					if n%1000 == 0 {
						before := time.Now()
						g.want(token("kid-1"), access.Allowed)
						if waited := time.Since(before); waited != 0 {
							t.Errorf("a token with a known key waited %v", waited)
						}
					}
					time.Sleep(10 * time.Millisecond)
				}
				if got, most := v.fetched()-1, int(time.Since(start)/c.every)+1; got > most || got < most-1 {
					t.Errorf("%d fetches in %v, want one in %v", got, time.Since(start), c.every)
				}
			})
		})
	}
}

// inventor returns tokens with keys that nobody has.
func inventor(t *testing.T, v *virtual) func() string {
	v.make(t, "invented")
	raw, n := v.token(t, "invented"), 0
	header := unpart(t, raw, 0)
	rest := raw[strings.IndexByte(raw, '.'):]
	return func() string {
		n++
		header["kid"] = fmt.Sprintf("invented-%d", n)
		return part(t, header) + rest
	}
}

func TestInventedKeysDelayANewOneByOneCoolDownAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, ours, "kid-1")
		g := newGate(t, v)
		invented := inventor(t, v)
		for round := range 20 {
			for range 1 + round*7 { // another moment of the cool-down each time
				g.want(invented(), access.KeyUnknown)
				time.Sleep(time.Second)
			}
			kid := fmt.Sprintf("new-%d", round)
			v.make(t, kid)
			v.publish("kid-1", kid)
			raw, start := v.token(t, kid), time.Now()
			for g.reason(raw) != access.Allowed {
				if time.Since(start) >= 30*time.Second {
					t.Fatalf("the new key is refused after %v", time.Since(start))
				}
				g.want(invented(), access.KeyUnknown)
				time.Sleep(time.Second)
			}
		}
	})
}

func TestOneIssuersTroubleDoesNotTouchAnother(t *testing.T) {
	for name, trouble := range map[string]func(t *testing.T, v *virtual){
		"it hangs":               func(t *testing.T, v *virtual) { v.behave(false, time.Hour) },
		"it fails":               func(t *testing.T, v *virtual) { v.behave(true, 0) },
		"it fails late":          func(t *testing.T, v *virtual) { v.behave(true, 1900*time.Millisecond) },
		"it has emptied its set": func(t *testing.T, v *virtual) { v.publish() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := newVirtual(t, ours, "kid-1"), newVirtual(t, theirs, "kid-1")
				g := newGate(t, a, b)
				trouble(t, a)
				for range 50 {
					go g.want(a.token(t, "kid-1"), access.KeysUnavailable)
				}
				synctest.Wait() // all of them wait for A
				start := time.Now()
				for range 50 {
					g.want(b.token(t, "kid-1"), access.Allowed)
				}
				if waited := time.Since(start); waited != 0 {
					t.Errorf("B's callers waited %v", waited)
				}
				time.Sleep(11 * time.Minute)
				g.want(b.token(t, "kid-1"), access.Allowed)
				wantFetches(t, b, 2)
			})
		})
	}
}

func TestOneIssuersInventedKeysAreNotAskedOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newVirtual(t, ours, "kid-1"), newVirtual(t, theirs, "kid-1")
		g := newGate(t, a, b)
		a.make(t, "invented")
		for range 100 {
			g.want(a.token(t, "invented"), access.KeyUnknown)
		}
		wantFetches(t, a, 1)
		wantFetches(t, b, 0)
		g.want(b.token(t, "kid-1"), access.Allowed)
		b.make(t, "kid-2")
		b.publish("kid-1", "kid-2")
		g.want(b.token(t, "kid-2"), access.Allowed) // A's cool-down is A's
		wantFetches(t, b, 2)
	})
}

func TestOneIssuersKeysVerifyNoTokenOfAnother(t *testing.T) {
	for _, c := range []struct {
		name string
		kids []string // B's
		down bool
		want access.Reason
	}{
		{"where both have a key of that name", []string{"kid-1"}, false, access.SignatureInvalid},
		{"where only the one has it", []string{"kid-2"}, false, access.KeyUnknown},
		{"where the other has none", nil, false, access.KeysUnavailable},
		{"where the other cannot be asked", []string{"kid-1"}, true, access.KeysUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := newVirtual(t, ours, "kid-1"), newVirtual(t, theirs, c.kids...)
				b.behave(c.down, 0)
				g := newGate(t, a, b)
				g.want(a.token(t, "kid-1"), access.Allowed)
				for range 3 {
					g.want(a.sign(t, theirs, "kid-1"), c.want)
					time.Sleep(11 * time.Minute)
					g.want(a.token(t, "kid-1"), access.Allowed)
				}
			})
		})
	}
}

func TestAnIssuerThatHangsHoldsUpNoTokenOfAnother(t *testing.T) {
	hanging, good := newIssuer(t), newIssuer(t)
	hanging.answer.Store(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	out := &lockedBuffer{}
	a := authorizer.Load(t.Context(), authorizer.Config{Out: out}, newEnvironment(t, hanging, good).get)
	event, stuck := request{authorization: "Bearer " + good.token()}.event(t), request{authorization: "Bearer " + hanging.token()}.event(t)
	done := make(chan error)
	go func() {
		_, err := a.Handle(t.Context(), stuck)
		done <- err
	}()
	start := time.Now()
	for range 20 {
		if answer, err := a.Handle(t.Context(), event); err != nil || !answer.IsAuthorized {
			t.Errorf("Handle = %+v, %v", answer, err)
		}
	}
	select {
	case err := <-done:
		t.Errorf("the hanging issuer's token was answered at once: %v", err)
		return
	default:
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("20 tokens of the other issuer took %v", took)
	}
	if err := <-done; err == nil {
		t.Error("the hanging issuer's token was let through")
	}
}
