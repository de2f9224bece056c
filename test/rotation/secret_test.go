//go:build localcloud

package rotation

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/rotation/names"
)

// The staging labels.
const (
	current  = "AWSCURRENT"
	pending  = "AWSPENDING"
	previous = "AWSPREVIOUS"
)

// credentials are what a client's secret holds.
type credentials struct {
	ClientID string `json:"client_id"`
	Secret   string `json:"client_secret"`
	ID       string `json:"client_secret_id"`
}

// kept is a client's secret in Secrets Manager.
type kept struct{ arn string }

// client returns the secret of one of the shop's clients, with no rotation under
// way.
func client(t *testing.T, outputName string) kept {
	t.Helper()
	k := kept{output(t, names.Shop, outputName)}
	if id := k.underway(t); id != "" {
		t.Fatalf("version %s is staged AWSPENDING from before", id)
	}
	return k
}

// stages returns the labels, each with its version.
func (k kept) stages(t *testing.T) map[string][]string {
	t.Helper()
	var answer struct {
		RotationEnabled    bool
		VersionIdsToStages map[string][]string
	}
	if err := cloud.Ask(ctx, "secretsmanager.DescribeSecret", map[string]string{"SecretId": k.arn}, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.VersionIdsToStages
}

// version returns the version with a label, "" for none.
func (k kept) version(t *testing.T, stage string) string {
	t.Helper()
	found := ""
	for id, stages := range k.stages(t) {
		if slices.Contains(stages, stage) {
			if found != "" {
				t.Errorf("versions %s and %s are both staged %s", found, id, stage)
			}
			found = id
		}
	}
	return found
}

// underway returns the version of a rotation that is under way. The current
// version may keep its AWSPENDING (RotateSecret), and does here.
func (k kept) underway(t *testing.T) string {
	t.Helper()
	if id := k.version(t, pending); id != k.version(t, current) {
		return id
	}
	return ""
}

// get returns what the version with a label holds, nothing where there is none.
func (k kept) get(t *testing.T, stage string) credentials {
	t.Helper()
	var answer struct{ SecretString string }
	err := cloud.Ask(ctx, "secretsmanager.GetSecretValue", map[string]string{"SecretId": k.arn, "VersionStage": stage}, &answer)
	if failure := new(localcloud.ServiceError); errors.As(err, &failure) && failure.Type == "ResourceNotFoundException" || err == nil && answer.SecretString == "" {
		return credentials{}
	}
	if err != nil {
		t.Fatal(err)
	}
	var held credentials
	if err := json.Unmarshal([]byte(answer.SecretString), &held); err != nil {
		t.Fatalf("the secret's %s is no JSON", stage)
	}
	return held
}

// rotated checks that a rotation is over and well: one current secret, which is
// another one than before and gives tokens.
func (k kept) rotated(t *testing.T, token string, before credentials) credentials {
	t.Helper()
	now := k.get(t, current)
	switch {
	case k.version(t, current) != token:
		t.Errorf("version %q is current, want %q", k.version(t, current), token)
	case k.underway(t) != "":
		t.Errorf("version %q is pending after the rotation", k.underway(t))
	case now.Secret == "" || now.Secret == before.Secret:
		t.Error("the current secret is not a new one")
	case now.ClientID != before.ClientID || now.ID == "" || now.ID == before.ID:
		t.Errorf("current is secret %q of client %q, before it was %q of %q", now.ID, now.ClientID, before.ID, before.ClientID)
	case !now.gives(t):
		t.Error("the current secret gives no token")
	case k.get(t, previous) != before:
		t.Errorf("AWSPREVIOUS holds secret %q, want the former one, %q", k.get(t, previous).ID, before.ID)
	}
	return now
}
