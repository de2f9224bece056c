package access_test

import (
	"slices"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
)

// ada is a person of the identity "Users".
func ada(change func(*access.Caller)) *access.Caller {
	c := &access.Caller{
		Issuer: "https://issuer.example.com", Subject: "ada", ClientID: "shop", ExpiresAt: now.Add(time.Minute),
		Identity: "Users", Kind: access.KindPerson, Scopes: []access.Scope{read},
		Roles: []string{"admin"}, Groups: []string{"staff"},
		Claims: map[string]any{"department": "sales", "level": int64(3), "beta": true},
	}
	if change != nil {
		change(c)
	}
	return c
}

func bare(c *access.Caller) {
	*c = access.Caller{Issuer: c.Issuer, Subject: c.Subject, ClientID: c.ClientID, ExpiresAt: c.ExpiresAt}
}

func TestDecideByWhatATokenSays(t *testing.T) {
	machine := func(c *access.Caller) { c.Kind = access.KindMachine }
	claim := func(name string, value any) func(*access.Caller) {
		return func(c *access.Caller) { c.Claims = map[string]any{name: value} }
	}
	department, level := access.Claim("department", "sales", "it"), access.Claim("level", 3)
	for _, c := range []struct {
		name   string
		rule   access.Rule
		change func(*access.Caller)
		want   access.Reason
	}{
		{"the role", access.Role("admin"), nil, access.Allowed},
		{"a role among others", access.Role("admin"), func(c *access.Caller) { c.Roles = []string{"a", "admin"} }, access.Allowed},
		{"a role in another case", access.Role("Admin"), nil, access.ClaimUnmet},
		{"a role with a space before it", access.Role(" admin"), nil, access.ClaimUnmet},
		{"a part of a role", access.Role("adm"), nil, access.ClaimUnmet},
		{"a group of the role's name", access.Role("staff"), nil, access.ClaimUnmet},
		{"a role of the group's name", access.MemberOf("admin"), nil, access.ClaimUnmet},
		{"a scope of the role's name", access.Role("orders/read"), nil, access.ClaimUnmet},
		{"a claim of the role's name", access.Role("sales"), nil, access.ClaimUnmet},
		{"a bare token under a role", access.Role("admin"), bare, access.ClaimUnmet},
		{"the group", access.MemberOf("staff"), nil, access.Allowed},
		{"a group that is a list in one text", access.MemberOf("staff"), func(c *access.Caller) { c.Groups = []string{"staff,admin"} }, access.ClaimUnmet},
		{"a bare token under a group", access.MemberOf("staff"), bare, access.ClaimUnmet},

		{"the claim's first value", department, nil, access.Allowed},
		{"the claim's other value", department, claim("department", "it"), access.Allowed},
		{"another value", department, claim("department", "hr"), access.ClaimUnmet},
		{"a value that begins alike", department, claim("department", "sales "), access.ClaimUnmet},
		{"a value in another case", department, claim("department", "Sales"), access.ClaimUnmet},
		{"an empty value", department, claim("department", ""), access.ClaimUnmet},
		{"a claim that is absent", department, bare, access.ClaimUnmet},
		{"a claim that is null", department, claim("department", nil), access.ClaimUnmet},
		{"a claim in a list", department, claim("department", []string{"sales"}), access.ClaimUnmet},
		{"a claim in an object", department, claim("department", map[string]any{"sales": true}), access.ClaimUnmet},
		{"a claim in another case", department, claim("Department", "sales"), access.ClaimUnmet},
		{"a number", level, nil, access.Allowed},
		{"a number that a test wrote as int", level, claim("level", 3), access.Allowed},
		{"a rule with an int64", access.Claim("level", int64(3)), nil, access.Allowed},
		{"a number in quotes", level, claim("level", "3"), access.ClaimUnmet},
		{"a number with a fraction", level, claim("level", 3.0), access.ClaimUnmet},
		{"another number", level, claim("level", int64(-3)), access.ClaimUnmet},
		{"true for one", access.Claim("level", 1), claim("level", true), access.ClaimUnmet},
		{"one for true", access.Claim("beta", true), claim("beta", int64(1)), access.ClaimUnmet},
		{"true", access.Claim("beta", true), nil, access.Allowed},
		{"true in quotes", access.Claim("beta", true), claim("beta", "true"), access.ClaimUnmet},
		{"false where there is no claim", access.Claim("beta", false), bare, access.ClaimUnmet},
		{"false", access.Claim("beta", false), claim("beta", false), access.Allowed},
		{"quotes for a number", access.Claim("level", "3"), nil, access.ClaimUnmet},
		{"zero where there is no claim", access.Claim("level", 0), bare, access.ClaimUnmet},

		{"a machine", access.Machine(), machine, access.Allowed},
		{"a person for a machine", access.Machine(), nil, access.ClaimUnmet},
		{"a person", access.Person(), nil, access.Allowed},
		{"a machine for a person", access.Person(), machine, access.ClaimUnmet},
		{"neither for a machine", access.Machine(), bare, access.ClaimUnmet},
		{"neither for a person", access.Person(), bare, access.ClaimUnmet},
		{"signed in", access.SignedIn(), bare, access.Allowed},

		{"the identity", access.Role("admin").From("Users"), nil, access.Allowed},
		{"another identity", access.Role("admin").From("Partners"), nil, access.ClaimUnmet},
		{"the identity in another case", access.Role("admin").From("users"), nil, access.ClaimUnmet},
		{"no identity", access.SignedIn().From("Users"), bare, access.ClaimUnmet},
		{"a scope of another identity", access.Require(read).From("Partners"), nil, access.ClaimUnmet},
		{"no scope of another identity", access.Require(write).From("Partners"), nil, access.ScopeMissing},
		{"one of two identities", access.Any(access.Role("root").From("Users"), access.Role("admin").From("Partners")), nil, access.ClaimUnmet},
		{"the other of two identities", access.Any(access.Role("root").From("Partners"), access.Role("admin").From("Users")), nil, access.Allowed},

		{"all", access.All(access.Require(read), access.Role("admin"), access.Person()), nil, access.Allowed},
		{"all but the scope", access.All(access.Require(write), access.Role("admin")), nil, access.ScopeMissing},
		{"all but the role", access.All(access.Require(read), access.Role("root")), nil, access.ClaimUnmet},
		{"neither scope nor role", access.All(access.Require(write), access.Role("root")), nil, access.ScopeMissing},
		{"any", access.Any(access.Require(write), access.Role("admin")), nil, access.Allowed},
		{"none of any", access.Any(access.Require(write), access.Role("root")), nil, access.ClaimUnmet},
		{"none of two scopes", access.Any(access.Require(write), access.Require(admin)), nil, access.ScopeMissing},
		{"a group's scope and a role", access.Require(read).Narrow(access.Role("root")), nil, access.ClaimUnmet},
		{"any of all", access.Any(access.All(access.Require(read), access.Role("root")), access.All(access.Require(write), access.Role("admin"))), nil, access.ClaimUnmet},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := compile(t, route("GET /x", c.rule))
			d := access.Decide(table, "GET /x", ada(c.change), now)
			if d.Reason != c.want || d.Allowed != (c.want == access.Allowed) || (len(d.Missing) > 0) != (c.want == access.ScopeMissing) || (len(d.Unmet) > 0) != (c.want == access.ClaimUnmet) {
				t.Errorf("Decide(%s) = %+v, want %s", c.rule, d, c.want)
			}
			for _, nobody := range []*access.Caller{nil, {}, ada(func(c *access.Caller) { c.ExpiresAt = now.Add(-time.Hour) })} {
				if d := access.Decide(table, "GET /x", nobody, now); d.Allowed {
					t.Errorf("Decide(%s, %+v) = %+v, want a denial", c.rule, nobody, d)
				}
			}
		})
	}
}

func TestADecisionSaysWhatIsUnmet(t *testing.T) {
	for _, c := range []struct {
		rule    access.Rule
		missing []access.Scope
		unmet   []string
	}{
		{access.Role("root"), nil, []string{`role "root"`}},
		{access.All(access.Require(read), access.Role("root"), access.Role("admin"), access.Machine()), nil, []string{`role "root"`, "a machine"}},
		{access.Any(access.Role("root"), access.Require(write), access.Role("root")), nil, []string{`role "root"`, "orders/write"}},
		{access.All(access.Require(write), access.Role("root")), []access.Scope{write}, nil},
		{access.All(access.Any(access.Require(write), access.Role("root")), access.Require(admin)), []access.Scope{admin}, nil},
		{access.Any(access.Require(admin), access.All(access.Require(write), access.Role("root"))), []access.Scope{admin, write}, nil},
		{access.Claim("department", "it", "hr").From("Users"), nil, []string{`(claim "department" is "hr" or "it") from "Users"`}},
	} {
		d := access.Decide(compile(t, route("GET /x", c.rule)), "GET /x", ada(nil), now)
		if !slices.Equal(d.Missing, c.missing) || !slices.Equal(d.Unmet, c.unmet) {
			t.Errorf("Decide(%s) = missing %v, unmet %q, want %v and %q", c.rule, d.Missing, d.Unmet, c.missing, c.unmet)
		}
	}
}

func TestRulesThatReadTokensReadAloud(t *testing.T) {
	for _, c := range []struct {
		rule access.Rule
		want string
	}{
		{access.MemberOf("staff"), `member of "staff"`},
		{access.Claim("level", 3), `claim "level" is 3`},
		{access.Claim("level", 10, 9), `claim "level" is 9 or 10`},
		{access.Claim("beta", true, false), `claim "beta" is false or true`},
		{access.All(access.Require(read, write), access.RequireAnyOf(read, admin)), "orders/read and orders/write and (orders/admin or orders/read)"},
		{access.Any(access.Require(read, write), access.Role("a")), `(orders/read and orders/write) or role "a"`},
		{access.Any(access.RequireAnyOf(read, write), access.Person()), "orders/read or orders/write or a person"},
		{access.All(access.Any(access.Machine(), access.Person()), access.SignedIn()), "(a machine or a person) and anybody signed in"},
		{access.All(access.Any(access.Machine()), access.Person()), "a machine and a person"},
		{access.All(access.Claim("d", "a", "b"), access.Machine()), `(claim "d" is "a" or "b") and a machine`},
		{access.Require(read, write).From("Users"), `(orders/read and orders/write) from "Users"`},
		{access.All(access.Role("a"), access.Person()).From("Users"), `role "a" from "Users" and a person from "Users"`},
	} {
		if got := c.rule.String(); got != c.want {
			t.Errorf("String() = %q, want %q", got, c.want)
		}
	}
}

func TestNeedsScope(t *testing.T) {
	for _, c := range []struct {
		rule access.Rule
		want bool
	}{
		{access.Require(read), true},
		{access.RequireAnyOf(read, write), true},
		{access.All(access.Require(read), access.Role("a")), true},
		{access.Any(access.Require(read), access.Require(write)), true},
		{access.Any(access.Require(read), access.Role("a").From("Partners")), true},
		{access.Role("a").From("Partners"), true},
		{access.Rule{}, true},
		{access.Any(access.Require(read), access.Role("a")), false},
		{access.Any(access.Require(read), access.Role("a").From("Users")), false},
		{access.Role("a"), false},
		{access.MemberOf("a").From("Users"), false},
		{access.Claim("a", 1), false},
		{access.Machine(), false},
		{access.Person(), false},
		{access.SignedIn(), false},
		{access.All(access.SignedIn(), access.Any(access.Require(read), access.Person())), false},
		{access.Public("why"), false},
	} {
		if got := c.rule.NeedsScope("Users"); got != c.want {
			t.Errorf("(%s).NeedsScope(Users) = %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestNeedsClaim(t *testing.T) {
	ours, branch := access.Claim("repository_id", "74"), access.Claim("ref", "refs/heads/main")
	for _, c := range []struct {
		rule access.Rule
		want bool
	}{
		{ours, true},
		{access.Claim("repository", "acme/shop"), true},
		{access.All(branch, ours), true},
		{access.Any(ours, access.Claim("repository", "acme/shop")), true},
		{access.Any(ours, access.Require(read)), true},
		{access.Any(ours, branch.From("Users")), true},
		{access.Any(ours.From("CI"), access.All(access.SignedIn(), access.Require(read))), true},
		{branch.From("Users"), true},
		{access.Require(read), true},
		{access.Rule{}, true},
		{branch, false},
		{access.Claim("repository_id", "75"), false},
		{access.Claim("repository", "acme/shop", "other/shop"), false},
		{branch.From("CI"), false},
		{access.Any(ours, branch), false},
		{access.Any(access.Require(read), access.Machine()), false},
		{access.Role("a"), false},
		{access.SignedIn(), false},
		{access.All(access.SignedIn(), access.Any(ours, access.Machine())), false},
		{access.Public("why"), false},
	} {
		says := func(name string, value any) bool {
			return name == "repository_id" && value == "74" || name == "repository" && value == "acme/shop"
		}
		if got := c.rule.NeedsClaim("CI", says); got != c.want {
			t.Errorf("(%s).NeedsClaim(CI, …) = %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestARuleTellsItsIdentities(t *testing.T) {
	for _, c := range []struct {
		rule       access.Rule
		identities []string
		unnamed    bool
	}{
		{access.Require(read), nil, false},
		{access.All(access.Machine(), access.Person(), access.SignedIn(), access.Require(read)), nil, false},
		{access.Role("a"), nil, true},
		{access.MemberOf("a"), nil, true},
		{access.Claim("a", "b"), nil, true},
		{access.Role("a").From("Users"), []string{"Users"}, false},
		{access.Any(access.Role("a").From("Users"), access.MemberOf("b").From("Partners"), access.Machine().From("Users")), []string{"Partners", "Users"}, false},
		{access.Any(access.Role("a").From("Users"), access.All(access.Require(read), access.Claim("b", 1))), []string{"Users"}, true},
		{access.Any(access.Role("a"), access.All(access.Require(read), access.Claim("b", 1))).From("Users"), []string{"Users"}, false},
		{access.Public("why"), nil, false},
	} {
		if got := c.rule.Identities(); !slices.Equal(got, c.identities) || c.rule.Unnamed() != c.unnamed {
			t.Errorf("(%s) = %q, %v, want %q, %v", c.rule, got, c.rule.Unnamed(), c.identities, c.unnamed)
		}
	}
}

func TestFromLeavesTheRuleItWasCalledOnAlone(t *testing.T) {
	rule := access.All(access.Role("a"), access.Any(access.Machine(), access.Person()))
	before := rule.String()
	users, partners := rule.From("Users"), rule.From("Partners")
	if rule.String() != before || users.String() == partners.String() {
		t.Errorf("after From the rule is %q, was %q", rule, before)
	}
	leaf := access.Role("a").From("Users")
	_, _ = leaf.From("x"), leaf.From("y")
	if got := leaf.From("Users").String(); got != `role "a" from "Users"` {
		t.Errorf("From twice with one id = %q", got)
	}
}

func TestATableTellsWhatToReadInTokens(t *testing.T) {
	table := compile(t,
		route("GET /a", access.All(access.Role("b"), access.Any(access.Role("a"), access.Claim("department", "x")))),
		route("GET /b", access.Any(access.MemberOf("staff"), access.Role("a").From("Users"), access.Claim("department", 1))),
		route("GET /c", access.Require(read)),
	)
	if got := table.Roles(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("Roles() = %q", got)
	}
	if got := table.Groups(); !slices.Equal(got, []string{"staff"}) {
		t.Errorf("Groups() = %q", got)
	}
	if got := table.Claims(); !slices.Equal(got, []string{"department"}) {
		t.Errorf("Claims() = %q", got)
	}
	if got := table.Scopes(); !slices.Equal(got, []access.Scope{read}) {
		t.Errorf("Scopes() = %v", got)
	}
}
