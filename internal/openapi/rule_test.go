package openapi

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
)

// texts reads alternatives aloud, "a b + role x | c".
func texts(ways []alternative) string {
	var words []string
	for _, way := range ways {
		words = append(words, strings.Join(append(slices.Clone(way.scopes), way.conditions...), "+"))
	}
	return strings.Join(words, " | ")
}

func TestAlternatives(t *testing.T) {
	server := access.NewResourceServer("s", "S")
	foreign := access.NewResourceServer("f", "F")
	a, b, c, x := server.Scope("a", "A"), server.Scope("b", "B"), server.Scope("c", "C"), foreign.Scope("x", "X")
	var many, others []access.Scope
	for n := range 9 {
		many = append(many, server.Scope(fmt.Sprintf("m%d", n), "M"))
		others = append(others, server.Scope(fmt.Sprintf("o%d", n), "O"))
	}
	anyOf := func(scopes []access.Scope) access.Rule { return access.RequireAnyOf(scopes[0], scopes[1:]...) }
	users := &identity{id: "Users", audiences: map[string]text{"s": {literal: "s"}}}
	for name, test := range map[string]struct {
		rule       access.Rule
		want       string
		incomplete bool
	}{
		"all scopes in one":                     {access.Require(b, a), "s/a+s/b", false},
		"any scope one by one":                  {access.RequireAnyOf(b, a), "s/a | s/b", false},
		"a foreign scope never":                 {access.Require(a, x), "", false},
		"what is left of any":                   {access.RequireAnyOf(a, x), "s/a", false},
		"every as a product":                    {access.RequireAnyOf(a, b).Narrow(access.Require(c)), "s/a+s/c | s/b+s/c", false},
		"a product without what is implied":     {access.RequireAnyOf(a, b).Narrow(access.Require(a)), "s/a", false},
		"any as a union":                        {access.Any(access.Require(a, b), access.Require(c)), "s/a+s/b | s/c", false},
		"a union without what is implied":       {access.Any(access.Require(a, b), access.Require(a)), "s/a", false},
		"a union with one part twice":           {access.Any(access.Require(a), access.Require(a)), "s/a", false},
		"another identity never":                {access.Require(a).From("Staff"), "", false},
		"this identity":                         {access.Require(a).From("Users"), "s/a", false},
		"a part of another identity":            {access.All(access.Require(a), access.Role("r").From("Staff")), "", false},
		"a condition beside the scope":          {access.All(access.Require(a), access.Role("r")), "s/a+role r", false},
		"a scope that a condition does without": {access.Any(access.Require(a), access.MemberOf("g")), "s/a | group g", false},
		"a claim":                               {access.Claim("n", 1, 2), "claim n 1,2", false},
		"kinds of callers":                      {access.Any(access.Machine(), access.Person()), "machine | person", false},
		"any token":                             {access.SignedIn(), "", false},
		"too many, told by what they share":     {access.All(access.Require(a), anyOf(many), access.RequireAnyOf(b, c), anyOf(others)), "s/a", true},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := structure(test.rule)
			if err != nil {
				t.Fatal(err)
			}
			ways, complete := parsed.alternatives(users)
			if got := texts(ways); got != test.want || complete == test.incomplete {
				t.Errorf("alternatives of %s = %q (complete %v), want %q", test.rule, got, complete, test.want)
			}
			if len(ways) == 0 && test.want != "" {
				t.Errorf("%s has no alternatives", test.rule)
			}
		})
	}
}

// TestAlternativesAgreeWithTheDecision asks both for rules at random: whoever
// is let through satisfies an alternative, and where the alternatives are
// complete and have no conditions, the other way round.
func TestAlternativesAgreeWithTheDecision(t *testing.T) {
	server := access.NewResourceServer("s", "S")
	var scopes []access.Scope
	for n := range 4 {
		scopes = append(scopes, server.Scope(fmt.Sprintf("n%d", n), "N"))
	}
	users := &identity{id: "Users", audiences: map[string]text{"s": {literal: "s"}}}
	random := rand.New(rand.NewPCG(1, 2))
	some := func() (access.Scope, []access.Scope) {
		order := random.Perm(len(scopes))
		var more []access.Scope
		for _, n := range order[1 : 1+random.IntN(3)] {
			more = append(more, scopes[n])
		}
		return scopes[order[0]], more
	}
	var make func(depth int) access.Rule
	make = func(depth int) access.Rule {
		first, more := some()
		switch kind := random.IntN(6); {
		case depth > 0 && kind == 0:
			return access.All(make(depth-1), make(depth-1))
		case depth > 0 && kind == 1:
			return access.Any(make(depth-1), make(depth-1), make(depth-1))
		case kind == 2:
			return access.Require(first, more...).From([]string{"Users", "Staff"}[random.IntN(2)])
		case kind < 4:
			return access.RequireAnyOf(first, more...)
		}
		return access.Require(first, more...)
	}
	now := time.Unix(1_700_000_000, 0)
	for range 500 {
		r := make(3)
		table, err := access.Compile(access.Declaration{Route: "GET /", Rule: r})
		if err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		parsed, err := structure(r)
		if err != nil {
			t.Fatal(err)
		}
		ways, complete := parsed.alternatives(users)
		for granted := range 1 << len(scopes) {
			caller := &access.Caller{Identity: "Users", ExpiresAt: now.Add(time.Hour)}
			var words []string
			for n, s := range scopes {
				if granted>>n&1 == 1 {
					caller.Scopes, words = append(caller.Scopes, s), append(words, s.String())
				}
			}
			shown := slices.ContainsFunc(ways, func(way alternative) bool { return subset(way.scopes, words) })
			let := access.Decide(table, "GET /", caller, now).Allowed
			if let && !shown || shown && !let && complete {
				t.Fatalf("Decide(%s) with %q = %v, and the alternatives %q say %v", r, words, let, texts(ways), shown)
			}
		}
	}
}

func TestOperationIDs(t *testing.T) {
	for route, want := range map[string]string{
		"GET /":                    "get",
		"GET /orders":              "get_orders",
		"GET /orders/{id}":         "get_orders_by_id",
		"GET /orders/id":           "get_orders_id",
		"GET /orders/{id+}":        "get_orders_rest_id",
		"DELETE /{a}/{b}":          "delete_by_a_by_b",
		"GET /orders/by/id":        "get_orders_by_id_",
		"GET /orders/rest/id":      "get_orders_rest_id_",
		"GET /order-items/{id}":    "get_order_items_by_id_",
		"GET /order_items/{id}":    "get_order_items_by_id_",
		"GET /order/items/{id}":    "get_order_items_by_id",
		"GET /v1.2/orders:batch/-": "get_v1_2_orders_batch_",
	} {
		method, path, _ := strings.Cut(route, " ")
		got := operationID(method, path)
		if rest, ok := strings.CutPrefix(got, want); !ok || strings.HasSuffix(want, "_") != (len(rest) == 8) {
			t.Errorf("operationID(%q) = %q, want %q", route, got, want)
		}
	}
}

// TestOperationIDsAreUnique makes every path of up to three segments of words
// that look alike.
func TestOperationIDsAreUnique(t *testing.T) {
	words := []string{"a", "by", "rest", "{a}", "{by}", "{rest}", "a-b", "a_b", "{a-b}", "b", "_", "-"}
	of := map[string]string{}
	var walk func(path string, depth int)
	walk = func(path string, depth int) {
		id := operationID("GET", path)
		if other, taken := of[id]; taken {
			t.Errorf("%q and %q have the operation id %q", path, other, id)
		}
		of[id] = path
		if depth == 0 {
			return
		}
		for _, w := range words {
			walk(strings.TrimSuffix(path, "/")+"/"+w, depth-1)
		}
		if path != "/" {
			walk(path+"/{g+}", 0)
		}
	}
	walk("/", 3)
}
