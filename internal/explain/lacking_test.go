package explain

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/issuertest"
)

func TestWhatWouldSatisfyARuleIsTold(t *testing.T) {
	orders := access.NewResourceServer("orders", "Orders")
	read, write, admin := orders.Scope("read", "See orders"), orders.Scope("write", "Change orders"), orders.Scope("admin", "Run the shop")
	stock := orders.Scope("stock", "Count")
	var many []access.Rule
	for _, name := range strings.Split("abcdefghij", "") {
		many = append(many, access.MemberOf(name))
	}
	for name, c := range map[string]struct {
		rule   access.Rule
		scope  string
		lacks  string
		change string
	}{
		"one scope":                         {access.Require(read), "", `lacking: orders/read`, `ask the issuer for orders/read, and`},
		"one of two":                        {access.Require(read, write), "orders/read", `lacking: orders/write`, `ask the issuer for orders/write, and`},
		"two of two":                        {access.Require(read, write), "", `lacking: orders/read and orders/write`, `ask the issuer for orders/read and orders/write, and`},
		"any of two":                        {access.RequireAnyOf(admin, write), "orders/read", `lacking: orders/admin, or orders/write`, `ask the issuer for orders/admin, or orders/write, and`},
		"a group in a group":                {access.All(access.RequireAnyOf(write, admin), access.Require(read)), "", `lacking: orders/admin and orders/read, or orders/write and orders/read`, ""},
		"one way asks for less":             {access.Any(access.Require(write, admin), access.Require(admin)), "", `lacking: orders/admin`, ""},
		"the same way twice":                {access.Any(access.Require(admin), access.All(access.Require(admin))), "", `lacking: orders/admin`, ""},
		"one way is another identity's":     {access.Any(access.Require(write).From("Pool"), access.Require(admin).From("Users")), "", `lacking: orders/admin`, `ask the issuer for orders/admin, and`},
		"all ways are another identity's":   {access.Require(write).From("Pool"), "", `lacking: orders/write and from "Pool"`, `use a token of the identity that the rule means: orders/write and from "Pool"`},
		"a scope is there for another's":    {access.Require(read).From("Pool"), "orders/read", `lacking: from "Pool"`, `use a token of the identity that the rule means: from "Pool"`},
		"beside a scope, whatever the role": {access.All(access.Require(read), access.Role("clerk")), "", `lacking: orders/read`, ""},
		"a role":                            {access.All(access.Require(read), access.Role("clerk")), "orders/read", `lacking: role "clerk"`, "have the issuer give the caller what is lacking"},
		"a role or a kind":                  {access.All(access.Require(read), access.Any(access.Role("clerk"), access.Person())), "orders/read", `lacking: role "clerk", or a person`, ""},
		"too many ways": {access.All(access.Require(read), access.Any(many[0], many[1:]...)), "orders/read",
			`lacking: some of `, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			table, err := access.Compile(access.Declaration{Route: "GET /", Rule: c.rule}, access.Declaration{Route: "GET /all", Rule: access.Require(read, write, admin, stock)})
			if err != nil {
				t.Fatal(err)
			}
			s.config.Table = table
			account, err := s.explainer(t).Account(t.Context(), bearer("GET /", s.issuer.Token(issuertest.Claims{"scope": strings.TrimSpace(c.scope + " offline")})))
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range account.Steps {
				if step.Outcome == Failed && strings.Contains(step.Got, c.lacks) && strings.HasPrefix(step.Change, c.change) {
					if step.Got[strings.Index(step.Got, "lacking"):] == c.lacks || strings.HasSuffix(c.lacks, " ") {
						return
					}
				}
			}
			t.Errorf("%s: %+v, want %q", account.Reason, account.Steps, c.lacks)
		})
	}
}

// A way is told only if it is one: each satisfies the rule, and without any part
// of it the rule is not satisfied.
func TestEachWaySatisfiesTheRuleAndNoneAsksForMore(t *testing.T) {
	leaf := func(text string) access.Outcome { return access.Outcome{Text: text} }
	all := func(parts ...access.Outcome) access.Outcome { return access.Outcome{Needs: "all", Parts: parts} }
	some := func(parts ...access.Outcome) access.Outcome { return access.Outcome{Needs: "any", Parts: parts} }
	a, b, c := leaf("a"), leaf("b"), leaf("c")
	for _, rule := range []access.Outcome{
		a, all(a, b), some(a, b), all(some(a, b), some(b, c)), some(all(a, b), all(b, c), a), all(a, some(a, b)), some(a, all(a, b, c)), all(some(a, b), some(a, b)),
	} {
		ways := partsLacking(rule)
		if len(ways) == 0 {
			t.Errorf("%+v has no way", rule)
		}
		for _, way := range ways {
			if !holds(rule, way) {
				t.Errorf("%v does not satisfy %+v", way, rule)
			}
			for n := range way {
				if less := append(append([]string{}, way[:n]...), way[n+1:]...); holds(rule, less) {
					t.Errorf("%v satisfies %+v, and so does %v", way, rule, less)
				}
			}
		}
	}
}

func holds(o access.Outcome, parts []string) bool {
	met := 0
	for _, part := range o.Parts {
		if holds(part, parts) {
			met++
		}
	}
	switch o.Needs {
	case "all":
		return met == len(o.Parts)
	case "any":
		return met > 0
	}
	return strings.Contains(strings.Join(parts, " "), o.Text)
}
