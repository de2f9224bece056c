//go:build localcloud

package rotation

import (
	"testing"

	"github.com/scopeway/scopeway/test/rotation/names"
)

// It deploys the shop once more, with other scopes, another name and another life
// of tokens, another place of the token endpoint, and a third client.
func TestNoDeployBringsAnOldSecretBack(t *testing.T) {
	before := map[string]credentials{}
	versions := map[string]string{}
	for _, secret := range []string{names.BillingSecret, names.TillSecret} {
		k := client(t, secret)
		token := k.begin(t)
		k.finish(t, token)
		before[secret], versions[secret] = k.get(t, current), token
	}
	made := len(cloud.ClientSecrets().Values())
	if err := deploy("changed", names.Shop); err != nil {
		t.Fatal(err)
	}
	for secret, want := range before {
		k := client(t, secret)
		if got := k.get(t, current); got != want || k.version(t, current) != versions[secret] {
			t.Errorf("%s: after the deploy secret %q is current, version %q, want %q, %q", secret, got.ID, k.version(t, current), want.ID, versions[secret])
		}
		if !want.gives(t, "orders/read", "orders/write") {
			t.Errorf("%s gives no token after the deploy", secret)
		}
	}
	// The late client brings the secret that Cognito made for it.
	late := client(t, names.LateSecret)
	first := late.get(t, current)
	if first.ID == "" || !first.gives(t, "orders/read") {
		t.Error("the client that came later has no secret that gives a token")
	}
	if got := len(cloud.ClientSecrets().Values()); got != made+1 {
		t.Errorf("the deploy made %d secrets, want that of the late client", got-made)
	}
	told := settings(t, cloud, output(t, names.Shop, names.BillingSettings))
	if told["scope"] != "orders/read orders/write" || told["token_endpoint"] != endpoint.URL()+"/moved/oauth2/token" {
		t.Errorf("settings = %q, want the new scopes and the new token endpoint", told)
	}
	// Rotation goes on, for all of them, at the new place.
	for _, secret := range []string{names.BillingSecret, names.TillSecret, names.LateSecret} {
		k := client(t, secret)
		former, asked := k.get(t, current), endpoint.asked("/moved/oauth2/token")
		token := k.begin(t)
		k.finish(t, token)
		k.rotated(t, token, former)
		if endpoint.asked("/moved/oauth2/token") == asked {
			t.Errorf("%s: the new secret was not tried at the new token endpoint", secret)
		}
	}
	// A deploy of what was there before does not either.
	rotated := map[string]credentials{}
	for _, secret := range []string{names.BillingSecret, names.TillSecret} {
		rotated[secret] = client(t, secret).get(t, current)
	}
	if err := deploy("first", names.Shop); err != nil {
		t.Fatal(err)
	}
	for secret, want := range rotated {
		if got := client(t, secret).get(t, current); got != want {
			t.Errorf("%s: going back to the first template brought secret %q, want %q", secret, got.ID, want.ID)
		}
	}
}
