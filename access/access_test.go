package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
)

var (
	orders = access.NewResourceServer("orders", "Orders API")
	read   = orders.Scope("read", "See orders")
	write  = orders.Scope("write", "Place and change orders")
	admin  = orders.Scope("admin", "Run the shop")
	now    = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
)

func granted(scopes ...access.Scope) *access.Caller {
	return &access.Caller{Issuer: "https://issuer.example.com", Subject: "s", Scopes: scopes, ExpiresAt: now.Add(time.Minute)}
}

func compile(t *testing.T, declarations ...access.Declaration) *access.Table {
	t.Helper()
	table, err := access.Compile(declarations...)
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	return table
}

func route(key string, rule access.Rule) access.Declaration {
	return access.Declaration{Route: key, Rule: rule}
}

func TestDecide(t *testing.T) {
	table := compile(t,
		route("GET /orders/{id}", access.Require(read)),
		route("POST /orders", access.Require(read, write)),
		route("PUT /orders", access.RequireAnyOf(write, admin)),
		route("GET /menu", access.Public("the menu hangs on the door")),
		route("GET /audit", access.Require(admin).Narrow(access.RequireAnyOf(read, write))),
	)
	none := []access.Scope(nil)
	expired, atTheEdge := granted(read), granted(read)
	expired.ExpiresAt = now.Add(-access.ClockSkew)
	atTheEdge.ExpiresAt = now.Add(-access.ClockSkew + time.Nanosecond)
	for _, c := range []struct {
		name    string
		route   string
		caller  *access.Caller
		reason  access.Reason
		missing []access.Scope
	}{
		{"the scope it needs", "GET /orders/{id}", granted(read), access.Allowed, none},
		{"more scopes than it needs", "GET /orders/{id}", granted(admin, read), access.Allowed, none},
		{"no scope", "GET /orders/{id}", granted(), access.ScopeMissing, []access.Scope{read}},
		{"the zero scope", "GET /orders/{id}", granted(access.Scope{}), access.ScopeMissing, []access.Scope{read}},
		{"another scope", "GET /orders/{id}", granted(admin, write), access.ScopeMissing, []access.Scope{read}},
		{"the same name at another server", "GET /orders/{id}", granted(access.NewResourceServer("stock", "Stock").Scope("read", "See stock")), access.ScopeMissing, []access.Scope{read}},
		{"the same scope declared twice", "GET /orders/{id}", granted(access.NewResourceServer("orders", "Orders").Scope("read", "See")), access.Allowed, none},
		{"one of two scopes", "POST /orders", granted(read), access.ScopeMissing, []access.Scope{write}},
		{"both scopes", "POST /orders", granted(write, read), access.Allowed, none},
		{"any of two", "PUT /orders", granted(admin), access.Allowed, none},
		{"none of two", "PUT /orders", granted(read), access.ScopeMissing, []access.Scope{admin, write}},
		{"a group's rule alone", "GET /audit", granted(admin), access.ScopeMissing, []access.Scope{read, write}},
		{"the narrower rule alone", "GET /audit", granted(read), access.ScopeMissing, []access.Scope{admin}},
		{"a group's rule and the narrower one", "GET /audit", granted(admin, write), access.Allowed, none},
		{"no caller", "GET /orders/{id}", nil, access.TokenMissing, none},
		{"no caller on a public route", "GET /menu", nil, access.PublicRoute, none},
		{"a caller on a public route", "GET /menu", granted(), access.PublicRoute, none},
		{"an unknown route", "GET /nowhere", granted(read, write, admin), access.RouteUnknown, none},
		{"a path instead of its route", "GET /orders/7", granted(read, write, admin), access.RouteUnknown, none},
		{"another method", "DELETE /orders/{id}", granted(read, write, admin), access.RouteUnknown, none},
		{"another case", "get /orders/{id}", granted(read), access.RouteUnknown, none},
		{"an empty route", "", granted(read), access.RouteUnknown, none},
		{"an expired caller", "GET /orders/{id}", expired, access.TokenExpired, none},
		{"a caller within the clock skew", "GET /orders/{id}", atTheEdge, access.Allowed, none},
		{"a caller without an expiry", "GET /orders/{id}", &access.Caller{Scopes: []access.Scope{read}}, access.TokenExpired, none},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := access.Decide(table, c.route, c.caller, now)
			if d.Reason != c.reason || d.Allowed != (c.reason.Status() == 200) || !slices.Equal(d.Missing, c.missing) {
				t.Errorf("Decide(%q) = %+v, want %s missing %v", c.route, d, c.reason, c.missing)
			}
		})
	}
}

func TestNothingIsAllowedByAccident(t *testing.T) {
	if d := (access.Decision{}); d.Allowed || d.Reason.Status() == 200 {
		t.Errorf("the zero Decision = %+v, want a denial", d)
	}
	if d := access.Decide(nil, "GET /", granted(read), now); d.Allowed || d.Reason != access.Misconfigured {
		t.Errorf("Decide(nil table) = %+v, want %s", d, access.Misconfigured)
	}
	if d := access.Decide(new(access.Table), "GET /", granted(read), now); d.Allowed || d.Reason != access.RouteUnknown {
		t.Errorf("Decide(zero table) = %+v, want %s", d, access.RouteUnknown)
	}
	if s := access.Reason("new").Status(); s != 500 {
		t.Errorf("Status of an unlisted reason = %d, want 500", s)
	}
}

func TestEveryReasonIsOfTheSetOnce(t *testing.T) {
	all := access.Reasons()
	if n := len(slices.Compact(slices.Sorted(slices.Values(all)))); n != len(all) {
		t.Errorf("Reasons() repeats itself: %v", all)
	}
	for _, r := range all {
		if want := r == access.Allowed || r == access.PublicRoute; (r.Status() == 200) != want {
			t.Errorf("%s.Status() = %d", r, r.Status())
		}
	}
}

func TestATableHasOneSpellingAndOneDigest(t *testing.T) {
	a := compile(t, route("GET /b", access.Require(write, read)), route("GET /a", access.Public("<open> & \"fine\"")))
	b := compile(t, route("GET /a", access.Public("<open> & \"fine\"")), route("GET /b", access.Require(read, write)))
	want := `{"version":1,"routes":{"GET /a":{"public":"<open> & \"fine\""},"GET /b":{"scopes":["orders/read","orders/write"]}}}`
	if string(a.JSON()) != want {
		t.Errorf("JSON() = %s, want %s", a.JSON(), want)
	}
	if a.Digest() != b.Digest() || len(a.Digest()) != 64 {
		t.Errorf("digests %s and %s, want one of 64 digits", a.Digest(), b.Digest())
	}
	parsed, err := access.ParseTable(a.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Digest() != a.Digest() || !slices.Equal(parsed.Routes(), []string{"GET /a", "GET /b"}) || !slices.Equal(parsed.Scopes(), []access.Scope{read, write}) {
		t.Errorf("ParseTable(JSON()) = %v, %v, %s", parsed.Routes(), parsed.Scopes(), parsed.Digest())
	}
}

func TestParseTableRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "not JSON"},
		{"half a table", `{"version":1,"routes":{`, "not JSON"},
		{"no version", `{"routes":{}}`, "unknown version, got 0, want 1"},
		{"a later version", `{"version":2,"routes":{}}`, "unknown version, got 2, want 1"},
		{"an unknown member", `{"version":1,"routes":{},"x":1}`, "canonical"},
		{"white space", `{"version":1, "routes":{}}`, "canonical"},
		{"trailing data", `{"version":1,"routes":{}}{}`, "not JSON"},
		{"a route twice", `{"version":1,"routes":{"GET /":{"scopes":["o/a"]},"GET /":{"scopes":["o/b"]}}}`, "canonical"},
		{"a member in another case", `{"version":1,"Routes":{}}`, "canonical"},
		{"a bad route", `{"version":1,"routes":{"GET":{"scopes":["o/a"]}}}`, "route key"},
		{"an empty rule", `{"version":1,"routes":{"GET /":{}}}`, "exactly one"},
		{"a null rule", `{"version":1,"routes":{"GET /":null}}`, "exactly one"},
		{"a rule of two kinds", `{"version":1,"routes":{"GET /":{"scopes":["o/a"],"public":"x"}}}`, "exactly one"},
		{"an unknown kind of rule", `{"version":1,"routes":{"GET /":{"everybody":true}}}`, "unknown field"},
		{"a rule without scopes", `{"version":1,"routes":{"GET /":{"scopes":[]}}}`, "not empty"},
		{"a rule without parts", `{"version":1,"routes":{"GET /":{"every":[]}}}`, "not empty"},
		{"a part without scopes", `{"version":1,"routes":{"GET /":{"every":[{"anyScope":[]}]}}}`, "not empty"},
		{"a blank reason", `{"version":1,"routes":{"GET /":{"public":" "}}}`, "without a reason"},
		{"a public part", `{"version":1,"routes":{"GET /":{"every":[{"public":"x"}]}}}`, "inside another rule"},
		{"a bare scope", `{"version":1,"routes":{"GET /":{"scopes":["read"]}}}`, "server/name"},
		{"unsorted scopes", `{"version":1,"routes":{"GET /":{"scopes":["o/b","o/a"]}}}`, "canonical"},
		{"repeated scopes", `{"version":1,"routes":{"GET /":{"scopes":["o/a","o/a"]}}}`, "twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := access.ParseTable([]byte(c.text))
			if err == nil || table != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ParseTable(%s) = %v, %v, want an error with %q", c.text, table, err, c.want)
			}
		})
	}
}

func TestCompileReportsEverythingAtOnce(t *testing.T) {
	_, err := access.Compile(
		route("GET orders", access.Require(read)),
		route("GET /a", access.Rule{}),
		route("GET /b", access.Public("  ")),
		route("GET /b2", access.Public(strings.Repeat("x", 257))),
		route("GET /c", access.Require(access.Scope{})),
		route("GET /d", access.Require(read, read)),
		route("GET /e", access.Public("x").Narrow(access.Require(read))),
		route("GET /f/{id}", access.Require(read)),
		route("GET /f/{key}", access.Require(read)),
	)
	var problems access.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("Compile = %v, want Problems", err)
	}
	var ids []string
	for _, p := range problems {
		ids = append(ids, p.ID)
	}
	want := []string{"BadRoute", "NoRule", "NoReason", "NoReason", "NoScope", "RepeatedScope", "PublicInGroup", "DuplicateRoute"}
	if !slices.Equal(ids, want) {
		t.Errorf("problems = %v, want %v", ids, want)
	}
	if first := problems[0].Error(); first != `[scopeway:BadRoute] route "GET orders", at offset 4 a path that does not begin with "/"` {
		t.Errorf("first problem = %s", first)
	}
}

func TestRulesReadAloud(t *testing.T) {
	for _, c := range []struct {
		rule access.Rule
		want string
	}{
		{access.Require(read), "orders/read"},
		{access.Require(write, read), "orders/read and orders/write"},
		{access.RequireAnyOf(read, write), "orders/read or orders/write"},
		{access.Require(admin).Narrow(access.RequireAnyOf(read, write)), "orders/admin and (orders/read or orders/write)"},
		{access.Public("open day"), "public: open day"},
		{access.Rule{}, "no rule"},
	} {
		if got := c.rule.String(); got != c.want {
			t.Errorf("String() = %q, want %q", got, c.want)
		}
	}
}

func TestServerProblems(t *testing.T) {
	bad := access.NewResourceServer("or ders", " ")
	bad.Scope("re ad", "See")
	bad.Scope("a/b", "See")
	bad.Scope("ok", "")
	bad.Scope("ok", "See")
	var ids []string
	for _, p := range bad.Problems() {
		ids = append(ids, p.ID)
		if !strings.HasPrefix(p.Site.String(), "access_test.go:") {
			t.Errorf("site of %s = %q, want this file", p.ID, p.Site)
		}
	}
	want := []string{"ServerKey", "ServerName", "ScopeName", "ScopeName", "ScopeDescription", "DuplicateScope"}
	if !slices.Equal(ids, want) {
		t.Errorf("problems = %v, want %v", ids, want)
	}
	if ps := orders.Problems(); len(ps) != 0 {
		t.Errorf("problems of a good server = %v", ps)
	}
	if ps := access.NewResourceServer("x", "X").Problems(); len(ps) != 0 {
		t.Errorf("problems of a server without scopes = %v", ps)
	}
	large := access.NewResourceServer("x", "X")
	for i := range access.MaxScopesPerServer + 1 {
		large.Scope("s"+strings.Repeat("x", i), "See")
	}
	if ps := large.Problems(); len(ps) == 0 || ps[0].ID != "TooManyScopes" {
		t.Errorf("problems of a server with too many scopes = %v", ps)
	}
}
