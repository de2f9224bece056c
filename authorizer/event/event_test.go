package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
)

const fixtureToken = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl"

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// edited is the event of orders.json after one change.
func edited(t testing.TB, change func(e map[string]any)) []byte {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(fixture(t, "orders.json"), &e); err != nil {
		t.Fatal(err)
	}
	change(e)
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func inContext(e map[string]any) map[string]any { return e["requestContext"].(map[string]any) }
func inHTTP(e map[string]any) map[string]any    { return inContext(e)["http"].(map[string]any) }
func inHeaders(e map[string]any) map[string]any { return e["headers"].(map[string]any) }

func wantError(t *testing.T, err error, reason access.Reason, detail string) {
	t.Helper()
	var got *event.Error
	if !errors.As(err, &got) {
		t.Fatalf("error = %v, want an *event.Error", err)
	}
	if got.Reason != reason || !strings.Contains(got.Detail, detail) {
		t.Errorf("error = %q, want reason %q and a detail with %q", got, reason, detail)
	}
	if strings.Contains(err.Error(), "aGVhZGVy") {
		t.Errorf("error %q holds a part of the token", err)
	}
}

func TestDecodeTakesWhatTheGatewayFoundOut(t *testing.T) {
	got, err := event.Decode(fixture(t, "orders.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []struct{ name, got, want string }{
		{"RouteKey", got.RouteKey, "GET /orders/{id}"},
		{"Method", got.Method, "GET"}, // not x-http-method-override
		{"RawPath", got.RawPath, "/orders/17"},
		{"Path", got.Path, "/orders/17"},
		{"SourceIP", got.SourceIP, "203.0.113.7"}, // not x-forwarded-for
		{"RequestID", got.RequestID, "JKJaXmPLvHcESHA="},
		{"APIID", got.APIID, "abcdef1234"},
		{"Stage", got.Stage, "$default"},
	} {
		if field.got != field.want {
			t.Errorf("%s = %q, want %q", field.name, field.got, field.want)
		}
	}
	token, err := got.Credentials()
	if err != nil || token != fixtureToken {
		t.Errorf("Credentials() = %q, %v, want %q", token, err, fixtureToken)
	}
	if err := got.CheckPath(); err != nil {
		t.Errorf("CheckPath() = %v, want nil", err)
	}
}

func TestDecodeReadsADocumentedEventWithoutAnAuthorizationHeader(t *testing.T) {
	got, err := event.Decode(fixture(t, "http-authorizer-2.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got.RouteKey != "$default" || got.Method != "POST" || got.RawPath != "/my/path" {
		t.Errorf("Decode = %+v", got)
	}
	_, err = got.Credentials()
	wantError(t, err, access.TokenMissing, "no Authorization header")
}

func TestDecodeReadsAnEventOfANamedStage(t *testing.T) {
	got, err := event.Decode(fixture(t, "named-stage.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Stage != "prod" || got.RawPath != "/prod/orders/17" || got.CheckPath() != nil {
		t.Errorf("Decode = %+v, CheckPath() = %v", got, got.CheckPath())
	}
}

func TestDecodeSaysWhatAnotherEventLooksLike(t *testing.T) {
	for name, detail := range map[string]string{
		"http-authorizer-1.0.json":    "HTTP API authorizer's of payload format 1.0",
		"http-integration-2.0.json":   "HTTP API integration's of payload format 2.0",
		"rest-token.json":             "REST API TOKEN",
		"rest-integration.json":       "REST API integration's",
		"http-integration-iam.json":   "HTTP API integration's of payload format 2.0",
		"http-integration-jwt.json":   "HTTP API integration's of payload format 2.0",
		"http-integration-plain.json": "HTTP API integration's of payload format 2.0",
		"rest-openapi.json":           "REST API integration's",
		"websocket-connect.json":      "WebSocket",
		"websocket-message.json":      "WebSocket",
		"websocket-disconnect.json":   "WebSocket",
		"websocket-authorizer.json":   "WebSocket",
		"function-url.json":           "HTTP API integration's of payload format 2.0", // which has no mark of its own
		"load-balancer.json":          "none that is known",
		"appsync-authorizer.json":     "none that is known",
		"iot-authorizer.json":         "none that is known",
		"sns.json":                    "none that is known",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := event.Decode(fixture(t, name))
			wantError(t, err, access.EventUnreadable, detail)
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		raw    []byte
		detail string
	}{
		{"nothing", nil, "not strict JSON"},
		{"null", []byte("null"), "none that is known"},
		{"garbage", []byte("good morning"), "not strict JSON"},
		{"an empty object", []byte("{}"), "none that is known"},
		{"an array", []byte(`[{"version":"2.0"}]`), "none that is known"},
		{"a second event behind the first", append(fixture(t, "orders.json"), "{}"...), "not strict JSON, something after the value"},
		{"a member twice", replaced(t, `"rawPath": "/orders/17",`, `"rawPath": "/menu", "rawPath": "/orders/17",`), "not strict JSON, member name repeated"},
		{"a member twice, once with an escape", replaced(t, `"rawPath": "/orders/17",`, `"raw\u0050ath": "/menu", "rawPath": "/orders/17",`), "member name repeated"},
		{"a header twice", replaced(t, `"accept": "*/*",`, `"authorization": "Bearer d.e.f",`), "member name repeated"},
		{"two request contexts", replaced(t, `"pathParameters": {`, `"requestContext": {`), "member name repeated"},
		{"a member that is not read, twice", replaced(t, `"accountId": "123456789012",`, `"accountId": "1", "accountId": "2",`), "member name repeated"},
		{"brackets without an end", []byte(strings.Repeat("[", 100_000)), "nested too deep"},
		{"deep nesting in a member that is not read", edited(t, func(e map[string]any) { e["cookies"] = nested(16) }), "nested too deep"},
		{"half a character in an escape", replaced(t, `"/orders/17",`, `"/orders/\ud800",`), "lone surrogate"},
		{"a route in another case only", edited(t, func(e map[string]any) { e["RouteKey"] = e["routeKey"]; delete(e, "routeKey") }), "no routeKey"},
		{"a method in another case only", edited(t, func(e map[string]any) { inHTTP(e)["Method"] = "GET"; delete(inHTTP(e), "method") }), "no requestContext.http.method"},
		{"the version in another case", edited(t, func(e map[string]any) { e["Version"] = "2.0"; delete(e, "version") }), "none that is known"},
		{"an identity source that is null in its list", edited(t, func(e map[string]any) { e["identitySource"] = []any{"Bearer " + fixtureToken, nil} }), "wrong type"},
		{"an identity source that is an object", edited(t, func(e map[string]any) { e["identitySource"] = map[string]string{"0": "Bearer"} }), "wrong type"},
		{"a header that is null", edited(t, func(e map[string]any) { inHeaders(e)["authorization"] = nil }), "wrong type"},
		{"headers in a list", edited(t, func(e map[string]any) { e["headers"] = []string{"authorization: Bearer"} }), "wrong type"},
		{"a request context that is text", edited(t, func(e map[string]any) { e["requestContext"] = "GET /orders/{id}" }), "wrong type"},
		{"bytes that are not UTF-8", []byte("{\"version\":\"\xff\"}"), "not UTF-8"},
		{"more than the cap", make([]byte, event.MaxBytes+1), "larger than 256 KB"},
		{"a version that does not exist yet", edited(t, func(e map[string]any) { e["version"] = "3.0" }), "none that is known"},
		{"a version that is a number", edited(t, func(e map[string]any) { e["version"] = 2.0 }), "none that is known"},
		{"an integration's event of payload format 1.0", []byte(`{"version":"1.0","resource":"/menu"}`), "HTTP API integration's of payload format 1.0"},
		{"no route", edited(t, func(e map[string]any) { delete(e, "routeKey"); delete(inContext(e), "routeKey") }), "no routeKey"},
		{"two routes", edited(t, func(e map[string]any) { e["routeKey"] = "GET /menu" }), "differ"},
		{"a route outside the request context only", edited(t, func(e map[string]any) { delete(inContext(e), "routeKey") }), "differ"},
		{"no method", edited(t, func(e map[string]any) { delete(inHTTP(e), "method") }), "no requestContext.http.method"},
		{"no path", edited(t, func(e map[string]any) { delete(inHTTP(e), "path") }), "no requestContext.http.path"},
		{"no raw path", edited(t, func(e map[string]any) { delete(e, "rawPath") }), "no rawPath"},
		{"a source address in a header only", edited(t, func(e map[string]any) { delete(inHTTP(e), "sourceIp") }), "no requestContext.http.sourceIp"},
		{"no request context", edited(t, func(e map[string]any) { delete(e, "requestContext") }), "differ"},
		{"headers with lists of values", edited(t, func(e map[string]any) {
			e["headers"] = map[string]any{"authorization": []string{"Bearer a", "Bearer b"}}
		}), "wrong type"},
		{"an identity source that is a string", edited(t, func(e map[string]any) { e["identitySource"] = "Bearer " + fixtureToken }), "wrong type"},
		{"a route that is a list", edited(t, func(e map[string]any) { e["routeKey"] = []string{"GET /menu"} }), "wrong type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := event.Decode(c.raw)
			wantError(t, err, access.EventUnreadable, c.detail)
		})
	}
}

func TestDecodeTakesEveryMethodOnARouteThatTakesAll(t *testing.T) {
	for _, c := range []struct{ route, method string }{
		{"ANY /orders", "GET"}, {"ANY /orders", "DELETE"}, {"$default", "PATCH"}, {"$default", "ANY"}, {"POST /orders", "POST"},
	} {
		got, err := event.Decode(routed(t, c.route, c.method))
		if err != nil || got.RouteKey != c.route || got.Method != c.method {
			t.Errorf("Decode of %q on %q = %+v, %v", c.method, c.route, got, err)
		}
	}
}

func TestDecodeIgnoresMembersInAnotherCase(t *testing.T) {
	got, err := event.Decode(edited(t, func(e map[string]any) {
		e["RawPath"], e["ROUTEKEY"], e["IdentitySource"] = "/menu", "GET /menu", []string{"x", "y"}
		inContext(e)["RouteKey"], inHTTP(e)["SourceIP"] = "GET /menu", "198.51.100.9"
	}))
	if err != nil {
		t.Fatal(err)
	}
	token, err := got.Credentials()
	if got.RouteKey != "GET /orders/{id}" || got.RawPath != "/orders/17" || got.SourceIP != "203.0.113.7" || token != fixtureToken || err != nil {
		t.Errorf("Decode = %+v, Credentials() = %q, %v", got, token, err)
	}
}

// replaced is the text of orders.json with one piece replaced.
func replaced(t testing.TB, old, new string) []byte {
	t.Helper()
	raw := fixture(t, "orders.json")
	if !bytes.Contains(raw, []byte(old)) {
		t.Fatalf("%q is not there", old)
	}
	return bytes.Replace(raw, []byte(old), []byte(new), 1)
}

// routed is orders.json for another route and method.
func routed(t testing.TB, route, method string) []byte {
	t.Helper()
	return edited(t, func(e map[string]any) {
		e["routeKey"], inContext(e)["routeKey"], inHTTP(e)["method"] = route, route, method
		delete(e, "identitySource")
	})
}

// nested returns so many lists in each other.
func nested(depth int) any {
	var v any = []any{}
	for range depth - 1 {
		v = []any{v}
	}
	return v
}

// addFixtures makes all events of testdata seeds.
func addFixtures(f *testing.F) {
	f.Helper()
	names, err := filepath.Glob("testdata/*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
}

func FuzzDecode(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := event.Decode(raw)
		if err != nil {
			wantError(t, err, access.EventUnreadable, "")
			return
		}
		if r.RouteKey == "" || r.SourceIP == "" {
			t.Errorf("Decode(%q) = %+v: a field is missing", raw, r)
		}
		var typed *event.Error
		if err := r.CheckPath(); err != nil && (!errors.As(err, &typed) || typed.Reason != access.PathNotCanonical) {
			t.Errorf("CheckPath() = %v", err)
		}
		token, err := r.Credentials()
		if (token == "") != (err != nil) || strings.ContainsAny(token, " ,\t\r\n") {
			t.Errorf("Credentials() = %q, %v", token, err)
		}
	})
}
