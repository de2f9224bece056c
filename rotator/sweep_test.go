package rotator

import (
	"fmt"
	"testing"
	"time"
)

func TestASweepWaitsForTheOverlap(t *testing.T) {
	for _, kind := range []string{"cognito", "overlap"} {
		w := newWorld(t, kind)
		w.now = w.now.Add(30 * 24 * time.Hour)
		if err := w.rotate(1); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			after time.Duration
			left  int
		}{{0, 2}, {23*time.Hour + 59*time.Minute, 2}, {2 * time.Minute, 1}, {time.Hour, 1}} {
			w.now = w.now.Add(test.after)
			if err := w.sweep(); err != nil || w.count() != test.left {
				t.Errorf("%s: after %v more %d secrets, %v, want %d", kind, test.after, w.count(), err, test.left)
			}
		}
		if !w.works(w.value(current)) {
			t.Errorf("%s: the current secret was removed", kind)
		}
	}
}

func TestASweepLeavesWhatIsPendingOrYoung(t *testing.T) {
	w := newWorld(t, "overlap")
	w.script.traits.Most = 0
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.step(createStep, 1); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(48 * time.Hour)
	w.script.make() // of a run that is interrupted right now
	if err := w.sweep(); err != nil || w.count() != 3 {
		t.Fatalf("%d secrets, %v, want 3: current, pending, young", w.count(), err)
	}
	w.now = w.now.Add(25 * time.Hour)
	if err := w.sweep(); err != nil || w.count() != 2 || !w.works(w.value(current)) || !w.works(w.value(pending)) {
		t.Errorf("%d secrets, %v, want 2: current and pending", w.count(), err)
	}
	// By hand the pending one loses its id: now nobody can tell it apart.
	w.script.make()
	w.now = w.now.Add(48 * time.Hour)
	w.secrets.Put(arn, token(1), fmt.Sprintf(`{"client_id":"billing","client_secret":%q}`, w.value(pending)), pending)
	w.now = w.now.Add(25 * time.Hour)
	if err := w.sweep(); err != nil || w.count() != 3 {
		t.Errorf("%d secrets, %v, want 3: nobody can tell which is pending", w.count(), err)
	}
}

func TestASweepSaysThatRotationIsOverdue(t *testing.T) {
	w := newWorld(t, "overlap")
	w.now = w.now.Add(92*24*time.Hour - time.Minute)
	if err := w.sweep(); err != nil {
		t.Errorf("after 92 days less a minute: %v", err)
	}
	w.now = w.now.Add(time.Minute)
	wants(t, w.sweep(), "overdue", "2026-11-23", "2027-02-21")
	if err := w.rotate(1); err != nil {
		t.Fatal(err)
	}
	if err := w.sweep(); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	w.now = w.now.Add(93 * 24 * time.Hour)
	wants(t, w.sweep(), "overdue")
	if w.count() != 1 {
		t.Errorf("%d secrets, want 1: it sweeps all the same", w.count())
	}
	w.now = w.now.Add(-93 * 24 * time.Hour)
	w.secrets.Put(arn, token(8), `{"client_id":"billing"}`, current)
	wants(t, w.sweep(), "client_secret is missing")
}

func TestASweepThatCannotRemove(t *testing.T) {
	w := newWorld(t, "cognito")
	if err := w.rotate(1); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(25 * time.Hour)
	w.pool.Refuse = func(operation string) (string, string) {
		if operation == "DeleteUserPoolClientSecret" {
			return "AccessDeniedException", ""
		}
		return "", ""
	}
	wants(t, w.sweep(), "cognito-idp:DeleteUserPoolClientSecret")
	w.pool.Refuse = nil
	if err := w.sweep(); err != nil || w.count() != 1 {
		t.Errorf("the next sweep: %v, %d secrets, want 1", err, w.count())
	}
}
