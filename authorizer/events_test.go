package authorizer_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
)

// recordedToken stands in the recorded events where a token belongs.
const recordedToken = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl"

// recorded is an event of event/testdata with a token in it.
func recorded(t testing.TB, name, token string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("event", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(raw), recordedToken, token))
}

// members is an event, or an object in it.
type members map[string]any

func (m members) in(names ...string) members {
	for _, name := range names {
		m = m[name].(map[string]any)
	}
	return m
}

// altered is an event after a change.
func altered(t testing.TB, raw []byte, change func(e members)) []byte {
	t.Helper()
	var e members
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	change(e)
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// reply is what the gateway gets for an event, in one word: what the bytes of
// the answer or the text of the error come to.
func reply(t testing.TB, answer []byte, err error) string {
	t.Helper()
	if err != nil {
		switch text := err.Error(); {
		case answer != nil:
			t.Fatalf("answer %s beside the error %v", answer, err)
		case text == "Unauthorized":
			return "401"
		case strings.HasPrefix(text, "internal error, decision "):
			return "error"
		}
		t.Fatalf("error = %v", err)
	}
	var simple struct {
		IsAuthorized *bool `json:"isAuthorized"`
	}
	var p policy
	if json.Unmarshal(answer, &simple) != nil || json.Unmarshal(answer, &p) != nil {
		t.Fatalf("answer %s is not JSON", answer)
	}
	yes := simple.IsAuthorized != nil && *simple.IsAuthorized
	if statements := p.PolicyDocument.Statement; simple.IsAuthorized == nil {
		if len(statements) != 1 {
			t.Fatalf("answer %s is of no kind", answer)
		}
		yes = statements[0].Effect == "Allow"
	}
	if yes {
		return "yes"
	}
	return "no"
}

// ask sends an event's bytes and returns the reply and what was written. It
// fails the test for a panic, a token that is shown, and anything but one audit
// line that says the same as the reply.
func ask(t *testing.T, s *subject, raw []byte, token string) (string, audit.Line) {
	t.Helper()
	s.output.Reset()
	answer, err := s.Invoke(t.Context(), raw)
	got := reply(t, answer, err)
	line, faults := readOutput(t, s.output.String())
	if len(faults) > 0 || line.Reason == access.Internal {
		t.Errorf("%.2000q wrote %s", raw, s.output.String())
	}
	if want := map[audit.Decision][]string{audit.Allow: {"yes"}, audit.Deny: {"no", "401"}, audit.Error: {"error"}}[line.Decision]; !slices.Contains(want, got) {
		t.Errorf("reply %q beside the line %s", got, s.output.String())
	}
	// The caller, in base64url as the token is, says some of what the token says.
	public, _, _ := strings.Cut(string(answer), `"caller":`)
	outcome{output: s.output.String() + public, err: err}.checkNoToken(t, token)
	return got, line
}

func TestEventsAreAnsweredRightlyOrRefusedWithTheirReason(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	token := issuer.token(signedAs("RS256"))
	bearer := "Bearer " + token
	http, rest := recorded(t, "orders.json", token), recorded(t, "rest-orders.json", token)

	// An HTTP API gives the header in small letters and joins repeated ones.
	headers := func(values map[string]string) []byte {
		return altered(t, http, func(e members) {
			delete(e.in("headers"), "authorization")
			for name, value := range values {
				e.in("headers")[name] = value
				e["identitySource"] = []string{value, "GET /orders/{id}"}
			}
		})
	}
	// A REST API keeps the spelling; the single map has the last value.
	multi := func(values map[string][]string) []byte {
		return altered(t, rest, func(e members) {
			delete(e.in("headers"), "Authorization")
			delete(e.in("multiValueHeaders"), "Authorization")
			for name, list := range values {
				e.in("headers")[name], e.in("multiValueHeaders")[name] = list[len(list)-1], list
			}
		})
	}
	one := func(value string) []byte { return headers(map[string]string{"authorization": value}) }
	oneREST := func(value string) []byte { return multi(map[string][]string{"Authorization": {value}}) }
	onPath := func(path string) []byte {
		return altered(t, http, func(e members) { e["rawPath"], e.in("requestContext", "http")["path"] = path, path })
	}
	onPathREST := func(path string) []byte {
		return altered(t, rest, func(e members) {
			e["path"], e.in("requestContext")["path"] = path, "/prod"+path
			e["methodArn"] = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET" + path
		})
	}
	loud := func(raw []byte, maps ...string) []byte {
		return altered(t, raw, func(e members) {
			for _, name := range maps {
				upper := map[string]any{}
				for header, value := range e.in(name) {
					upper[strings.ToUpper(header)] = value
				}
				e[name] = upper
			}
		})
	}
	crowd := func(raw []byte, n int, value string) []byte {
		return altered(t, raw, func(e members) {
			for i := range n {
				name := fmt.Sprintf("x-%d", i)
				e.in("headers")[name] = value
				if lists, isREST := e["multiValueHeaders"].(map[string]any); isREST {
					lists[name] = []string{value}
				}
			}
		})
	}

	for _, c := range []struct {
		name  string
		raw   []byte
		want  access.Reason
		reply string
	}{
		{"an HTTP API's event as it is recorded", http, access.Allowed, "yes"},
		{"the same on a stage with a name", recorded(t, "named-stage.json", token), access.Allowed, "yes"},
		{"a REST API's event as it is recorded", rest, access.Allowed, "yes"},
		{"the same behind a domain", recorded(t, "rest-domain.json", token), access.Allowed, "yes"},
		{"a REST API's proxy event, which the table does not have", recorded(t, "rest-proxy.json", token), access.RouteUnknown, "no"},
		{"a test in the console, without headers", recorded(t, "rest-test-invoke.json", token), access.TokenMissing, "401"},
		{"the event of AWS's page for HTTP APIs, on another route", recorded(t, "http-authorizer-2.0.json", token), access.RouteUnknown, "no"},
		{"the event of AWS's page for REST APIs, on another route", recorded(t, "rest-request.json", token), access.RouteUnknown, "no"},

		{"payload format 1.0", recorded(t, "http-authorizer-1.0.json", token), access.EventUnreadable, "error"},
		{"a REST API's TOKEN event", recorded(t, "rest-token.json", token), access.EventUnreadable, "error"},
		{"a REST API's TOKEN event with a good token", []byte(`{"type":"TOKEN","authorizationToken":"` + bearer + `","methodArn":"arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/orders/17"}`), access.EventUnreadable, "error"},
		{"a WebSocket's authorizer event with a good token", recorded(t, "websocket-authorizer.json", token), access.EventUnreadable, "error"},
		{"a WebSocket's connection", recorded(t, "websocket-connect.json", token), access.EventUnreadable, "error"},
		{"a WebSocket's message", recorded(t, "websocket-message.json", token), access.EventUnreadable, "error"},
		{"a WebSocket's end", recorded(t, "websocket-disconnect.json", token), access.EventUnreadable, "error"},
		{"an HTTP API's integration event", recorded(t, "http-integration-2.0.json", token), access.EventUnreadable, "error"},
		{"an HTTP API's integration event behind a JWT authorizer", recorded(t, "http-integration-jwt.json", token), access.EventUnreadable, "error"},
		{"an HTTP API's integration event behind IAM", recorded(t, "http-integration-iam.json", token), access.EventUnreadable, "error"},
		{"a REST API's integration event", recorded(t, "rest-integration.json", token), access.EventUnreadable, "error"},
		{"a function URL's event", recorded(t, "function-url.json", token), access.EventUnreadable, "error"},
		{"a load balancer's event", recorded(t, "load-balancer.json", token), access.EventUnreadable, "error"},
		{"AppSync's authorizer event", recorded(t, "appsync-authorizer.json", token), access.EventUnreadable, "error"},
		{"AppSync's authorizer event with a good token", []byte(`{"authorizationToken":"` + bearer + `","requestContext":{"apiId":"a"}}`), access.EventUnreadable, "error"},
		{"IoT's authorizer event", recorded(t, "iot-authorizer.json", token), access.EventUnreadable, "error"},
		{"a message of SNS", recorded(t, "sns.json", token), access.EventUnreadable, "error"},
		{"a warm-up that somebody wrote", []byte(`{"warmer":true,"concurrency":3}`), access.EventUnreadable, "error"},
		{"nothing", nil, access.EventUnreadable, "error"},
		{"a string that is a token", []byte(`"` + token + `"`), access.EventUnreadable, "error"},
		{"a token", []byte(token), access.EventUnreadable, "error"},
		{"an event in an event", []byte(`{"body":` + string(http) + `}`), access.EventUnreadable, "error"},
		{"an event in a list", []byte(`[` + string(http) + `]`), access.EventUnreadable, "error"},
		{"two events", append(slices.Clip(http), http...), access.EventUnreadable, "error"},
		{"half an event", http[:len(http)/2], access.EventUnreadable, "error"},
		{"an event with a byte order mark", append([]byte("\ufeff"), http...), access.EventUnreadable, "error"},
		{"an event that is both kinds", altered(t, http, func(e members) {
			maps.Copy(e, members{"methodArn": e["routeArn"], "resource": "/menu", "httpMethod": "GET"})
		}), access.Allowed, "yes"},
		{"a REST API's event with the version of an HTTP API's", altered(t, rest, func(e members) { e["version"] = "2.0" }), access.EventUnreadable, "error"},

		{"the header in capitals", loud(http, "headers"), access.Allowed, "yes"},
		{"the header in capitals, REST", loud(rest, "headers", "multiValueHeaders"), access.Allowed, "yes"},
		{"the header in capitals in one map only, REST", loud(rest, "headers"), access.EventUnreadable, "error"},
		{"the header in odd case, REST", multi(map[string][]string{"aUtHoRiZaTiOn": {bearer}}), access.Allowed, "yes"},
		{"the scheme in small letters", one("bearer " + token), access.Allowed, "yes"},
		{"the scheme in small letters, REST", oneREST("bearer " + token), access.Allowed, "yes"},
		{"the scheme in capitals", one("BEARER " + token), access.Allowed, "yes"},
		{"the scheme DPoP", one("DPoP " + token), access.CredentialsMalformed, "no"},
		{"the scheme DPoP, REST", oneREST("DPoP " + token), access.CredentialsMalformed, "401"},
		{"the scheme DPoP with a proof beside it", altered(t, one("DPoP "+token), func(e members) { e.in("headers")["dpop"] = token }), access.CredentialsMalformed, "no"},
		{"the scheme Bearer with a proof beside it", altered(t, http, func(e members) { e.in("headers")["dpop"] = "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.AA" }), access.Allowed, "yes"},
		{"the scheme Basic", one("Basic " + token), access.CredentialsMalformed, "no"},
		{"the scheme Token", one("Token " + token), access.CredentialsMalformed, "no"},
		{"no scheme", one(token), access.CredentialsMalformed, "no"},
		{"no scheme, REST", oneREST(token), access.CredentialsMalformed, "401"},
		{"the scheme twice", one("Bearer " + bearer), access.CredentialsMalformed, "no"},
		{"the scheme alone", one("Bearer"), access.CredentialsMalformed, "no"},
		{"a tab behind the scheme", one("Bearer\t" + token), access.CredentialsMalformed, "no"},
		{"the name of the parameter of RFC 6750", one("Bearer access_token=" + token), access.CredentialsMalformed, "no"},
		{"a realm before the token", one(`Bearer realm="x", token="` + token + `"`), access.CredentialsMalformed, "no"},
		{"a comma behind the token", one(bearer + ","), access.CredentialsMalformed, "no"},
		{"a comma before the scheme", one("," + bearer), access.CredentialsMalformed, "no"},
		{"a good token and rubbish, joined", one(bearer + ",x"), access.CredentialsMalformed, "no"},
		{"rubbish and a good token, joined", one("Bearer x, " + bearer), access.CredentialsMalformed, "no"},
		{"the header twice, joined", one(bearer + "," + bearer), access.CredentialsMalformed, "no"},
		{"the header twice, joined, REST", oneREST(bearer + ", " + bearer), access.CredentialsMalformed, "401"},
		{"the header in two spellings", headers(map[string]string{"authorization": bearer, "Authorization": bearer}), access.CredentialsMalformed, "no"},
		{"the header in two spellings, REST", multi(map[string][]string{"authorization": {bearer}, "Authorization": {bearer}}), access.CredentialsMalformed, "401"},
		{"the header twice with one value, REST", multi(map[string][]string{"Authorization": {bearer, bearer}}), access.CredentialsMalformed, "401"},
		{"the header twice with two values, REST", multi(map[string][]string{"Authorization": {bearer, "Bearer x"}}), access.CredentialsMalformed, "401"},
		{"the header twice, the first empty, REST", multi(map[string][]string{"Authorization": {"", bearer}}), access.CredentialsMalformed, "401"},
		{"the maps differ, REST", altered(t, rest, func(e members) { e.in("headers")["Authorization"] = "Bearer x" }), access.EventUnreadable, "error"},
		{"a cached answer would be filed under another token", altered(t, http, func(e members) { e["identitySource"] = []string{"Bearer x", "GET /orders/{id}"} }), access.CredentialsMalformed, "no"},
		{"the token in the query only", altered(t, headers(nil), func(e members) {
			e["rawQueryString"], e["queryStringParameters"] = "access_token="+token, members{"access_token": token}
		}), access.TokenMissing, "no"},
		{"the token in a cookie only", altered(t, headers(nil), func(e members) { e["cookies"] = []string{"Authorization=" + bearer} }), access.TokenMissing, "no"},
		{"the token in headers that resemble ours", headers(map[string]string{"x-authorization": bearer, "proxy-authorization": bearer, "authorization2": bearer, "authorization ": bearer, "x-amzn-remapped-authorization": bearer, "x-forwarded-authorization": bearer}), access.TokenMissing, "no"},
		{"the token where only the identity source has it", altered(t, headers(nil), func(e members) { e["identitySource"] = []string{bearer} }), access.TokenMissing, "no"},
		{"the token in a stage variable", altered(t, multi(nil), func(e members) { e["stageVariables"] = members{"Authorization": bearer} }), access.TokenMissing, "401"},
		{"an empty header, REST", oneREST(""), access.TokenMissing, "401"},

		{"10 KB in one header", crowd(http, 1, strings.Repeat("x", 10<<10)), access.Allowed, "yes"},
		{"10 KB in one header, REST", crowd(rest, 1, strings.Repeat("x", 10<<10)), access.Allowed, "yes"},
		{"10 KB in a thousand headers", crowd(http, 1000, "yes"), access.Allowed, "yes"},
		{"10 KB in a thousand headers, REST", crowd(rest, 1000, "yes"), access.Allowed, "yes"},
		{"10 KB of what JSON has to escape", crowd(http, 1, strings.Repeat("\x01\"\\", 10<<10/3)), access.Allowed, "yes"},
		{"a token of 10 KB", one("Bearer " + strings.Repeat("A", 10<<10)), access.TokenTooLarge, "no"},
		{"a token of 10 KB, REST", oneREST("Bearer " + strings.Repeat("A", 10<<10)), access.TokenTooLarge, "401"},
		{"a token of 10 KB of dots", one("Bearer " + strings.Repeat(".", 10<<10)), access.TokenTooLarge, "no"},
		{"a scheme of 10 KB", one(strings.Repeat("Bearer", 1700) + " " + token), access.CredentialsMalformed, "no"},
		{"10 KB of spaces", one("Bearer " + strings.Repeat(" ", 10<<10) + token), access.CredentialsMalformed, "no"},
		{"10 KB of commas", one(strings.Repeat(",", 10<<10)), access.CredentialsMalformed, "no"},
		{"a path of 10 KB", onPath("/orders/" + strings.Repeat("a", 10<<10)), access.Allowed, "yes"},
		{"300 KB in one header", crowd(http, 1, strings.Repeat("x", 300<<10)), access.EventUnreadable, "error"},

		{"a trailing slash", onPath("/orders/17/"), access.PathNotCanonical, "401"},
		{"a trailing slash, REST", onPathREST("/orders/17/"), access.PathNotCanonical, "401"},
		{"a double slash", onPath("//orders/17"), access.PathNotCanonical, "401"},
		{"a double slash, REST", onPathREST("/orders//17"), access.PathNotCanonical, "401"},
		{"dot segments", onPath("/menu/../orders/17"), access.PathNotCanonical, "401"},
		{"dot segments in escapes, REST", onPathREST("/menu/%2e%2e/orders/17"), access.PathNotCanonical, "401"},
		{"dot segments with a semicolon", onPath("/menu/..;/orders/17"), access.PathNotCanonical, "401"},
		{"an encoded slash, REST", onPathREST("/orders%2F17"), access.PathNotCanonical, "401"},
		{"a slash encoded twice", onPath("/orders/%252f17"), access.PathNotCanonical, "401"},
		{"a backslash", onPath(`/orders\17`), access.PathNotCanonical, "401"},
		{"an encoded NUL, REST", onPathREST("/orders/17%00"), access.PathNotCanonical, "401"},
		{"an encoded line break, REST", onPathREST("/orders/17%0d%0aX-Admin:1"), access.PathNotCanonical, "401"},
		{"an encoded question mark, REST", onPathREST("/orders/17%3fx=1"), access.PathNotCanonical, "401"},
		{"an overlong slash, REST", onPathREST("/orders/%c0%af17"), access.PathNotCanonical, "401"},
		{"a percent sign that encodes nothing", onPath("/orders/%zz"), access.PathNotCanonical, "401"},
		{"an address for a path", onPath("http://other.example.com/orders/17"), access.PathNotCanonical, "401"},
		{"a star for a path", onPath("*"), access.PathNotCanonical, "401"},
		{"a letter in an escape, REST", onPathREST("/orders/%31%37"), access.Allowed, "yes"},
		{"the two paths of the event differ, REST", altered(t, rest, func(e members) { e["path"] = "/orders/18" }), access.PathNotCanonical, "401"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, line := ask(t, s, c.raw, bearer)
			if line.Reason != c.want || got != c.reply {
				t.Errorf("reply %q with reason %q (%s), want %q with %q", got, line.Reason, line.Detail, c.reply, c.want)
			}
		})
	}
}

// What a client may say in headers about method, path, host and itself.
var pretences = []string{
	"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method", "X-Forwarded-Method", "_method", ":method",
	"X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-Forwarded-URI", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Envoy-Original-Path", "X-Envoy-Original-Method", "X-Accel-Redirect", ":path", ":authority",
	"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Forwarded-Host", "Host", "X-Forwarded-Proto",
	"X-Amzn-Request-Context", "X-Amzn-Lambda-Context", "X-Apigateway-Event", "X-Apigateway-Api-Id", "X-Amzn-RequestId", "X-Amzn-Trace-Id", "routeKey", "rawPath", "requestContext", "methodArn", "resource",
	"ScopewayCaller", "X-User", "X-Scope", "X-Remote-User", "X-Authenticated-UserId", "X-Amzn-Oidc-Data", "X-Amzn-Oidc-Identity",
}

func TestNoHeaderChangesMethodRouteOrCaller(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	token := issuer.token(signedAs("RS256"))
	// strip takes out of line and answer what differs from event to event.
	stripped := func(raw []byte) (string, string, string) {
		t.Helper()
		s.output.Reset()
		answer, err := s.Invoke(t.Context(), raw)
		line, faults := readOutput(t, s.output.String())
		if len(faults) > 0 {
			t.Fatalf("faults: %s", s.output.String())
		}
		id := line.DecisionID
		text, _, _ := strings.Cut(string(answer), `"caller":`) // which has the id, encoded
		said, stamp := s.output.String(), line.Time.Format("2006-01-02T15:04:05")
		if i := strings.Index(said, `"time":"`+stamp); i >= 0 {
			end := strings.Index(said[i+8:], `"`)
			said = said[:i] + said[i+8+end:]
		}
		return strings.ReplaceAll(text, id, "ID"), strings.ReplaceAll(said, id, "ID"), fmt.Sprint(err != nil)
	}
	for kind, events := range map[string][][]byte{
		"http": {recorded(t, "orders.json", token), request{route: "POST /orders", path: "/orders", authorization: "Bearer " + token}.event(t), request{}.event(t)},
		"rest": {recorded(t, "rest-orders.json", token), request{route: "POST /orders", path: "/orders", authorization: "Bearer " + token}.restEvent(t)},
	} {
		for n, raw := range events {
			plainAnswer, plainLine, plainErr := stripped(raw)
			for _, name := range pretences {
				for _, value := range []string{"GET", "DELETE", "/menu", "GET /menu", "127.0.0.1", "admin", "*"} {
					more := altered(t, raw, func(e members) {
						for _, spelling := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
							e.in("headers")[spelling] = value
							if kind == "rest" {
								e.in("multiValueHeaders")[spelling] = []string{value, "x"}
							}
						}
					})
					answer, line, err := stripped(more)
					if answer != plainAnswer || line != plainLine || err != plainErr {
						t.Errorf("%s event %d with %s: %s changes\n%s%s\nto\n%s%s", kind, n, name, value, plainLine, plainAnswer, line, answer)
					}
				}
			}
		}
	}
}

// Each member of both kinds of events is left out and replaced by other types:
// what the gateway always sends and we need is missed, all else does not matter.
func TestEveryMemberOfAnEventMayBeMissingOrOdd(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	token := issuer.token(signedAs("RS256"))
	needed := map[string]map[string]access.Reason{
		"orders.json": {
			"version": access.EventUnreadable, "type": access.EventUnreadable, "routeKey": access.EventUnreadable, "rawPath": access.EventUnreadable,
			"requestContext": access.EventUnreadable, "requestContext.http": access.EventUnreadable, "requestContext.routeKey": access.EventUnreadable,
			"requestContext.http.method": access.EventUnreadable, "requestContext.http.path": access.EventUnreadable, "requestContext.http.sourceIp": access.EventUnreadable,
			"headers": access.TokenMissing, "headers.authorization": access.TokenMissing,
		},
		"rest-orders.json": {
			"type": access.EventUnreadable, "methodArn": access.EventUnreadable, "resource": access.EventUnreadable, "path": access.EventUnreadable, "httpMethod": access.EventUnreadable,
			"requestContext": access.EventUnreadable, "requestContext.resourcePath": access.EventUnreadable, "requestContext.httpMethod": access.EventUnreadable,
			"requestContext.accountId": access.EventUnreadable, "requestContext.apiId": access.EventUnreadable, "requestContext.stage": access.EventUnreadable,
			"requestContext.identity": access.EventUnreadable, "requestContext.identity.sourceIp": access.EventUnreadable,
			"headers": access.EventUnreadable, "headers.Authorization": access.EventUnreadable, "multiValueHeaders": access.EventUnreadable, "multiValueHeaders.Authorization": access.EventUnreadable,
		},
	}
	for name, reasons := range needed {
		raw := recorded(t, name, token)
		var e members
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, path := range paths(e) {
			parent, last := path[:len(path)-1], path[len(path)-1]
			member := strings.Join(path, ".")
			want, isNeeded := reasons[member]
			if !isNeeded {
				want = access.Allowed
			} else {
				seen++
			}
			got, line := ask(t, s, altered(t, raw, func(e members) { delete(e.in(parent...), last) }), token)
			if line.Reason != want {
				t.Errorf("%s without %s: reply %q with %q, want %q", name, member, got, line.Reason, want)
			}
			// Null counts as not there, but for a header, which is text.
			for _, odd := range []any{nil, "", 0, -1.5, true, []any{}, []any{nil}, []any{"x"}, []any{1}, members{}, members{"x": nil}, strings.Repeat("x", 3000), "\x00", "*", "../", token} {
				got, line := ask(t, s, altered(t, raw, func(e members) { e.in(parent...)[last] = odd }), token)
				// Address and, of an HTTP API, method go into the audit line as the
				// gateway tells them: any text will do.
				_, isText := odd.(string)
				told := isText && (last == "sourceIp" || member == "requestContext.http.method")
				if got == "yes" && isNeeded && !told {
					t.Errorf("%s with %s = %.40v is let through", name, member, odd)
				}
				if line.Reason == access.Misconfigured {
					t.Errorf("%s with %s = %.40v is misconfigured", name, member, odd)
				}
			}
		}
		if seen != len(reasons) {
			t.Errorf("%s has %d of %d needed members", name, seen, len(reasons))
		}
	}
}

// paths returns where the members of an event are, those of inner objects too.
func paths(e members) (all [][]string) {
	for _, name := range slices.Sorted(maps.Keys(e)) {
		all = append(all, []string{name})
		if inner, isObject := e[name].(map[string]any); isObject {
			for _, path := range paths(inner) {
				all = append(all, append([]string{name}, path...))
			}
		}
	}
	return all
}
