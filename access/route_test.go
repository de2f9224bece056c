package access_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

func TestParseRouteKeepsTheSpelling(t *testing.T) {
	for _, key := range []string{
		"GET /", "ANY /", "POST /orders", "GET /orders/{id}", "DELETE /a/{b}/c/{d}",
		"ANY /files/{path+}", "PATCH /v1.2/x_y-z:go", "HEAD /{proxy+}", "OPTIONS /a", "PUT /A", "$default",
	} {
		r, err := access.ParseRoute(key)
		if err != nil || r.String() != key {
			t.Errorf("ParseRoute(%q) = %q, %v", key, r, err)
		}
	}
}

func TestParseRouteRefuses(t *testing.T) {
	for _, c := range []struct {
		key    string
		offset int
		want   string
	}{
		{"", 0, "a method, one space and a path"},
		{"GET", 3, "a method, one space and a path"},
		{"/orders", 7, "a method, one space and a path"},
		{"get /orders", 0, "unknown method"},
		{"FETCH /orders", 0, "unknown method"},
		{" GET /orders", 0, "unknown method"},
		{"GET  /orders", 4, "does not begin"},
		{"GET orders", 4, "does not begin"},
		{"GET ", 4, "does not begin"},
		{"GET /orders/", 12, "trailing slash"},
		{"GET //orders", 5, "double slash"},
		{"GET /a//b", 7, "double slash"},
		{"GET /a/../b", 7, "dot segment"},
		{"GET /./b", 5, "dot segment"},
		{"GET /a%2fb", 6, "percent-encoding"},
		{"GET /a b", 6, "do not take"},
		{"GET /ä", 5, "do not take"},
		{"GET /a?b=c", 6, "do not take"},
		{"GET /a\\b", 6, "do not take"},
		{"GET /*", 5, "do not take"},
		{"GET /x{id}", 6, "not a whole segment"},
		{"GET /{id}x", 10, "not closed"},
		{"GET /{id", 8, "not closed"},
		{"GET /id}", 7, "not a whole segment"},
		{"GET /{}", 6, "without a name"},
		{"GET /{+}", 6, "without a name"},
		{"GET /{path...}", 6, "write {path+}"},
		{"GET /{p+}/x", 5, "before the end"},
		{"GET /{a b}", 7, "variable name"},
		{"GET /{a}/{a}", 9, "second variable"},
		{"$Default", 8, "a method, one space and a path"},
		{"ANY $default", 4, "does not begin"},
	} {
		_, err := access.ParseRoute(c.key)
		var wrong *access.RouteError
		if !errors.As(err, &wrong) || wrong.Offset != c.offset || !strings.Contains(wrong.Text, c.want) {
			t.Errorf("ParseRoute(%q) = %v, want %q at offset %d", c.key, err, c.want, c.offset)
		}
	}
}

func FuzzParseRoute(f *testing.F) {
	f.Add("GET /orders/{id}")
	f.Add("ANY /{proxy+}")
	f.Add("$default")
	f.Fuzz(func(t *testing.T, key string) {
		r, err := access.ParseRoute(key)
		if err != nil {
			var wrong *access.RouteError
			if !errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > len(key) {
				t.Fatalf("ParseRoute(%q) = %#v", key, err)
			}
			return
		}
		if r.String() != key {
			t.Fatalf("ParseRoute(%q) prints %q", key, r)
		}
	})
}

func TestJoinRoute(t *testing.T) {
	for _, c := range []struct{ prefix, pattern, want string }{
		{"/admin", "DELETE /orders/{id}", "DELETE /admin/orders/{id}"},
		{"/admin", "GET /", "GET /admin"},
		{"", "GET /orders", "GET /orders"},
		{"", "GET /", "GET /"},
		{"", "$default", "$default"},
		{"/t/{tenant}", "ANY /{path+}", "ANY /t/{tenant}/{path+}"},
		{"/admin", "GET orders", "does not begin"},
		{"/admin", "GET", "a method, one space and a path"},
		{"/admin/", "GET /x", "trailing slash"},
		{"admin", "GET /x", "does not begin"},
		{"/", "GET /x", "only a slash"},
		{"/{p+}", "GET /x", "greedy variable in a prefix, write {p}"},
		{"/t/{id}", "GET /{id}", "second variable"},
		{"/admin", "$default", "within a group"},
	} {
		got, err := access.JoinRoute(c.prefix, c.pattern)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("JoinRoute(%q, %q) = %q, want %q", c.prefix, c.pattern, got, c.want)
		}
	}
}

func TestRoutesThatOneTableMayNotHave(t *testing.T) {
	r, w := access.Require(read), access.Require(write)
	with := func(key string, rule access.Rule) access.Declaration {
		return access.Declaration{Route: key, Rule: rule, Backend: "fn"}
	}
	for _, c := range []struct {
		name string
		a, b access.Declaration
		want string // the problem's id, "" for none
	}{
		{"the same route", route("GET /a", r), route("GET /a", r), "DuplicateRoute"},
		{"another variable name", route("GET /{a}", r), route("GET /{b}", r), "DuplicateRoute"},
		{"two defaults", route("$default", r), route("$default", w), "DuplicateRoute"},
		{"another method", route("GET /a", r), route("PUT /a", w), ""},
		{"ANY beside a method", route("ANY /a", r), route("GET /a", w), ""},
		{"a literal beside a variable", route("GET /a", r), route("GET /{x}", w), ""},
		{"a literal beside a greedy variable", route("GET /a", r), route("GET /{x+}", w), ""},
		{"crossing paths", route("GET /{x}/b", r), route("GET /a/{y}", w), "OverlappingRoutes"},
		{"crossing paths with equal rules", route("GET /{x}/b", r), route("GET /a/{y}", r), ""},
		{"crossing paths of other methods", route("PUT /{x}/b", r), route("GET /a/{y}", w), ""},
		{"paths that only look crossing", route("GET /{x}/b", r), route("GET /a/{y}/c", w), ""},
		{"the wider method on the narrower path", route("ANY /a/b", r), route("GET /a/{x}", w), "OverlappingRoutes"},
		{"the wider method on the wider path", route("ANY /a/{x}", r), route("GET /a/b", w), ""},
		{"a greedy method route under ANY", route("ANY /a", r), route("GET /{x+}", w), ""},
		{"crossing greedy paths", route("GET /{x}/b/{p+}", r), route("GET /a/{y}/{p+}", w), "OverlappingRoutes"},
		{"a public greedy route to one backend", with("GET /a", r), with("ANY /{x+}", access.Public("x")), "WeakerRoute"},
		{"a greedy route with another scope to one backend", with("GET /a", r), with("ANY /{x+}", w), "WeakerRoute"},
		{"a greedy route with all scopes to one backend", with("GET /a", r), with("ANY /{x+}", access.Require(read, write)), ""},
		{"a greedy route with one of two scopes", with("GET /a", access.Require(read, write)), with("ANY /{x+}", r), "WeakerRoute"},
		{"a greedy route with any of two scopes", with("GET /a", r), with("ANY /{x+}", access.RequireAnyOf(read, write)), "WeakerRoute"},
		{"a greedy route whose alternatives all suffice", with("GET /a", access.RequireAnyOf(read, write)), with("ANY /{x+}", access.RequireAnyOf(read, write)), ""},
		{"a greedy route that covers a public one", with("GET /a", access.Public("x")), with("ANY /{x+}", w), ""},
		{"a weaker greedy route to another backend", with("GET /a", r), route("ANY /{x+}", w), ""},
		{"a weaker greedy route elsewhere", with("GET /a", r), with("ANY /b/{x+}", w), ""},
		{"a weaker greedy route above a greedy one", with("GET /a/{y+}", r), with("GET /{x+}", w), "WeakerRoute"},
		{"a weaker default route", with("GET /a", r), with("$default", w), "WeakerRoute"},
		{"a greedy route for anybody signed in", with("GET /a", access.Role("a")), with("ANY /{x+}", access.SignedIn()), "WeakerRoute"},
		{"a greedy route with one of two conditions", with("GET /a", access.All(r, access.Role("a"))), with("ANY /{x+}", r), "WeakerRoute"},
		{"a greedy route with another condition", with("GET /a", access.Any(access.Role("a"), access.Machine())), with("ANY /{x+}", access.Person()), "WeakerRoute"},
		{"a greedy route of any identity", with("GET /a", access.Role("a").From("Users")), with("ANY /{x+}", access.Role("a")), "WeakerRoute"},
		{"a greedy route of one identity", with("GET /a", access.Role("a")), with("ANY /{x+}", access.Role("a").From("Users")), ""},
		{"a greedy route with more conditions", with("GET /a", access.Any(r, access.Role("a"))), with("ANY /{x+}", access.All(access.Role("a"), access.Person())), ""},
		{"crossing paths with conditions in another order", route("GET /{x}/b", access.All(r, access.Machine())), route("GET /a/{y}", access.All(access.Machine(), r)), ""},
		{"crossing paths with other values", route("GET /{x}/b", access.Claim("c", 1)), route("GET /a/{y}", access.Claim("c", "1")), "OverlappingRoutes"},
		{"an equal default route", with("GET /a", r), with("$default", r), ""},
	} {
		for i, pair := range [][]access.Declaration{{c.a, c.b}, {c.b, c.a}} {
			t.Run(fmt.Sprintf("%s, order %d", c.name, i), func(t *testing.T) {
				_, err := access.Compile(pair...)
				var problems access.Problems
				errors.As(err, &problems)
				got := ""
				if len(problems) > 0 {
					got = problems[0].ID
				}
				if got != c.want || len(problems) > 1 {
					t.Errorf("Compile(%q, %q) = %v, want %q", pair[0].Route, pair[1].Route, err, c.want)
				}
			})
		}
	}
}

func TestAnOverlapShowsARequestThatBothMatch(t *testing.T) {
	_, err := access.Compile(route("ANY /{x}/b", access.Require(read)), route("GET /a/{y}", access.Require(write)))
	if err == nil || !strings.Contains(err.Error(), "both match GET /a/b,") {
		t.Errorf("Compile = %v, want an example request", err)
	}
}

func TestRoutesOfTwoTablesOnOneApiAreComparedWithEachOther(t *testing.T) {
	orders := access.NewResourceServer("orders", "Orders")
	r := access.Require(orders.Scope("read", "See orders"))
	at := func(route string, rule access.Rule) access.Declaration {
		return access.Declaration{Route: route, Rule: rule, Backend: "b"}
	}
	earlier := []access.Declaration{at("GET /a", r), at("GET /a", r), at("no route", r), at("GET /x/{y}", r)}
	for _, c := range []struct {
		name  string
		later []access.Declaration
		want  []string
	}{
		{"none", nil, nil},
		{"others", []access.Declaration{at("GET /b", r), at("GET /b", r)}, nil}, // reported with their own table
		{"the same", []access.Declaration{at("GET /x/{z}", r)}, []string{"DuplicateRoute"}},
		{"a weaker one", []access.Declaration{at("ANY /x/{z+}", access.Public("x"))}, []string{"WeakerRoute"}},
		{"one that crosses", []access.Declaration{at("GET /{x}/y", access.Public("x"))}, []string{"OverlappingRoutes"}},
		{"no route", []access.Declaration{at("GET", r), at("GET /a/", r), {Route: "GET /a"}}, nil},
	} {
		var got []string
		for _, p := range access.Between(earlier, c.later) {
			got = append(got, p.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: Between = %v, want %v", c.name, got, c.want)
		}
	}
}
