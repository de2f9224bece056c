//go:build localcloud

package deploy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/deploy/names"
)

const (
	ordersRead = "orders/read"
	stockRead  = "stock/read"
)

func TestRulesAreJudgedOnRealTokensOfTwoIdentities(t *testing.T) {
	robot := func(scopes ...string) func(*testing.T) string {
		return func(t *testing.T) string { return robotToken(t, scopes...) }
	}
	partner := func(claims issuertest.Claims) func(*testing.T) string {
		return func(*testing.T) string { return partnerToken(claims) }
	}
	adas := func(t *testing.T) string { return signIn(t, ada, "openid", ordersRead).Access }
	bobs := func(t *testing.T) string { return signIn(t, bob, "openid", ordersRead).Access }
	keeper := issuertest.Claims{"realm": map[string]any{"roles": []string{"keeper", "clerk"}}}

	for _, c := range []struct {
		name, path string
		token      func(*testing.T) string
		want       access.Reason
	}{
		{"the user pool's scope opens its route", "/either", robot(ordersRead), access.Allowed},
		{"the partner's scope opens its route", "/either", partner(nil), access.Allowed},
		{"the partner's scope spelled in full opens its route", "/either", partner(issuertest.Claims{"scope": stockRead}), access.Allowed},

		{"the partner does not speak for the orders", "/orders/7", partner(issuertest.Claims{"scope": ordersRead}), access.ScopeMissing},
		{"the partner's bare scope is not that of the orders", "/orders/7", partner(nil), access.ScopeMissing},
		{"the partner does not speak for the audience of the orders", "/orders/7", partner(issuertest.Claims{"aud": "orders", "scope": ordersRead}), access.AudienceRefused},
		{"the user pool does not speak for the stock", "/stock/7", robot(stockRead), access.ScopeMissing},
		{"the user pool's scope of the orders is not that of the stock", "/stock/7", robot(ordersRead), access.ScopeMissing},
		{"a scope of the stock from the user pool opens nothing", "/either", robot(stockRead), access.ScopeMissing},

		{"a rule from the user pool takes its tokens", "/ours", robot(ordersRead), access.Allowed},
		{"a rule from the user pool takes no token of the partner's", "/ours", partner(nil), access.ClaimUnmet},
		{"a rule from the partner takes its tokens", "/theirs", partner(nil), access.Allowed},
		{"a rule from the partner takes no token of the user pool", "/theirs", robot(ordersRead), access.ClaimUnmet},

		{"a program is a machine", "/machines", robot(ordersRead), access.Allowed},
		{"a program is not a person", "/people", robot(ordersRead), access.ClaimUnmet},
		{"a person is a person", "/people", adas, access.Allowed},
		{"a person is not a machine", "/machines", adas, access.ClaimUnmet},

		{"a member of the group is let through", "/staff", adas, access.Allowed},
		{"a person outside the group is refused", "/staff", bobs, access.ClaimUnmet},
		{"a program is in no group", "/staff", robot(ordersRead), access.ClaimUnmet},
		{"a group of the partner's is not the user pool's", "/staff", partner(issuertest.Claims{"groups": []string{"staff"}}), access.ScopeMissing},

		{"a role is let through", "/keepers", partner(keeper), access.Allowed},
		{"another role is refused", "/keepers", partner(issuertest.Claims{"realm": map[string]any{"roles": []string{"clerk"}}}), access.ClaimUnmet},
		{"a role in another case is refused", "/keepers", partner(issuertest.Claims{"realm": map[string]any{"roles": []string{"Keeper"}}}), access.ClaimUnmet},
		{"a role that is no list is none", "/keepers", partner(issuertest.Claims{"realm": map[string]any{"roles": "keeper"}}), access.ClaimUnmet},
		{"a role elsewhere in the token is none", "/keepers", partner(issuertest.Claims{"roles": []string{"keeper"}}), access.ClaimUnmet},
		{"a role without the scope is refused", "/keepers", partner(issuertest.Claims{"scope": "write", "realm": keeper["realm"]}), access.ScopeMissing},

		{"a claim is let through", "/sales", partner(issuertest.Claims{"department": "sales"}), access.Allowed},
		{"another value is refused", "/sales", partner(issuertest.Claims{"department": "sales2"}), access.ClaimUnmet},
		{"a list with the value is refused", "/sales", partner(issuertest.Claims{"department": []string{"sales"}}), access.ClaimUnmet},
		{"no claim is refused", "/sales", partner(nil), access.ClaimUnmet},
	} {
		for _, d := range mixed() {
			t.Run(c.name+", "+d.kind, func(t *testing.T) {
				d.skipLines(t)
				answer, line := d.decided(t, "GET", c.path, c.token(t))
				if answer.Status != d.status(c.want) || line.Reason != c.want {
					t.Errorf("GET %s = %d, %s (missing %q, unmet %q), want %d, %s", c.path, answer.Status, line.Reason, line.Missing, line.Unmet, d.status(c.want), c.want)
				}
				if unmet := len(line.Unmet) > 0; unmet != (c.want == access.ClaimUnmet) {
					t.Errorf("audit line has unmet %q for %s", line.Unmet, c.want)
				}
				if c.want != access.Allowed && strings.Contains(string(answer.Body), "keeper") {
					t.Errorf("answer tells the caller the rule: %s", answer.Body)
				}
			})
		}
	}
}

func TestABackendInGoReadsTheVerifiedCaller(t *testing.T) {
	keeper := func(*testing.T) string {
		return partnerToken(issuertest.Claims{"sub": "kim", "realm": map[string]any{"roles": []string{"keeper", "clerk"}}, "department": "sales", "secret": "x"})
	}
	sales := map[string]any{"department": "sales"}
	for _, c := range []struct {
		path  string
		token func(*testing.T) string
		want  names.Told
	}{
		{"/either", func(t *testing.T) string { return robotToken(t, ordersRead) },
			names.Told{Identity: names.Users, Kind: "machine", Scopes: []string{ordersRead}}},
		{"/staff", func(t *testing.T) string { return signIn(t, ada, "openid", ordersRead).Access },
			names.Told{Identity: names.Users, Kind: "person", Scopes: []string{ordersRead}, Groups: []string{"staff"}}},
		// Only what the rules name: not the other role, not the other claim.
		{"/keepers", keeper, names.Told{Subject: "kim", ClientID: "shelf", Identity: names.Partner, Scopes: []string{stockRead}, Roles: []string{"keeper"}, Claims: sales}},
	} {
		for _, d := range mixed() {
			d.skipLines(t)
			answer, line := d.decided(t, "GET", c.path, c.token(t))
			var told names.Told
			if err := json.Unmarshal(answer.Body, &told); err != nil {
				t.Fatalf("%s API: GET %s = %d %s: %v", d.kind, c.path, answer.Status, answer.Body, err)
			}
			want := c.want
			if want.Subject == "" {
				want.Subject, want.ClientID = line.Subject, line.ClientID
			}
			want.Issuer, want.DecisionID = line.Issuer, line.DecisionID
			if fmt.Sprint(told) != fmt.Sprint(want) {
				t.Errorf("%s API: backend of GET %s was told of %+v, want %+v", d.kind, c.path, told, want)
			}
		}
	}
}

func TestABackendInGoIsToldOfNobodyOnAPublicRoute(t *testing.T) {
	for _, d := range mixed() {
		d.skipLines(t)
		for _, token := range []string{"", robotToken(t, ordersRead)} {
			answer := d.send(t, "GET", "/nobody", token, nil)
			var told names.Told
			if err := json.Unmarshal(answer.Body, &told); err != nil || answer.Status != 200 || !strings.Contains(told.Error, "nobody was verified") || told.Subject != "" {
				t.Errorf("%s API: GET /nobody = %d %s, %v, want that nobody was verified", d.kind, answer.Status, answer.Body, err)
			}
		}
		if lines, err := d.log.Next(ctx, 0); err != nil || slices.ContainsFunc(lines, func(l audit.Line) bool { return l.Route == "GET /nobody" }) {
			t.Errorf("%s API: authorizer was asked on a public route: %v, %v", d.kind, lines, err)
		}
	}
}
