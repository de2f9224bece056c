//go:build localcloud

package deploy

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// estateClient is a client of the user pool that was there before.
func estateClient(t *testing.T, name string) localcloud.Client {
	t.Helper()
	client, err := cloud.UserPoolClient(ctx, output(names.Estate, names.UserPoolID), output(names.Estate, name))
	if err != nil {
		t.Fatal(err)
	}
	world.KeepSecret(client.Secret)
	return client
}

func TestRoutesAddedToAnExistingAPIAreClosed(t *testing.T) {
	old, other := estateClient(t, names.OldClient), estateClient(t, names.OtherClient)
	own, err := cloud.Client(ctx, output(names.Adopted, names.OwnSecret))
	if err != nil {
		t.Fatal(err)
	}
	world.KeepSecret(own.Secret)
	for _, d := range adopted() {
		if answer := d.send(t, "GET", "/orders/7", "", nil); answer.Status != 401 {
			t.Errorf("%s API: GET /orders/7 without a token = %d, want 401", d.kind, answer.Status)
		}
		for _, c := range []struct {
			name, method, path, token string
			want                      access.Reason
		}{
			{"a client of the existing user pool", "GET", "/orders/7", clientToken(t, old, ordersRead), access.Allowed},
			{"a client added to the existing user pool", "GET", "/orders/7", clientToken(t, own, ordersRead), access.Allowed},
			{"the existing client with another scope", "POST", "/orders", clientToken(t, old, ordersRead), access.ScopeMissing},
			{"the existing client with that scope", "POST", "/orders", clientToken(t, old, "orders/write"), access.Allowed},
			{"a client that was not named", "GET", "/orders/7", clientToken(t, other, ordersRead), access.ClientUnknown},
			{"a token of another user pool", "GET", "/orders/7", robotToken(t, ordersRead), access.IssuerUnknown},
			{"garbage", "GET", "/orders/7", "garbage", access.TokenMalformed},
		} {
			d.skipLines(t)
			answer, line := d.decided(t, c.method, c.path, c.token)
			if answer.Status != d.status(c.want) || line.Reason != c.want {
				t.Errorf("%s API, %s: %s %s = %d, %s, want %d, %s", d.kind, c.name, c.method, c.path, answer.Status, line.Reason, d.status(c.want), c.want)
			}
		}
	}
}

func TestRoutesOfAnExistingAPIStayAsTheyWere(t *testing.T) {
	for _, d := range adopted() {
		d.skipLines(t)
		for _, token := range []string{"", "garbage"} {
			answer := d.send(t, "GET", "/old", token, nil)
			if answer.Status != 200 || !strings.Contains(string(answer.Body), `"backend":"Old"`) {
				t.Errorf("%s API: GET /old with %q = %d %s, want the old backend", d.kind, token, answer.Status, answer.Body)
			}
		}
		if lines, err := d.log.Next(ctx, 0); err != nil || len(lines) != 0 {
			t.Errorf("%s API: GET /old has audit lines %v, %v, want none", d.kind, lines, err)
		}
	}
}
