package rotator

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// A function that runs out of time has kept some to put things in order.
func TestThereIsTimeToCleanUp(t *testing.T) {
	w := newWorld(t, "overlap")
	w.rotator.wait = sleep
	w.script.refuse = true
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.step(createStep, 1); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), reserve+200*time.Millisecond)
	defer cancel()
	_, err := w.rotator.Invoke(ctx, fmt.Appendf(nil, `{"Step":"testSecret","SecretId":%q,"ClientRequestToken":%q}`, arn, token(1)))
	wants(t, err, "did not pass", "invalid_client")
	if took := time.Since(begun); took > reserve/2 {
		t.Errorf("took %v, want it to stop %v before its end", took, reserve)
	}
	if w.count() != 1 || w.secrets.Version(arn, pending) != "" {
		t.Errorf("%d secrets, AWSPENDING at %q, want 1 and none", w.count(), w.secrets.Version(arn, pending))
	}
}

func TestASecretThatWasMadeInTheLastMomentIsStored(t *testing.T) {
	for _, kind := range []string{"overlap", "replaces"} {
		w := newWorld(t, kind)
		w.script.slow, w.script.silent = 150*time.Millisecond, true
		if err := w.secrets.Rotate(arn, token(1)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), reserve+100*time.Millisecond)
		defer cancel()
		if _, err := w.rotator.Invoke(ctx, fmt.Appendf(nil, `{"Step":"createSecret","SecretId":%q,"ClientRequestToken":%q}`, arn, token(1))); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if stage := map[string]string{"overlap": pending, "replaces": current}[kind]; w.value(stage) != w.script.made[1] {
			t.Errorf("%s: the new secret is not under %s", kind, stage)
		}
	}
}

func TestCloudFormationIsAnsweredWhenTimeIsOver(t *testing.T) {
	w := newWorld(t, "overlap")
	stack := newCloudFormation(w)
	ctx, cancel := context.WithCancel(t.Context())
	w.rotator.connect = func() (provider.Provider, error) {
		cancel()
		return w.script, nil
	}
	if _, err := w.rotator.Invoke(ctx, []byte(stack.event("Create", client, 1))); err != nil {
		t.Fatal(err)
	}
	if len(stack.answers) != 1 || stack.answers[0].Status != cfn.StatusFailed {
		t.Errorf("answers %+v, want one that says FAILED", stack.answers)
	}
}

func TestANewSecretIsStoredWithPatience(t *testing.T) {
	w := newWorld(t, "overlap")
	puts, begun := 0, w.now
	w.secrets.Refuse = func(operation string) (string, string) {
		if operation == "PutSecretValue" {
			puts++
			return "InternalServiceError", ""
		}
		return "", ""
	}
	wants(t, w.rotate(1), "PutSecretValue", "the next run goes on from here")
	if puts != keepTries || w.now.Sub(begun) != 6*time.Second {
		t.Errorf("%d tries within %v, want %d within 6s", puts, w.now.Sub(begun), keepTries)
	}
}

// puts remembers what is stored.
type puts struct {
	secretsAPI
	last *secretsmanager.PutSecretValueInput
}

func (p *puts) PutSecretValue(_ context.Context, in *secretsmanager.PutSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error) {
	p.last = in
	return &secretsmanager.PutSecretValueOutput{}, nil
}

// A function that assumes a role is known to Secrets Manager by this token.
func TestTheRotationTokenIsHandedBack(t *testing.T) {
	w := newWorld(t, "overlap")
	seen := &puts{secretsAPI: w.rotator.store.api}
	w.rotator.store.api = seen
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.step(createStep, 1); err != nil {
		t.Fatal(err)
	}
	if seen.last.RotationToken == nil || *seen.last.RotationToken != rotationToken {
		t.Error("PutSecretValue has no RotationToken, want that of the event")
	}
	if err := w.rotator.store.put(t.Context(), arn, token(2), "", "{}", pending); err != nil || seen.last.RotationToken != nil {
		t.Errorf("put without a token: %v, RotationToken %v, want none", err, seen.last.RotationToken)
	}
}

// A client that was replaced gets the secret of the new one.
func TestTheSecretOfAnotherClientIsReplaced(t *testing.T) {
	w := newWorld(t, "replaces")
	stack, own := newCloudFormation(w), w.value(current)
	w.secrets.Put(arn, token(900), `{"client_id":"former","client_secret":"former","client_secret_id":"former","note":"stays"}`, current)
	if err := w.invoke(stack.event("Update", client, 1)); err != nil {
		t.Fatal(err)
	}
	if got, _ := w.secrets.Value(arn, current); got != `{"client_id":"billing","client_secret":"`+own+`","note":"stays"}` {
		t.Error("AWSCURRENT is not the client's own secret with the note, and nothing else")
	}
}
