package authorizer_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// staffTable has rules that read roles, groups and claims.
func staffTable(t testing.TB) *access.Table {
	t.Helper()
	table, err := access.Compile(
		access.Declaration{Route: "GET /orders/{id}", Rule: access.Require(read)},
		access.Declaration{Route: "POST /orders", Rule: access.All(access.Require(read), access.Role("admin"), access.MemberOf("staff"))},
		access.Declaration{Route: "PUT /orders", Rule: access.All(access.Require(write), access.Claim("department", "sales", "it"), access.Claim("level", 3))},
	)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestHandleTellsTheCallerInOneValue(t *testing.T) {
	issuer := newIssuer(t)
	trusted := issuer.trusted()
	trusted.ID, trusted.Roles, trusted.Groups = "Users", []string{"realm_access", "roles"}, []string{"groups"}
	s := subjectWith(t, staffTable(t), trusted)
	r := request{authorization: "Bearer " + issuer.token(
		claim("exp", 4_000_000_000),
		claim("realm_access", map[string]any{"roles": []string{"cook", "admin"}}),
		claim("groups", []string{"staff", "chess"}),
		claim("department", "it"), claim("level", 3), claim("email", "a@example.com"),
	)}
	for kind, raw := range map[string][]byte{"HTTP": r.event(t), "REST": r.restEvent(t)} {
		t.Run(kind, func(t *testing.T) {
			got := s.handle(t, raw)
			if got.err != nil || !got.answer.IsAuthorized {
				t.Fatalf("Handle = %+v, %v", got.answer, got.err)
			}
			told, err := callerjson.Decode(got.answer.Context.Caller)
			if err != nil {
				t.Fatal(err)
			}
			want := callerjson.Caller{
				Version: 1, Subject: "billing", ClientID: "billing", Scope: "orders/read", Issuer: issuer.URL(), ExpiresAt: 4_000_000_000,
				Identity: "Users", Kind: "machine", Roles: []string{"admin"}, Groups: []string{"staff"},
				Claims: map[string]any{"department": "it", "level": int64(3)},
				Table:  staffTable(t).Digest(), DecisionID: got.line.DecisionID,
			}
			if !reflect.DeepEqual(told, want) {
				t.Errorf("caller = %+v, want %+v", told, want)
			}
			if c := got.answer.Context; c.Identity != "Users" || c.Kind != "machine" {
				t.Errorf("context = %+v, want the identity and the kind in it", c)
			}
		})
	}
}

func TestHandleTellsNothingOfACallerWhoMayNotPass(t *testing.T) {
	issuer := newIssuer(t)
	s := subjectWith(t, staffTable(t), issuer.trusted())
	for _, r := range []request{
		{authorization: "Bearer " + issuer.token(claim("scope", nil))},
		{route: "POST /orders", path: "/orders", authorization: "Bearer " + issuer.token()},
		{authorization: "Bearer " + issuer.token(issuer.byStranger())},
		{},
	} {
		for _, raw := range [][]byte{r.event(t), r.restEvent(t)} {
			got := s.handle(t, raw)
			got.answer.Context.DecisionID, got.answer.Resource = "", ""
			if got.answer.IsAuthorized || !reflect.ValueOf(got.answer).IsZero() {
				t.Errorf("answer = %+v, want a refusal that says nothing", got.answer)
			}
		}
	}
}

func TestHandleSaysWhatElseTheRuleAsksFor(t *testing.T) {
	issuer := newIssuer(t)
	trusted := issuer.trusted()
	trusted.Roles, trusted.Groups = []string{"roles"}, []string{"groups"}
	s := subjectWith(t, staffTable(t), trusted)
	for _, c := range []struct {
		name    string
		changes []change
		want    access.Reason
		unmet   []string
	}{
		{"neither", nil, access.ClaimUnmet, []string{`role "admin"`, `member of "staff"`}},
		{"the role alone", []change{claim("roles", []string{"admin"})}, access.ClaimUnmet, []string{`member of "staff"`}},
		{"the role as text", []change{claim("roles", "admin"), claim("groups", []string{"staff"})}, access.ClaimUnmet, []string{`role "admin"`}},
		{"the role in another case", []change{claim("roles", []string{"Admin"}), claim("groups", []string{"staff"})}, access.ClaimUnmet, []string{`role "admin"`}},
		{"both, and no scope", []change{claim("roles", []string{"admin"}), claim("groups", []string{"staff"}), claim("scope", nil)}, access.ScopeMissing, nil},
		{"both", []change{claim("roles", []string{"admin"}), claim("groups", []string{"staff"})}, access.Allowed, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request{route: "POST /orders", path: "/orders", authorization: "Bearer " + issuer.token(c.changes...)}
			for _, raw := range [][]byte{r.event(t), r.restEvent(t)} {
				got := s.handle(t, raw)
				if got.line.Reason != c.want || !slices.Equal(got.line.Unmet, c.unmet) || (len(got.line.Missing) > 0) != (c.want == access.ScopeMissing) {
					t.Errorf("audit line = %s, want %q and unmet %q", got.output, c.want, c.unmet)
				}
			}
		})
	}
}

func TestHandleRefusesACallerThatDoesNotFitIntoAHeader(t *testing.T) {
	var roles []string
	rules := []access.Rule{}
	for i := range 40 {
		roles = append(roles, strings.Repeat("r", 100)+fmt.Sprint(i))
		rules = append(rules, access.Role(roles[i]))
	}
	table, err := access.Compile(access.Declaration{
		Route: "GET /orders/{id}", Rule: access.All(access.Require(read), access.Any(rules[0], rules[1:]...)),
	})
	if err != nil {
		t.Fatal(err)
	}
	issuer := newIssuer(t)
	trusted := issuer.trusted()
	trusted.Roles = []string{"roles"}
	s := subjectWith(t, table, trusted)
	few := request{authorization: "Bearer " + issuer.token(claim("roles", roles[:10]))}
	s.handle(t, few.event(t)).check(t, access.Allowed)
	many := request{authorization: "Bearer " + issuer.token(claim("roles", roles))}
	for kind, raw := range map[string][]byte{"HTTP": many.event(t), "REST": many.restEvent(t)} {
		got := s.handle(t, raw)
		if got.line.Reason != access.ClaimMalformed || got.line.Detail != "the caller is too long for a header" || got.answer.IsAuthorized || got.answer.Context.Caller != "" {
			t.Errorf("%s: answer = %+v, audit line %s, want a refusal", kind, got.answer, got.output)
		}
	}
}

func TestWhatHandleTellsIsWhatBackendsRead(t *testing.T) {
	issuer := newIssuer(t)
	trusted := issuer.trusted()
	trusted.ID, trusted.Roles = "Users", []string{"roles"}
	s := subjectWith(t, staffTable(t), trusted)
	r := request{authorization: "Bearer " + issuer.token(claim("roles", []string{"admin"}), claim("level", 3))}
	context := func(raw []byte) map[string]any {
		text, err := s.Invoke(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Context map[string]any }
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Context
	}
	var http events.APIGatewayV2HTTPRequest
	http.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: context(r.event(t))}
	var rest events.APIGatewayProxyRequest
	rest.RequestContext.Authorizer = context(r.restEvent(t))
	onHTTP, err := caller.FromHTTP(http)
	if err != nil {
		t.Fatal(err)
	}
	onREST, err := caller.FromREST(rest)
	if err != nil {
		t.Fatal(err)
	}
	if onREST.Subject != "billing" || onREST.Identity != "Users" || !slices.Equal(onREST.Roles, []string{"admin"}) || onREST.Claims["level"] != int64(3) {
		t.Errorf("FromREST = %+v", onREST)
	}
	onHTTP.DecisionID, onREST.DecisionID = "", ""
	if !reflect.DeepEqual(onHTTP, onREST) {
		t.Errorf("FromHTTP = %+v, FromREST = %+v, want the same", onHTTP, onREST)
	}
}
