package access

import (
	"slices"
	"testing"
)

// A small world: every caller that differs in what the rules of the tests ask.
var (
	shop     = NewResourceServer("orders", "Orders API")
	seeing   = shop.Scope("read", "See orders")
	changing = shop.Scope("write", "Place orders")
)

func everyCaller() []*Caller {
	var all []*Caller
	for _, scopes := range [][]Scope{nil, {seeing}, {changing}, {seeing, changing}} {
		for _, roles := range [][]string{nil, {"a"}, {"a", "b"}} {
			for _, groups := range [][]string{nil, {"a"}} {
				for _, claims := range []map[string]any{nil, {"c": "a"}, {"c": "b"}, {"c": int64(1)}} {
					for _, kind := range []Kind{"", KindMachine, KindPerson} {
						for _, id := range []string{"", "Users", "Partners"} {
							all = append(all, &Caller{Scopes: scopes, Roles: roles, Groups: groups, Claims: claims, Kind: kind, Identity: id})
						}
					}
				}
			}
		}
	}
	return all
}

func TestImplies(t *testing.T) {
	scope := Require(seeing)
	for _, c := range []struct {
		name string
		a, b Rule
		want bool
	}{
		{"more scopes, fewer", Require(seeing, changing), scope, true},
		{"one scope, any of two", scope, RequireAnyOf(seeing, changing), true},
		{"a rule and anybody signed in", Role("a"), SignedIn(), true},
		{"a rule and everybody", Role("a"), Public("why"), true},
		{"two rules, one of them", All(Role("a"), scope), Role("a"), true},
		{"one rule, any of two", Role("a"), Any(scope, Role("a")), true},
		{"both ways through any", Any(All(scope, Role("a")), All(scope, Role("b"))), All(scope, Any(Role("b"), Role("a"))), true},
		{"both ways through all", All(scope, Any(Role("b"), Role("a"))), Any(All(scope, Role("a")), All(scope, Role("b"))), true},
		{"one value, one of two", Claim("c", "a"), Claim("c", "b", "a"), true},
		{"one of two values, any of two rules", Claim("c", "b", "a"), Any(Claim("c", "a"), Claim("c", "b")), true},
		{"from one, from any", Role("a").From("Users"), Role("a"), true},
		{"from one, signed in there", Role("a").From("Users"), SignedIn().From("Users"), true},
		{"the same", Any(Machine(), Claim("c", 1)).From("Users"), Any(Claim("c", 1), Machine()).From("Users"), true},

		{"fewer scopes, more", scope, Require(seeing, changing), false},
		{"any of two scopes, one", RequireAnyOf(seeing, changing), scope, false},
		{"anybody signed in, a scope", SignedIn(), scope, false},
		{"anybody signed in, a role", SignedIn(), Role("a"), false},
		{"anybody signed in, a kind", SignedIn(), Any(Machine(), Person()), false},
		{"anybody signed in, an identity", SignedIn(), SignedIn().From("Users"), false},
		{"everybody, anybody signed in", Public("why"), SignedIn(), false},
		{"no rule, anybody signed in", Rule{}, SignedIn(), false},
		{"a rule and no rule", Role("a"), Rule{}, false},
		{"all of no rule and a role", All(Rule{}, Role("a")), Role("a"), false},
		{"any of no rule and a role", Any(Rule{}, Role("a")), Role("a"), false},
		{"a role, a group of its name", Role("a"), MemberOf("a"), false},
		{"a role, a claim of its name", Role("a"), Claim("roles", "a"), false},
		{"another role", Role("a"), Role("b"), false},
		{"any of two, one of them", Any(scope, Role("a")), Role("a"), false},
		{"one rule, both", Role("a"), All(scope, Role("a")), false},
		{"one of two values, one", Claim("c", "a", "b"), Claim("c", "a"), false},
		{"a number and its text", Claim("c", 1), Claim("c", "1"), false},
		{"one and true", Claim("c", 1), Claim("c", true), false},
		{"another claim", Claim("c", "a"), Claim("d", "a"), false},
		{"a machine, a person", Machine(), Person(), false},
		{"from any, from one", Role("a"), Role("a").From("Users"), false},
		{"from another", Role("a").From("Partners"), Role("a").From("Users"), false},
		{"a scope from any, from one", scope, scope.From("Users"), false},
		{"any of two identities, one", Any(Role("a").From("Users"), Role("a").From("Partners")), Role("a").From("Users"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.a.implies(c.b); got != c.want {
				t.Errorf("(%s).implies(%s) = %v, want %v", c.a, c.b, got, c.want)
			}
			checkSound(t, c.a, c.b)
			checkSound(t, c.b, c.a)
		})
	}
}

// Where there is too much to look at, the answer is no: in any rule too, where
// leaving some ways out would make it a yes.
func TestImpliesErrsTowardsNo(t *testing.T) {
	var factors []Rule
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"} {
		factors = append(factors, Any(Role(name), MemberOf(name)))
	}
	huge := All(factors[0], factors[1:]...)
	if huge.implies(factors[0]) {
		t.Error("a rule of 8192 alternatives implies something")
	}
	if Any(Machine(), huge).implies(Machine()) || Any(huge, Machine()).implies(Machine()) {
		t.Error("any of a rule that is too large and a small one implies the small one")
	}
	if All(Machine(), huge).implies(Machine()) {
		t.Error("all of a rule that is too large implies something")
	}
	values := make([]int, maxAlternatives)
	for i := range values {
		values[i] = i
	}
	if Claim("c", -1, values...).implies(Claim("c", -1, values...)) {
		t.Error("a claim of 4097 values implies something")
	}
	if !Claim("c", -1, values[1:]...).implies(Claim("c", -1, values...)) {
		t.Error("a claim of 4096 values does not imply one of more")
	}
}

// checkSound fails when a implies b and somebody satisfies a but not b.
func checkSound(t *testing.T, a, b Rule) {
	t.Helper()
	if !a.implies(b) || b.IsPublic() {
		return
	}
	for _, c := range everyCaller() {
		if a.satisfied(c.has) && !b.satisfied(c.has) {
			t.Fatalf("(%s).implies(%s), and %+v satisfies only the first", a, b, c)
		}
	}
}

// ruleFrom makes a rule of bytes and returns those that are left.
func ruleFrom(code []byte, depth int) (Rule, []byte) {
	if len(code) == 0 {
		return SignedIn(), nil
	}
	head, code := code[0], code[1:]
	var r Rule
	if kind := head % 16; kind >= 12 && depth > 0 {
		var a, b Rule
		a, code = ruleFrom(code, depth-1)
		b, code = ruleFrom(code, depth-1)
		if r = All(a, b); kind >= 14 {
			r = Any(a, b)
		}
	} else {
		r = []Rule{
			Require(seeing), Require(changing), Require(seeing, changing), RequireAnyOf(seeing, changing),
			Role("a"), Role("b"), MemberOf("a"), Claim("c", "a"), Claim("c", "a", "b"), Claim("c", 1), Machine(), Person(),
			SignedIn(), Claim("c", "1"), {}, Public("why"),
		}[kind]
	}
	switch head / 16 % 4 {
	case 1:
		r = r.From("Users")
	case 2:
		r = r.From("Partners")
	}
	return r, code
}

// Whoever satisfies a rule satisfies what it implies; what is missing or unmet
// is told exactly when somebody is refused; and who has more is never refused
// where who has less is let through.
func FuzzRules(f *testing.F) {
	f.Add([]byte{12, 4, 0, 14, 4, 5}, uint16(7))
	f.Add([]byte{14, 12, 0, 4, 12, 0, 5, 12, 0, 14, 4, 5}, uint16(100))
	f.Add([]byte{30, 44, 0, 4, 12, 33, 5, 12, 0, 46, 20, 5, 8, 9}, uint16(555))
	callers := everyCaller()
	f.Fuzz(func(t *testing.T, code []byte, which uint16) {
		a, rest := ruleFrom(code, 4)
		b, _ := ruleFrom(rest, 4)
		checkSound(t, a, b)
		checkSound(t, b, a)

		c := callers[int(which)%len(callers)]
		if a.satisfied(c.has) != (a.unmet(c.has) == nil) {
			t.Fatalf("%s of %+v: unmet = %q", a, c, a.unmet(c.has))
		}
		if a.byScopes(c.has) && len(a.missing(c.has)) > 0 || a.satisfied(c.has) && !a.byScopes(c.has) {
			t.Fatalf("%s of %+v: missing = %q", a, c, a.missing(c.has))
		}
		for _, scope := range a.missing(c.has) {
			if slices.Contains(c.Scopes, scope) {
				t.Fatalf("%s of %+v: %s is missing", a, c, scope)
			}
		}
		more := *c
		more.Scopes, more.Roles, more.Groups = []Scope{seeing, changing}, []string{"b", "a"}, []string{"a"}
		if a.satisfied(c.has) && !a.satisfied(more.has) {
			t.Fatalf("%s is satisfied by %+v and not with more", a, c)
		}
		if without := (Caller{Identity: c.Identity, Kind: c.Kind, Roles: c.Roles, Groups: c.Groups, Claims: c.Claims}); !a.IsPublic() && a.NeedsScope(c.Identity) && a.satisfied(without.has) {
			t.Fatalf("%s needs a scope and is satisfied by %+v", a, without)
		}
	})
}
