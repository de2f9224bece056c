package rotator

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// another returns the same rotator in another process.
func (w *world) another() func(event string) error {
	second := *w.rotator
	second.out = &bytes.Buffer{}
	return func(event string) error {
		_, err := second.Invoke(context.Background(), []byte(event))
		if err != nil {
			w.said = append(w.said, err.Error())
		}
		return err
	}
}

// Nobody keeps Secrets Manager from calling a step again while the former call is
// still under way, nor the schedule from sweeping then. So between any two calls
// of a rotation another process does something from beginning to end.
func TestTwoAtATime(t *testing.T) {
	step := func(step string, n int) string {
		return fmt.Sprintf(`{"Step":%q,"SecretId":%q,"ClientRequestToken":%q}`, step, arn, token(n))
	}
	others := map[string][]string{
		"createSecret": {step(createStep, 2)},
		"testSecret":   {step(testStep, 2)},
		"finishSecret": {step(finishStep, 2)},
		"all steps":    {step(createStep, 2), step(setStep, 2), step(testStep, 2), step(finishStep, 2)},
		"a sweep":      {fmt.Sprintf(`{"sweep":%q}`, arn)},
	}
	for _, kind := range append(slices.Clone(kinds), "replaces, silent") {
		provider, silent := strings.CutSuffix(kind, ", silent")
		prepare := func(w *world) {
			if silent {
				w.script.silent = true
			}
			if err := w.rotate(1); err != nil {
				w.t.Fatal(err)
			}
			w.now = w.now.Add(25 * time.Hour)
			if err := w.secrets.Rotate(arn, token(2)); err != nil {
				w.t.Fatal(err)
			}
			w.gate.calls = 0
		}
		clean := newWorld(t, provider)
		prepare(clean)
		if err := clean.steps(2); err != nil {
			t.Fatal(err)
		}
		for name, events := range others {
			for at := 1; at <= clean.gate.calls; at++ {
				t.Run(fmt.Sprintf("%s, %s before call %d", kind, name, at), func(t *testing.T) {
					w := newWorld(t, provider)
					prepare(w)
					old, happened := w.value(current), false
					invoke := w.another()
					w.gate.at, w.gate.other = at, func() {
						happened = true
						for _, event := range events {
							_ = invoke(event) // may well be refused
						}
					}
					surviveTwo(w, old)
					if !happened {
						t.Error("nothing happened in between")
					}
				})
			}
		}
	}
}

// surviveTwo runs a rotation, in which another one interferes, until it has passed.
func surviveTwo(w *world, old string) {
	t := w.t
	replaces := w.rotator.config.Provider == "replaces"
	w.gate.passed = func() {
		if !replaces && !w.works(w.value(current)) {
			t.Errorf("after call %d the secret of AWSCURRENT does not work", w.gate.calls)
		}
	}
	var err error
	for n := 2; n < 5; n++ { // with the same version, and with others as Secrets Manager tries later
		for range 2 {
			if err = w.steps(n); err == nil {
				break
			}
		}
		if err == nil {
			break
		}
		if rotate := w.secrets.Rotate(arn, token(n+1)); rotate != nil {
			t.Fatal(rotate)
		}
	}
	w.gate.passed = nil
	fresh := w.value(current)
	if err != nil || fresh == old || !w.works(fresh) {
		t.Fatalf("AWSCURRENT is new %v and works %v, want both: %v", fresh != old, w.works(fresh), err)
	}
	w.now = w.now.Add(25 * time.Hour)
	if err := w.sweep(); err != nil || w.count() != 1 || !w.works(fresh) {
		t.Errorf("after a sweep there are %d secrets, AWSCURRENT's works %v, want 1 and true: %v", w.count(), w.works(fresh), err)
	}
}

func TestARotationWhileASweepIsUnderWay(t *testing.T) {
	for _, kind := range kinds {
		prepare := func(w *world) {
			if err := w.rotate(1); err != nil {
				w.t.Fatal(err)
			}
			w.now = w.now.Add(25 * time.Hour)
			w.gate.calls = 0
		}
		clean := newWorld(t, kind)
		prepare(clean)
		if err := clean.sweep(); err != nil {
			t.Fatal(err)
		}
		for at := 1; at <= clean.gate.calls; at++ {
			t.Run(fmt.Sprintf("%s, before call %d", kind, at), func(t *testing.T) {
				w := newWorld(t, kind)
				prepare(w)
				old, invoke := w.value(current), w.another()
				w.gate.at, w.gate.other = at, func() {
					if err := w.secrets.Rotate(arn, token(2)); err != nil {
						t.Error(err)
					}
					for _, step := range []string{createStep, setStep, testStep, finishStep} {
						if err := invoke(fmt.Sprintf(`{"Step":%q,"SecretId":%q,"ClientRequestToken":%q}`, step, arn, token(2))); err != nil {
							t.Errorf("%s: %v", step, err)
						}
					}
				}
				if err := w.sweep(); err != nil {
					t.Errorf("the sweep: %v", err)
				}
				if fresh := w.value(current); fresh == old || !w.works(fresh) || kind != "replaces" && !w.works(old) {
					t.Errorf("AWSCURRENT is new %v and works %v, the former one works %v, want all", fresh != old, w.works(fresh), w.works(old))
				}
			})
		}
	}
}
