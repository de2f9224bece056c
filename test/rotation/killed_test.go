//go:build localcloud

package rotation

import (
	"fmt"
	"testing"
	"time"

	"github.com/scopeway/scopeway/test/rotation/names"
)

func TestARotationThatEndedBetweenStepsIsTakenUp(t *testing.T) {
	billing := client(t, names.BillingSecret)
	for done := 1; done <= len(steps); done++ {
		t.Run(fmt.Sprintf("after %s", steps[done-1]), func(t *testing.T) {
			before := billing.get(t, current)
			token := billing.begin(t)
			for _, step := range steps[:done] {
				if err := billing.step(t, step, token); err != nil {
					t.Fatal(err)
				}
			}
			kill(t)
			billing.finish(t, token)
			billing.rotated(t, token, before)
			one(t, billing)
		})
	}
}

func TestAnotherRotationTakesTheRoomOfOneThatWasGivenUp(t *testing.T) {
	billing := client(t, names.BillingSecret)
	for done := 1; done < len(steps); done++ {
		t.Run(fmt.Sprintf("after %s", steps[done-1]), func(t *testing.T) {
			before := billing.get(t, current)
			given := billing.begin(t)
			for _, step := range steps[:done] {
				if err := billing.step(t, step, given); err != nil {
					t.Fatal(err)
				}
			}
			lost := billing.get(t, pending)
			billing.clean(t, given)
			token := billing.begin(t)
			billing.finish(t, token)
			billing.rotated(t, token, before)
			if lost.gives(t) {
				t.Error("the secret of the rotation that was given up works on")
			}
			one(t, billing)
		})
	}
}

func TestTheFunctionIsKilledWhileTheProviderMakesASecret(t *testing.T) {
	till := client(t, names.TillSecret)
	before := till.get(t, current)
	token := till.begin(t)
	waits, goOn := cognito.hold("AddUserPoolClientSecret")
	defer goOn()
	made := len(cloud.ClientSecrets().Values())
	till.killIn(t, "createSecret", token, waits)
	goOn() // nobody hears of this secret
	if got := len(cloud.ClientSecrets().Values()); got != made+1 {
		t.Fatalf("the provider has made %d secrets, want the one that is lost", got-made)
	}
	if till.get(t, pending) != (credentials{}) || till.get(t, current) != before {
		t.Fatal("the killed step has stored something")
	}
	till.finish(t, token)
	till.rotated(t, token, before)
	one(t, till)
}

func TestTheFunctionIsKilledWhileItTriesASecret(t *testing.T) {
	till := client(t, names.TillSecret)
	before := till.get(t, current)
	token := till.begin(t)
	if err := till.step(t, "createSecret", token); err != nil {
		t.Fatal(err)
	}
	waits, back := endpoint.hold()
	till.killIn(t, "testSecret", token, waits)
	back()
	if !before.gives(t) || till.get(t, current) != before || till.version(t, pending) != token {
		t.Error("the killed step has changed something")
	}
	till.finish(t, token)
	till.rotated(t, token, before)
	one(t, till)
}

// killIn kills the function in the middle of a step, once it waits.
func (k kept) killIn(t *testing.T, step, token string, waits <-chan struct{}) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- k.step(t, step, token) }()
	select {
	case <-waits:
	case err := <-ended:
		t.Fatalf("%s ended before it was killed: %v", step, err)
	case <-time.After(20 * time.Second):
		t.Fatalf("%s does not get to where it is to be killed", step)
	}
	kill(t)
	if err := <-ended; err == nil {
		t.Fatalf("%s succeeded, though its process was killed", step)
	}
}

func kill(t *testing.T) {
	t.Helper()
	if killed, err := cloud.KillFunctions(ctx); err != nil || killed == 0 {
		t.Fatalf("%d processes were killed, %v", killed, err)
	}
}

// clean takes AWSPENDING off a version, as who gives a rotation up does.
func (k kept) clean(t *testing.T, token string) {
	t.Helper()
	err := cloud.Ask(ctx, "secretsmanager.UpdateSecretVersionStage", map[string]string{"SecretId": k.arn, "VersionStage": pending, "RemoveFromVersionId": token}, new(any))
	if err != nil {
		t.Fatal(err)
	}
}

// one checks that the client has the current secret and the former one, and no
// other.
func one(t *testing.T, k kept) {
	t.Helper()
	now, former := k.get(t, current), k.get(t, previous)
	if got := cloud.ClientSecrets().Count(now.ClientID); got > 2 || got == 2 && !former.gives(t) {
		t.Errorf("the client has %d secrets at the provider, want the current and the former one", got)
	}
}
