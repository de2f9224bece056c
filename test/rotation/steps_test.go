//go:build localcloud

package rotation

import (
	"testing"
	"time"

	"github.com/scopeway/scopeway/test/rotation/names"
)

func TestTheFourStepsRenewASecret(t *testing.T) {
	billing := client(t, names.BillingSecret)
	before := billing.get(t, current)
	token := billing.begin(t)
	for _, step := range steps {
		if got := billing.get(t, current); got != before {
			t.Fatalf("the current secret changed before %s", step)
		}
		// Each one twice: Secrets Manager may not have heard of the first time.
		for range 2 {
			if err := billing.step(t, step, token); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
		}
		if step == "createSecret" && !billing.get(t, pending).gives(t) {
			t.Error("the pending secret gives no token")
		}
	}
	billing.rotated(t, token, before)
	if !before.gives(t) {
		t.Error("the former secret stopped to work at once")
	}
	billing.sweep(t)
	if !before.gives(t) {
		t.Error("a sweep removed the former secret within its overlap")
	}
}

func TestTheFormerSecretIsSweptAfterTheOverlap(t *testing.T) {
	billing := client(t, names.BillingSecret)
	// Both the secret that is replaced and its replacement are a day old.
	slow(t, 25*time.Hour)
	billing.finish(t, billing.begin(t))
	before := billing.get(t, current)
	token := billing.begin(t)
	billing.finish(t, token)
	slow(t, 0)
	now := billing.rotated(t, token, before)
	if !before.gives(t) {
		t.Fatal("the former secret stopped to work before the sweep")
	}
	billing.sweep(t)
	if before.gives(t) {
		t.Error("the former secret works after its overlap and a sweep")
	}
	if !now.gives(t) || cloud.ClientSecrets().Count(now.ClientID) != 1 {
		t.Errorf("the client has %d secrets, want the current one, and that it works", cloud.ClientSecrets().Count(now.ClientID))
	}
	billing.sweep(t)
	if !now.gives(t) {
		t.Error("another sweep removed the current secret")
	}
}

// slow has what is made from now on be as old as that.
func slow(t *testing.T, by time.Duration) {
	t.Helper()
	cognito.slow(by)
	if err := cloud.SlowSecrets(by); err != nil {
		t.Fatal(err)
	}
}

func TestASecretThatDoesNotWorkDoesNotBecomeCurrent(t *testing.T) {
	till := client(t, names.TillSecret)
	before := till.get(t, current)
	token := till.begin(t)
	if err := till.step(t, "createSecret", token); err != nil {
		t.Fatal(err)
	}
	made := till.get(t, pending)
	if !made.gives(t) {
		t.Fatal("the new secret gives no token")
	}
	// The step is patient for a minute, but not beyond 10 seconds before its end.
	function := output(t, names.Shop, names.Rotator)
	setTimeout(t, function, 13)
	defer setTimeout(t, function, 180)
	back := endpoint.refuse()
	failed := till.step(t, "testSecret", token)
	back()
	if failed == nil {
		t.Fatal("testSecret succeeded at an endpoint that refuses all secrets")
	}
	switch {
	case till.get(t, current) != before || !before.gives(t):
		t.Error("the former secret is not current any more, or gives no token")
	case till.version(t, pending) != "":
		t.Errorf("version %q is staged AWSPENDING, want none", till.version(t, pending))
	case till.stages(t)[token] != nil:
		t.Errorf("the new version is staged %q, want no label", till.stages(t)[token])
	case made.gives(t):
		t.Error("the new secret works on, want it removed at the provider")
	}
	for _, step := range steps {
		if err := till.step(t, step, token); err == nil {
			t.Errorf("%s goes on with a rotation that has failed", step)
		}
	}
	// Secrets Manager tries again with another version.
	token = till.begin(t)
	till.finish(t, token)
	till.rotated(t, token, before)
}

func setTimeout(t *testing.T, function string, seconds int) {
	t.Helper()
	if err := cloud.SetTimeout(ctx, function, seconds); err != nil {
		t.Fatal(err)
	}
}
