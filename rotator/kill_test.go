package rotator

import (
	"fmt"
	"testing"
	"time"
)

var kinds = []string{"cognito", "overlap", "replaces"}

// eachFailure runs a test once for every call to the outside that run makes
// without a failure: that call fails, before or after it took effect, and the
// process ends with it or goes on.
func eachFailure(t *testing.T, kind string, prepare func(*world), run func(*world), test func(*world)) {
	t.Helper()
	clean := newWorld(t, kind)
	prepare(clean)
	clean.gate.calls = 0
	run(clean)
	calls := clean.gate.calls
	if calls < 8 {
		t.Fatalf("a clean run makes %d calls, that cannot be all", calls)
	}
	for n := 1; n <= calls; n++ {
		for mode := range 4 {
			after, kill := mode&1 != 0, mode&2 != 0
			t.Run(fmt.Sprintf("call %d, after it %v, killed %v", n, after, kill), func(t *testing.T) {
				w := newWorld(t, kind)
				prepare(w)
				w.gate.calls, w.gate.fail, w.gate.after, w.gate.kill = 0, n, after, kill
				test(w)
			})
		}
	}
}

// survive runs steps until they pass, as Secrets Manager tries again: from the
// first step, with the same token.
func survive(w *world, n int, through func(error) bool) {
	w.t.Helper()
	var err error
	for range 3 {
		err = w.steps(n)
		w.gate.revive()
		w.timeout = 0
		if through(err) {
			return
		}
	}
	w.t.Fatalf("rotation does not recover: %v", err)
}

func TestARotationSurvivesAFailureAnywhere(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			// A second rotation, so that there is an AWSPREVIOUS, within the overlap:
			// one secret has to make room.
			prepare := func(w *world) {
				if err := w.rotate(1); err != nil {
					t.Fatal(err)
				}
				w.now = w.now.Add(time.Hour)
				if err := w.secrets.Rotate(arn, token(2)); err != nil {
					t.Fatal(err)
				}
			}
			run := func(w *world) {
				if err := w.steps(2); err != nil {
					t.Fatal(err)
				}
			}
			eachFailure(t, kind, prepare, run, func(w *world) { surviveRotation(w, 2) })
		})
		t.Run(kind+" first", func(t *testing.T) {
			prepare := func(w *world) {
				if err := w.secrets.Rotate(arn, token(1)); err != nil {
					t.Fatal(err)
				}
			}
			run := func(w *world) {
				if err := w.steps(1); err != nil {
					t.Fatal(err)
				}
			}
			eachFailure(t, kind, prepare, run, func(w *world) { surviveRotation(w, 1) })
		})
	}
}

// surviveRotation runs a rotation through one failure and looks at the world
// all the while and afterwards.
func surviveRotation(w *world, n int) {
	t := w.t
	replaces := w.rotator.config.Provider == "replaces"
	old := w.value(current)
	w.gate.passed = func() {
		if now := w.value(current); !replaces && !w.works(now) {
			t.Errorf("after call %d the secret of AWSCURRENT does not work", w.gate.calls)
		}
	}
	survive(w, n, func(err error) bool { return err == nil })
	w.gate.passed = nil

	fresh := w.value(current)
	if fresh == old || !w.works(fresh) {
		t.Errorf("AWSCURRENT is new %v and works %v, want both", fresh != old, w.works(fresh))
	}
	if version := w.secrets.Version(arn, pending); version != "" && version != w.secrets.Version(arn, current) {
		t.Errorf("AWSPENDING is at %s, want none", version)
	}
	if !replaces && (w.value(previous) != old || !w.works(old)) {
		t.Error("the former secret does not work within the overlap")
	}
	w.now = w.now.Add(23 * time.Hour)
	if err := w.sweep(); err != nil || !replaces && !w.works(old) {
		t.Errorf("a sweep within the overlap: %v, the former secret works %v, want true", err, w.works(old))
	}
	w.now = w.now.Add(2 * time.Hour)
	if err := w.sweep(); err != nil {
		t.Fatal(err)
	}
	if w.count() != 1 || !w.works(fresh) {
		t.Errorf("after the overlap there are %d secrets, AWSCURRENT's works %v, want 1 and true", w.count(), w.works(fresh))
	}
}

func TestAFailedTestSurvivesAFailureAnywhere(t *testing.T) {
	for _, kind := range []string{"cognito", "overlap"} {
		t.Run(kind, func(t *testing.T) {
			prepare := func(w *world) {
				if err := w.secrets.Rotate(arn, token(1)); err != nil {
					t.Fatal(err)
				}
				w.refuseNew(true)
			}
			run := func(w *world) {
				if err := w.steps(1); err == nil {
					t.Fatal("a rotation to a secret that does not work has passed")
				}
			}
			eachFailure(t, kind, prepare, run, func(w *world) {
				old := w.value(current)
				w.gate.passed = func() {
					if w.value(current) != old || !w.works(old) {
						t.Errorf("after call %d the old secret is current %v and works %v", w.gate.calls, w.value(current) == old, w.works(old))
					}
				}
				survive(w, 1, func(error) bool { return w.secrets.Version(arn, pending) == "" })
				w.refuseNew(false)
				w.gate.passed = nil
				surviveRotationAgain(w, old)
			})
		})
	}
}

// refuseNew makes the token endpoint refuse every new secret.
func (w *world) refuseNew(refuse bool) {
	if w.script != nil {
		w.script.refuse = refuse
		return
	}
	w.pool.Delay = 0
	if refuse {
		w.pool.Delay = time.Hour
	}
}

// surviveRotationAgain rotates after a rotation that failed.
func surviveRotationAgain(w *world, old string) {
	w.t.Helper()
	if err := w.rotate(2); err != nil {
		w.t.Fatalf("the next rotation: %v", err)
	}
	if fresh := w.value(current); fresh == old || !w.works(fresh) || !w.works(old) {
		w.t.Errorf("after the next rotation AWSCURRENT is new %v, works %v, the former one %v, want all", fresh != old, w.works(fresh), w.works(old))
	}
	w.now = w.now.Add(25 * time.Hour)
	if err := w.sweep(); err != nil || w.count() != 1 {
		w.t.Errorf("the sweep after it: %v, %d secrets, want 1", err, w.count())
	}
}
