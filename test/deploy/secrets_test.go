//go:build localcloud

package deploy

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/deployment"
)

// secrets are what must not be found: client secrets, and of each token what
// is hard to guess, so that a cut token is found as well.
func secrets(t *testing.T) []string {
	t.Helper()
	results()
	var secrets []string
	for _, secret := range world.Secrets() {
		parts := strings.Split(secret, ".")
		if len(parts) == 3 {
			parts = parts[1:]
		}
		for _, part := range parts {
			secrets = append(secrets, part[:min(len(part), 32)])
		}
	}
	if len(secrets) < 10 {
		t.Fatalf("only %d secrets are known, want those of all callers", len(secrets))
	}
	return secrets
}

func checkText(t *testing.T, secrets []string, where, text string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%s has a secret or a token in it", where)
		}
	}
}

func TestNoLogHasASecretOrAToken(t *testing.T) {
	secrets := secrets(t)
	groups, err := cloud.LogGroups(ctx)
	if err != nil {
		t.Fatal(err)
	}
	events := 0
	for _, group := range groups {
		messages, err := cloud.LogEvents(ctx, group)
		if err != nil {
			t.Fatal(err)
		}
		events += len(messages)
		for _, message := range messages {
			checkText(t, secrets, "log group "+group, message)
		}
	}
	if events == 0 {
		t.Errorf("the log groups %q are empty", groups)
	}
}

func TestNoTemplateHasASecretOrAToken(t *testing.T) {
	secrets := secrets(t)
	for _, stack := range []string{deployment.Quickstart, deployment.Rest, deployment.Partner, names.Mixed, names.Adopted} {
		text, err := cloud.Template(ctx, stack)
		if err != nil {
			t.Fatal(err)
		}
		checkText(t, secrets, "deployed template of "+stack, text)
	}
	err := filepath.WalkDir(stacks.Assembly(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		checkText(t, secrets, path, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoOutputHasASecretOrAToken(t *testing.T) {
	secrets := secrets(t)
	for stack, outputs := range stacks.Outputs {
		for name, value := range outputs {
			checkText(t, secrets, "output "+name+" of "+stack, value)
		}
	}
}
