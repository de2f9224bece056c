//go:build localcloud

package rotation

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/scopeway/scopeway/test/rotation/names"
)

// tokens numbers the rotations.
var tokens int

// begin begins a rotation as RotateSecret does: an empty version that is staged
// AWSPENDING. Secrets Manager would call the steps now.
func (k kept) begin(t *testing.T) (token string) {
	t.Helper()
	enable(t, k)
	tokens++
	token = fmt.Sprintf("00000000-0000-4000-8000-%012d", tokens)
	k.prepare(t, token)
	return token
}

func (k kept) prepare(t *testing.T, token string) {
	t.Helper()
	if id := k.version(t, pending); id != "" {
		k.clean(t, id) // the label moves
	}
	err := cloud.Ask(ctx, "secretsmanager.PutSecretValue", map[string]any{"SecretId": k.arn, "ClientRequestToken": token, "VersionStages": []string{pending}}, new(any))
	if err != nil {
		t.Fatal(err)
	}
}

// enable has the secret be rotated, as its rotation schedule does on AWS. The
// local cloud makes a new version of the current value at that, too.
func enable(t *testing.T, k kept) {
	t.Helper()
	var answer struct{ RotationEnabled bool }
	err := cloud.Ask(ctx, "secretsmanager.DescribeSecret", map[string]string{"SecretId": k.arn}, &answer)
	if err == nil && !answer.RotationEnabled {
		err = cloud.Ask(ctx, "secretsmanager.RotateSecret", map[string]any{"SecretId": k.arn}, new(any))
	}
	if err != nil {
		t.Fatal(err)
	}
}

var steps = []string{"createSecret", "setSecret", "testSecret", "finishSecret"}

// step has the function do a step.
func (k kept) step(t *testing.T, step, token string) error {
	t.Helper()
	return invoke(t, map[string]string{"Step": step, "SecretId": k.arn, "ClientRequestToken": token})
}

// finish does all steps from the first on; none may fail.
func (k kept) finish(t *testing.T, token string) {
	t.Helper()
	for _, step := range steps {
		if err := k.step(t, step, token); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
}

// sweep has the function remove what is no more in use.
func (k kept) sweep(t *testing.T) {
	t.Helper()
	if err := invoke(t, map[string]string{"sweep": k.arn}); err != nil {
		t.Fatalf("sweep: %v", err)
	}
}

// invoke calls the shop's rotator.
func invoke(t *testing.T, event any) error {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := cloud.Invoke(ctx, output(t, names.Shop, names.Rotator), payload)
	answered.Lock()
	defer answered.Unlock()
	answers = append(answers, string(answer))
	if err != nil {
		answers = append(answers, err.Error())
	}
	return err
}
