package authorizer_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/token"
)

// checkREST compares the outcome on a REST API with a reason and what follows
// from it.
func (o outcome) checkREST(t *testing.T, want access.Reason, resource string) {
	t.Helper()
	if o.line.Reason != want {
		t.Errorf("reason = %q (%s), want %q", o.line.Reason, o.line.Detail, want)
	}
	resource = restStage + resource
	switch status := want.Status(); {
	case status == 200:
		if o.err != nil || !o.answer.IsAuthorized || o.answer.Resource != resource || o.line.Decision != audit.Allow {
			t.Errorf("answer = %+v, %v, want a policy that allows %s", o.answer, o.err, resource)
		}
	case status == 403:
		only := event.Answer{Context: event.Context{DecisionID: o.line.DecisionID}, Resource: resource}
		if o.err != nil || o.answer != only || o.line.Decision != audit.Deny {
			t.Errorf("answer = %+v, %v, want a policy that denies %s and tells the decision id, nothing else", o.answer, o.err, resource)
		}
	case status == 401:
		if o.err == nil || o.err.Error() != "Unauthorized" || o.answer != (event.Answer{}) || o.line.Decision != audit.Deny {
			t.Errorf("answer = %+v, %v, want the error Unauthorized, exactly", o.answer, o.err)
		}
	default:
		if o.err == nil || o.err.Error() != "internal error, decision "+o.line.DecisionID || o.answer != (event.Answer{}) || o.line.Decision != audit.Error {
			t.Errorf("answer = %+v, %v, want an error that has the decision id and nothing else", o.answer, o.err)
		}
	}
}

func TestARESTAPIsAnswerFollowsFromTheReason(t *testing.T) {
	issuer := newIssuer(t)
	bearer := func(changes ...change) request {
		return request{authorization: "Bearer " + issuer.token(changes...)}
	}
	good := bearer()
	on := func(r request, route, path string) request { r.route, r.path = route, path; return r }
	with := func(r request, name, value string) request { r.more = map[string]string{name: value}; return r }
	text := func(authorization string) request { return request{authorization: authorization} }
	for _, c := range []struct {
		name     string
		request  request
		want     access.Reason
		resource string
	}{
		{"a good token", good, access.Allowed, "/GET/orders/*"},
		{"a good token with another algorithm", bearer(signedAs("RS256")), access.Allowed, "/GET/orders/*"},
		{"a good token on the root", on(good, "GET /", "/"), access.Allowed, "/GET/"},
		{"a good token on a public route", on(good, "GET /menu", "/menu"), access.PublicRoute, "/GET/menu"},
		{"a header that names a better method", with(good, "X-HTTP-Method-Override", "DELETE"), access.Allowed, "/GET/orders/*"},

		{"a route that the table does not have", on(good, "DELETE /orders/{id}", ""), access.RouteUnknown, "/DELETE/*"},
		{"a resource that the table does not have", on(good, "GET /admin", "/admin"), access.RouteUnknown, "/GET/*"},
		{"a resource that cannot be declared", on(good, "GET /a*b", "/a*b"), access.RouteUnknown, "/GET/*"},
		{"an unknown route without a token", request{route: "GET /admin"}, access.RouteUnknown, "/GET/*"},
		{"a trailing slash", on(good, "", "/orders/17/"), access.PathNotCanonical, ""},
		{"a trailing slash on a route without variables", on(good, "GET /menu", "/menu/"), access.PathNotCanonical, ""},
		{"two dots", on(good, "", "/menu/../orders/17"), access.PathNotCanonical, ""},
		{"an encoded slash", on(good, "", "/orders%2f17"), access.PathNotCanonical, ""},
		{"an encoded question mark", on(good, "", "/orders/17%3fa"), access.PathNotCanonical, ""},
		{"a token with another scope", on(good, "POST /orders", "/orders"), access.ScopeMissing, "/POST/orders"},
		{"a token without a scope", bearer(claim("scope", nil)), access.ScopeMissing, "/GET/orders/*"},
		{"a role that the token does not have", on(good, "DELETE /orders", "/orders"), access.ClaimUnmet, "/DELETE/orders"},

		{"no token", request{}, access.TokenMissing, ""},
		{"no token on a public route", request{route: "GET /menu", path: "/menu"}, access.TokenMissing, ""},
		{"an empty header", with(request{}, "Authorization", ""), access.TokenMissing, ""},
		{"Basic credentials", text("Basic dXNlcjpwYXNzd29yZA=="), access.CredentialsMalformed, ""},
		{"two tokens", text(good.authorization + "," + good.authorization), access.CredentialsMalformed, ""},
		{"the header in two spellings", with(good, "authorization", good.authorization), access.CredentialsMalformed, ""},
		{"the header in another spelling, empty", with(good, "AUTHORIZATION", ""), access.CredentialsMalformed, ""},
		{"garbage", text("Bearer garbage"), access.TokenMalformed, ""},
		{"an issuer nobody trusts", bearer(claim("iss", "https://other.example.com")), access.IssuerUnknown, ""},
		{"an ID token", bearer(header("typ", "JWT"), claim("nonce", "n-1")), access.TypeRefused, ""},
		{"the audience of another API", bearer(claim("aud", "https://elsewhere.example.com")), access.AudienceRefused, ""},
		{"a client nobody knows", bearer(claim("client_id", "shop")), access.ClientUnknown, ""},
		{"a token that has expired", bearer(claim("iat", time.Now().Add(-2*time.Hour).Unix()), claim("exp", time.Now().Add(-time.Hour).Unix())), access.TokenExpired, ""},
		{"a stranger's key", bearer(issuer.byStranger()), access.SignatureInvalid, ""},
		{"a payload put in afterwards", text("Bearer " + swapPayload(t, issuer)), access.SignatureInvalid, ""},

		{"a method that is none", request{method: "ANY", authorization: good.authorization}, access.EventUnreadable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := newSubject(t, issuer.trusted()).handle(t, c.request.restEvent(t))
			got.checkREST(t, c.want, c.resource)
			if _, credentials, _ := strings.Cut(c.request.authorization, " "); len(credentials) > 12 {
				got.checkNoToken(t, c.request.authorization)
			}
			if len(got.faults) > 0 {
				t.Errorf("a verdict wrote faults:\n%s", got.output)
			}
		})
	}
}

func TestARESTAPIsAuditLineSaysWhatTheGatewayFoundOut(t *testing.T) {
	issuer := newIssuer(t)
	got := newSubject(t, issuer.trusted()).handle(t, request{authorization: "Bearer " + issuer.token()}.restEvent(t))
	l := got.line
	if l.API != "rest" || l.Route != "GET /orders/{id}" || l.Method != "GET" || l.Path != "/orders/17" || l.SourceIP != "203.0.113.7" ||
		l.RequestID != "deef4878-7910-11e6-8f14-25afc3e9ae33" || l.APIID != "abcdef1234" || l.Stage != "prod" || l.Subject != "billing" {
		t.Errorf("audit line = %s", got.output)
	}
	got = newSubject(t, issuer.trusted()).handle(t, request{route: "PUT /admin", path: "/admin"}.restEvent(t))
	if got.line.Route != "PUT /admin" || got.line.Table == "" {
		t.Errorf("audit line = %s, want the route that the table does not have", got.output)
	}
}

func TestARESTAPIGetsAnErrorWhenKeysCannotBeHad(t *testing.T) {
	issuer := newIssuer(t)
	trusted := issuer.trusted()
	issuer.front.Close()
	got := newSubject(t, trusted).handle(t, request{authorization: "Bearer " + issuer.token()}.restEvent(t))
	got.checkREST(t, access.KeysUnavailable, "")
}

func TestARESTAPIGetsAnErrorForARouteThatNoPolicyCanName(t *testing.T) {
	resource := "/" + strings.Repeat("a", 500)
	table, err := access.Compile(access.Declaration{Route: "GET " + resource, Rule: access.Require(read)})
	if err != nil {
		t.Fatal(err)
	}
	issuer := newIssuer(t)
	s := subjectWith(t, table, issuer.trusted())
	for _, authorization := range []string{"", "Bearer " + issuer.token()} {
		got := s.handle(t, request{route: "GET " + resource, path: resource, authorization: authorization}.restEvent(t))
		got.checkREST(t, access.Misconfigured, "")
		if !strings.Contains(got.line.Detail, "512 characters") {
			t.Errorf("detail = %q, want it to name the limit", got.line.Detail)
		}
	}
}

// subjectWith is an authorizer of another table.
func subjectWith(t testing.TB, table *access.Table, issuers ...token.Issuer) *subject {
	t.Helper()
	s := &subject{}
	a, err := authorizer.New(authorizer.Config{Table: table, Issuers: issuers, Out: &s.output})
	if err != nil {
		t.Fatal(err)
	}
	s.Authorizer = a
	return s
}

func TestARESTAPIsMethodComesBeforeANY(t *testing.T) {
	table, err := access.Compile(
		access.Declaration{Route: "GET /files/{path+}", Rule: access.Require(read)},
		access.Declaration{Route: "ANY /files/{path+}", Rule: access.Require(write)},
	)
	if err != nil {
		t.Fatal(err)
	}
	issuer := newIssuer(t)
	s := subjectWith(t, table, issuer.trusted())
	for _, c := range []struct {
		method, scope, route string
		want                 access.Reason
	}{
		{"GET", "read", "GET /files/{path+}", access.Allowed},
		{"GET", "write", "GET /files/{path+}", access.ScopeMissing},
		{"PUT", "write", "ANY /files/{path+}", access.Allowed},
		{"PUT", "read", "ANY /files/{path+}", access.ScopeMissing},
		{"HEAD", "read", "ANY /files/{path+}", access.ScopeMissing},
		{"OPTIONS", "read", "ANY /files/{path+}", access.ScopeMissing},
	} {
		r := request{route: "ANY /files/{path+}", method: c.method, path: "/files/a/b", authorization: "Bearer " + issuer.token(claim("scope", c.scope))}
		got := s.handle(t, r.restEvent(t))
		got.checkREST(t, c.want, "/"+c.method+"/files/*")
		if got.line.Route != c.route {
			t.Errorf("%s was decided by %q, want %q", c.method, got.line.Route, c.route)
		}
	}
	// An HTTP API names the route that it matched: there is nothing to fall back to.
	got := s.handle(t, request{route: "PUT /files/{path+}", path: "/files/a", authorization: "Bearer " + issuer.token()}.event(t))
	got.check(t, access.RouteUnknown)
}

// policy is what API Gateway reads of an answer.
type policy struct {
	PrincipalID    string `json:"principalId"`
	PolicyDocument struct {
		Version   string
		Statement []struct{ Action, Effect, Resource string }
	} `json:"policyDocument"`
	Context map[string]any `json:"context"`
}

// allows evaluates the policy for the ARN of a request, as IAM does it.
func (p policy) allows(t *testing.T, arn string) bool {
	t.Helper()
	if len(p.PolicyDocument.Statement) != 1 {
		t.Fatalf("policy has %d statements, want 1", len(p.PolicyDocument.Statement))
	}
	s := p.PolicyDocument.Statement[0]
	pattern := regexp.QuoteMeta(s.Resource)
	pattern = strings.ReplaceAll(strings.ReplaceAll(pattern, `\*`, ".*"), `\?`, ".")
	return s.Effect == "Allow" && regexp.MustCompile("^(?s:"+pattern+")$").MatchString(arn)
}

func invokeREST(t *testing.T, s *subject, r request) policy {
	t.Helper()
	text, err := s.Invoke(t.Context(), r.restEvent(t))
	if err != nil {
		t.Fatal(err)
	}
	var p policy
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPolicyMayBeKeptForTheRouteAndServesNoOther(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	bearer := "Bearer " + issuer.token()
	p := invokeREST(t, s, request{authorization: bearer, path: "/orders/17"})
	for arn, want := range map[string]bool{
		"/GET/orders/17":           true,
		"/GET/orders/18":           true, // the same cache key, another path
		"/GET/orders/a b":          true,
		"/GET/orders":              false,
		"/GET/menu":                false,
		"/GET/":                    false,
		"/POST/orders/17":          false,
		"/DELETE/orders/17":        false,
		"/GET/menu/../orders/17":   false,
		"/GET/menu/GET/orders/17":  false,
		"/POST/x/prod/GET/orders/": false,
	} {
		if got := p.allows(t, restStage+arn); got != want {
			t.Errorf("the policy for GET /orders/17 allows %s: %v, want %v", arn, got, want)
		}
	}
	for _, other := range []string{"arn:aws:execute-api:us-east-1:123456789012:zzzzzz1234/prod", "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/test"} {
		if p.allows(t, other+"/GET/orders/17") {
			t.Errorf("the policy allows %s", other)
		}
	}
	denied := invokeREST(t, s, request{route: "POST /orders", path: "/orders", authorization: bearer})
	if denied.allows(t, restStage+"/POST/orders") || denied.PrincipalID != "nobody" || len(denied.Context) != 1 {
		t.Errorf("refusal = %+v", denied)
	}
	public := invokeREST(t, s, request{route: "GET /menu", path: "/menu", authorization: bearer})
	if !public.allows(t, restStage+"/GET/menu") || public.allows(t, restStage+"/GET/menu/") {
		t.Errorf("policy = %+v, want one of /menu and not of /menu/", public)
	}
}

func TestAPolicysContextHasStringsOnly(t *testing.T) {
	issuer := newIssuer(t)
	trusted := issuer.trusted()
	trusted.ID = "Users"
	s := newSubject(t, trusted)
	p := invokeREST(t, s, request{authorization: "Bearer " + issuer.token(claim("sub", "<a&b>"), claim("exp", 4_000_000_000))})
	if p.PrincipalID != "<a&b>" || p.PolicyDocument.Version != "2012-10-17" || p.PolicyDocument.Statement[0].Action != "execute-api:Invoke" {
		t.Errorf("policy = %+v", p)
	}
	for name, value := range p.Context {
		if text, isText := value.(string); !isText || text == "" {
			t.Errorf("context has %s = %v", name, value)
		}
	}
	for name, want := range map[string]string{"sub": "<a&b>", "client_id": "billing", "scope": "orders/read", "iss": issuer.URL(), "exp": "4000000000", "identity": "Users", "table": testTable(t).Digest()} {
		if p.Context[name] != want {
			t.Errorf("context has %s = %v, want %q", name, p.Context[name], want)
		}
	}
	if n := len(p.Context); n != 9 { // and decision_id and caller; the kind is not known
		t.Errorf("context has %d members: %v", n, p.Context)
	}
}

func TestInvokeAnswersARESTAPIsBadTokenWithUnauthorizedExactly(t *testing.T) {
	text, err := newSubject(t, newIssuer(t).trusted()).Invoke(t.Context(), request{authorization: "Bearer garbage"}.restEvent(t))
	if text != nil || err == nil || err.Error() != "Unauthorized" {
		t.Errorf("Invoke = %s, %v, want the error Unauthorized", text, err)
	}
}
