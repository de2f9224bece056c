//go:build localcloud

package rotation

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/rotation/names"
)

// The secret of the other stack is as the deploy wrote it: no test rotates it.

func TestTheFirstSecretGivesTokens(t *testing.T) {
	first := kept{output(t, names.Other, names.ClientSecret)}.get(t, current)
	if first.ClientID == "" || first.Secret == "" || first.ID == "" {
		t.Fatal("the secret lacks client_id, client_secret or client_secret_id")
	}
	if !first.gives(t, "orders/read") {
		t.Error("the secret gives no token")
	}
	if first.Secret += "x"; first.gives(t) {
		t.Error("another client_secret gives a token")
	}
}

func TestTheSettingsSayHowToGetAToken(t *testing.T) {
	arn := output(t, names.Other, names.ClientSecret)
	var described struct{ Tags []struct{ Key, Value string } }
	if err := cloud.Ask(ctx, "secretsmanager.DescribeSecret", map[string]string{"SecretId": arn}, &described); err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, tag := range described.Tags {
		tags[tag.Key] = tag.Value
	}
	name := output(t, names.Other, names.ClientSettings)
	if tags["scopeway:settings"] != name {
		t.Errorf("the secret has the tags %q, want scopeway:settings to name %q", tags, name)
	}
	want := map[string]string{"client_id": kept{arn}.get(t, current).ClientID, "token_endpoint": endpoint.URL() + "/oauth2/token", "scope": "orders/read"}
	if told := settings(t, cloud, name); !maps.Equal(told, want) {
		t.Errorf("settings = %q, want %q", told, want)
	}
}

// settings reads a client's settings as somebody.
func settings(t *testing.T, as *localcloud.Cloud, name string) map[string]string {
	t.Helper()
	var answer struct{ Parameter struct{ Value string } }
	if err := as.Ask(ctx, "AmazonSSM.GetParameter", map[string]string{"Name": name}, &answer); err != nil {
		t.Fatal(err)
	}
	var told map[string]string
	if err := json.Unmarshal([]byte(answer.Parameter.Value), &told); err != nil {
		t.Fatalf("settings %q are no JSON: %s", name, strings.TrimSpace(answer.Parameter.Value))
	}
	return told
}
