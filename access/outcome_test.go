package access

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

var (
	outcomeServer = NewResourceServer("orders", "Orders")
	outcomeRead   = outcomeServer.Scope("read", "See orders")
	outcomeWrite  = outcomeServer.Scope("write", "Change orders")
)

// drawn writes an outcome as lines, with + for what is satisfied.
func drawn(o Outcome, indent string) string {
	mark := "-"
	if o.Satisfied {
		mark = "+"
	}
	text := indent + mark + " " + o.Text
	if o.Needs != "" {
		text += " [" + o.Needs + "]"
	}
	for _, p := range o.Parts {
		text += "\n" + drawn(p, indent+" ")
	}
	return text
}

func TestAnOutcomeShowsWhichPartsACallerSatisfies(t *testing.T) {
	caller := &Caller{Scopes: []Scope{outcomeRead}, Roles: []string{"clerk"}, Identity: "Users", Kind: KindPerson, Claims: map[string]any{"department": "sales"}}
	for _, c := range []struct {
		name   string
		rule   Rule
		caller *Caller
		want   string
	}{
		{"one scope", Require(outcomeRead), caller, "+ orders/read"},
		{"all of two scopes", Require(outcomeRead, outcomeWrite), caller, "- orders/read and orders/write [all]\n + orders/read\n - orders/write"},
		{"one of two scopes", RequireAnyOf(outcomeRead, outcomeWrite), caller, "+ orders/read or orders/write [any]\n + orders/read\n - orders/write"},
		{"one of two scopes of another identity", RequireAnyOf(outcomeRead, outcomeWrite).From("Partners"), caller,
			"- (orders/read or orders/write) from \"Partners\" [all]\n + orders/read or orders/write [any]\n  + orders/read\n  - orders/write\n - from \"Partners\""},
		{"a role of the identity", Role("clerk").From("Users"), caller, "+ role \"clerk\" from \"Users\" [all]\n + role \"clerk\"\n + from \"Users\""},
		{"rules that are joined", All(Require(outcomeRead), Any(Role("admin"), Machine())), caller,
			"- orders/read and (role \"admin\" or a machine) [all]\n + orders/read\n - role \"admin\" or a machine [any]\n  - role \"admin\"\n  - a machine"},
		{"a claim", Claim("department", "sales", "support"), caller, "+ claim \"department\" is \"sales\" or \"support\""},
		{"anybody signed in, and nobody is", SignedIn(), nil, "- anybody signed in"},
		{"anybody signed in", SignedIn(), caller, "+ anybody signed in"},
		{"a public rule and no caller", Public("a menu"), nil, "+ public: a menu"},
		{"a scope and no caller", Require(outcomeRead), nil, "- orders/read"},
		{"parts and no caller", All(SignedIn(), Person()), nil, "- anybody signed in and a person [all]\n - anybody signed in\n - a person"},
		{"no rule", Rule{}, caller, "- no rule"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := drawn(c.rule.Outcome(c.caller), ""); got != c.want {
				t.Errorf("Outcome =\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAnOutcomeAgreesWithTheDecisionAndWithItself(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	leaves := []Rule{
		Require(outcomeRead), Require(outcomeRead, outcomeWrite), RequireAnyOf(outcomeRead, outcomeWrite),
		Role("clerk"), MemberOf("staff").From("Users"), Person(), Machine().From("Users"), SignedIn(), Claim("level", 3),
	}
	var rules []Rule
	for _, a := range leaves {
		rules = append(rules, a)
		for _, b := range leaves {
			rules = append(rules, All(a, b), Any(a, b), All(Any(a, b), SignedIn()))
		}
	}
	callers := []*Caller{
		{},
		{Scopes: []Scope{outcomeRead}, Kind: KindPerson, Identity: "Users"},
		{Scopes: []Scope{outcomeRead, outcomeWrite}, Roles: []string{"clerk"}, Kind: KindMachine},
		{Groups: []string{"staff"}, Identity: "Users", Claims: map[string]any{"level": int64(3)}},
	}
	for _, rule := range rules {
		table, err := newTable(map[string]Rule{"GET /": rule})
		if err != nil {
			t.Fatal(err)
		}
		for _, caller := range callers {
			caller.ExpiresAt = now.Add(time.Minute)
			o := rule.Outcome(caller)
			if allowed := Decide(table, "GET /", caller, now).Allowed; o.Satisfied != allowed {
				t.Errorf("Outcome(%s).Satisfied = %v, and Decide says %v", rule, o.Satisfied, allowed)
			}
			agree(t, o)
		}
	}
}

// agree checks that each part that has parts is what they make of it.
func agree(t *testing.T, o Outcome) {
	t.Helper()
	count := 0
	for _, p := range o.Parts {
		agree(t, p)
		if p.Satisfied {
			count++
		}
	}
	switch {
	case o.Needs == "all" && o.Satisfied != (count == len(o.Parts)),
		o.Needs == "any" && o.Satisfied != (count > 0),
		(o.Needs == "") != (len(o.Parts) == 0):
		t.Errorf("the tree contradicts itself:\n%s", drawn(o, ""))
	}
}

func TestAnOutcomeIsJSONWithoutEmptyParts(t *testing.T) {
	text, err := json.Marshal(Require(outcomeRead).Outcome(nil))
	if err != nil || strings.Contains(string(text), "parts") || string(text) != `{"rule":"orders/read","satisfied":false}` {
		t.Errorf("json = %s, %v", text, err)
	}
}
