//go:build localcloud

package rotation

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/rotation/names"
)

// hidden checks a text for secrets. Every secret that was ever made is known.
func hidden(t *testing.T, where, text string) {
	t.Helper()
	for n, secret := range cloud.ClientSecrets().Values() {
		if len(secret) < 20 {
			t.Fatalf("secret %d is too short to be looked for", n)
		}
		if strings.Contains(text, secret[:20]) { // a part of it is as bad
			t.Errorf("%s has client secret %d in it", where, n)
		}
	}
}

// Its file is the last one with tests, so that it sees what all other tests have left.
func TestNobodyIsToldASecretByTheWay(t *testing.T) {
	// So that there is something to be told of, whatever ran before.
	k := client(t, names.BillingSecret)
	k.finish(t, k.begin(t))
	custom(t, k)
	if made := cloud.ClientSecrets().Values(); !slices.Contains(made, k.get(t, current).Secret) {
		t.Fatalf("the current secret is not among the %d that are looked for", len(made))
	}

	groups, err := cloud.LogGroups(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, group := range groups {
		messages, err := cloud.LogEvents(ctx, group)
		if err != nil {
			t.Fatal(err)
		}
		lines += len(messages)
		hidden(t, "log group "+group, strings.Join(messages, "\n"))
	}
	if lines < len(steps) {
		t.Errorf("the log groups %q have %d lines, want those of the steps", groups, lines)
	}
	for _, stack := range []string{names.Shop, names.Other} {
		template, err := cloud.Template(ctx, stack)
		if err != nil {
			t.Fatal(err)
		}
		hidden(t, "template of "+stack, template)
		events, err := cloud.StackEvents(ctx, stack)
		if err != nil || !strings.Contains(events, "Custom::ScopewayClientSecret") {
			t.Fatalf("the events of %s tell nothing of the first secrets, %v", stack, err)
		}
		hidden(t, "events of "+stack, events)
		hidden(t, "outputs of "+stack, fmt.Sprint(outputs[stack]))
	}
	for n, answer := range answers {
		hidden(t, fmt.Sprintf("answer %d of the function", n), answer)
	}
	for _, assembly := range []string{"first", "changed"} {
		err := filepath.WalkDir(folder(assembly), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path)
			hidden(t, path, string(text))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// custom has the function answer CloudFormation at a server of the test: there is
// no other way to see its answer.
func custom(t *testing.T, k kept) {
	t.Helper()
	answer := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		answer <- string(text)
	}))
	defer server.Close()
	for _, request := range []string{"Create", "Update", "Delete"} {
		err := invoke(t, map[string]any{
			"RequestType": request, "RequestId": "00000000-0000-4000-8000-000000000000", "StackId": "stack", "LogicalResourceId": "First",
			"PhysicalResourceId": k.arn, "ResponseURL": server.URL, "ResourceType": "Custom::ScopewayClientSecret",
			"ResourceProperties": map[string]string{"SecretId": k.arn, "ClientId": k.get(t, current).ClientID},
		})
		if err != nil {
			t.Fatal(err)
		}
		text := <-answer
		hidden(t, "answer to CloudFormation's "+request, text)
		var told struct{ Status, PhysicalResourceId string }
		if err := json.Unmarshal([]byte(text), &told); err != nil || told.Status != "SUCCESS" || told.PhysicalResourceId != k.arn && request != "Delete" {
			t.Errorf("%s: CloudFormation was told %s", request, text)
		}
	}
}
