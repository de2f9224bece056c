package event_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
)

// restEdited is the event of rest-orders.json after one change.
func restEdited(t testing.TB, change func(e map[string]any)) []byte {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(fixture(t, "rest-orders.json"), &e); err != nil {
		t.Fatal(err)
	}
	change(e)
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func inMulti(e map[string]any) map[string]any { return e["multiValueHeaders"].(map[string]any) }
func inIdentity(e map[string]any) map[string]any {
	return inContext(e)["identity"].(map[string]any)
}

// restDecoded is rest-orders.json after one change that leaves it readable.
func restDecoded(t testing.TB, change func(e map[string]any)) *event.Request {
	t.Helper()
	r, err := event.Decode(restEdited(t, change))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDecodeTakesWhatTheGatewayOfARESTAPIFoundOut(t *testing.T) {
	got, err := event.Decode(fixture(t, "rest-orders.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []struct{ name, got, want string }{
		{"Kind", string(got.Kind), "rest"},
		{"RouteKey", got.RouteKey, "GET /orders/{id}"},
		{"Method", got.Method, "GET"}, // not X-HTTP-Method-Override
		{"RawPath", got.RawPath, "/orders/17"},
		{"Path", got.Path, "/prod/orders/17"},
		{"SourceIP", got.SourceIP, "203.0.113.7"}, // not X-Forwarded-For
		{"RequestID", got.RequestID, "deef4878-7910-11e6-8f14-25afc3e9ae33"},
		{"APIID", got.APIID, "abcdef1234"},
		{"Stage", got.Stage, "prod"},
	} {
		if field.got != field.want {
			t.Errorf("%s = %q, want %q", field.name, field.got, field.want)
		}
	}
	if keys := got.RouteKeys(); !slices.Equal(keys, []string{"GET /orders/{id}", "ANY /orders/{id}"}) {
		t.Errorf("RouteKeys() = %q", keys)
	}
	token, err := got.Credentials()
	if err != nil || token != fixtureToken {
		t.Errorf("Credentials() = %q, %v, want %q", token, err, fixtureToken)
	}
	if err := got.CheckPath(); err != nil {
		t.Errorf("CheckPath() = %v, want nil", err)
	}
}

func TestDecodeReadsTheOtherShapesOfARESTAPIsEvent(t *testing.T) {
	for _, c := range []struct{ name, route, path, contextPath, stage string }{
		{"rest-request.json", "GET /request", "/request", "/request", "test"},
		{"rest-domain.json", "GET /orders/{id}", "/shop/orders/17", "/shop/orders/17", "prod"},
		{"rest-proxy.json", "PUT /files/{path+}", "/files/2020/03/a%20b.txt", "/prod/files/2020/03/a%20b.txt", "prod"},
		{"rest-test-invoke.json", "GET /orders/{id}", "/orders/17", "/orders/17", "test-invoke-stage"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := event.Decode(fixture(t, c.name))
			if err != nil {
				t.Fatal(err)
			}
			if got.RouteKey != c.route || got.RawPath != c.path || got.Path != c.contextPath || got.Stage != c.stage {
				t.Errorf("Decode = %+v", got)
			}
			if err := got.CheckPath(); err != nil {
				t.Errorf("CheckPath() = %v, want nil", err)
			}
		})
	}
}

func TestAnHTTPAPIsRouteHasOneKey(t *testing.T) {
	got, err := event.Decode(fixture(t, "orders.json"))
	if err != nil || got.Kind != event.HTTP || !slices.Equal(got.RouteKeys(), []string{"GET /orders/{id}"}) {
		t.Errorf("Decode = %+v, %v", got, err)
	}
}

func TestDecodeRefusesOfARESTAPI(t *testing.T) {
	edit := func(change func(e map[string]any)) []byte { return restEdited(t, change) }
	arn := func(text string) []byte { return edit(func(e map[string]any) { e["methodArn"] = text }) }
	replaced := func(old, new string) []byte {
		raw := fixture(t, "rest-orders.json")
		if !bytes.Contains(raw, []byte(old)) {
			t.Fatalf("%q is not there", old)
		}
		return bytes.Replace(raw, []byte(old), []byte(new), 1)
	}
	const prefix, path = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod", "/GET/orders/17"
	for _, c := range []struct {
		name   string
		raw    []byte
		detail string
	}{
		{"no ARN", edit(func(e map[string]any) { delete(e, "methodArn") }), "none that is known"},
		{"a version, which HTTP APIs have", edit(func(e map[string]any) { e["version"] = "1.0" }), "payload format 1.0"},
		{"a version nobody has", edit(func(e map[string]any) { e["version"] = "9" }), "none that is known"},
		{"a WebSocket's connection", edit(func(e map[string]any) { inContext(e)["connectionId"] = "x" }), "WebSocket"},
		{"another type", edit(func(e map[string]any) { e["type"] = "TOKEN" }), "TOKEN"},
		{"the type in another case", edit(func(e map[string]any) { e["type"] = "Request" }), "none that is known"},

		{"no resource", edit(func(e map[string]any) { delete(e, "resource") }), "no resource"},
		{"no resource in the request context", edit(func(e map[string]any) { delete(inContext(e), "resourcePath") }), "resourcePath differ"},
		{"two resources", edit(func(e map[string]any) { e["resource"] = "/menu" }), "resourcePath differ"},
		{"a resource with a slash more", edit(func(e map[string]any) { e["resource"] = "/orders/{id}/" }), "resourcePath differ"},
		{"two methods", edit(func(e map[string]any) { e["httpMethod"] = "DELETE" }), "requestContext.httpMethod differ"},
		{"no method in the request context", edit(func(e map[string]any) { delete(inContext(e), "httpMethod") }), "requestContext.httpMethod differ"},
		{"no method", edit(func(e map[string]any) { delete(e, "httpMethod"); delete(inContext(e), "httpMethod") }), "not a method"},
		{"the method ANY", edit(func(e map[string]any) { e["httpMethod"], inContext(e)["httpMethod"] = "ANY", "ANY" }), "not a method"},
		{"a method in small letters", edit(func(e map[string]any) { e["httpMethod"], inContext(e)["httpMethod"] = "get", "get" }), "not a method"},
		{"a method with a star", edit(func(e map[string]any) { e["httpMethod"], inContext(e)["httpMethod"] = "*", "*" }), "not a method"},
		{"no path", edit(func(e map[string]any) { delete(e, "path") }), "no path"},
		{"a source address in a header only", edit(func(e map[string]any) { delete(inIdentity(e), "sourceIp") }), "no requestContext.identity.sourceIp"},
		{"no identity", edit(func(e map[string]any) { delete(inContext(e), "identity") }), "no requestContext.identity.sourceIp"},
		{"no request context", edit(func(e map[string]any) { delete(e, "requestContext") }), "differ"},

		{"an ARN of something else", arn("arn:aws:s3:::bucket/prod/GET/orders"), "not the ARN"},
		{"an ARN of a policy", arn("arn:aws:execute-api:us-east-1:123456789012:abcdef1234/*/GET/orders/17"), "not the ARN"},
		{"an ARN of every API", arn("arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/orders/17"), "not the ARN"},
		{"an ARN of every region", arn("arn:aws:execute-api:*:123456789012:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN of every account", arn("arn:aws:execute-api:us-east-1:*:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN of every partition", arn("arn:a*s:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN of a foreign partition", arn("arn:other:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN without a partition", arn("arn::execute-api:us-east-1:123456789012:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN without a region", arn("arn:aws:execute-api::123456789012:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN with an account of eleven digits", arn("arn:aws:execute-api:us-east-1:12345678901:abcdef1234/prod/GET/orders/17"), "not the ARN"},
		{"an ARN with a question mark in the stage", arn("arn:aws:execute-api:us-east-1:123456789012:abcdef1234/pro?/GET/orders/17"), "not the ARN"},
		{"an ARN with a variable of IAM's", arn("arn:aws:execute-api:us-east-1:123456789012:${aws}/prod/GET/orders/17"), "not the ARN"},
		{"an ARN without a path", arn(prefix + "/GET"), "not the ARN"},
		{"an ARN with a method in small letters", arn(prefix + "/get/orders/17"), "not the ARN"},
		{"an ARN in capitals", arn("ARN:aws:execute-api:us-east-1:123456789012:abcdef1234/prod" + path), "not the ARN"},
		{"an ARN with a space before it", arn(" " + prefix + path), "not the ARN"},
		{"an ARN with an empty API", arn("arn:aws:execute-api:us-east-1:123456789012:/prod/GET/orders/17"), "not the ARN"},
		{"an ARN with an empty stage", arn("arn:aws:execute-api:us-east-1:123456789012:abcdef1234//GET/orders/17"), "not the ARN"},
		{"an ARN of another account", arn("arn:aws:execute-api:us-east-1:999999999999:abcdef1234/prod/GET/orders/17"), "accountId differ"},
		{"an ARN of another API", arn("arn:aws:execute-api:us-east-1:123456789012:zzzzzz1234/prod/GET/orders/17"), "apiId differ"},
		{"an ARN of another stage", arn("arn:aws:execute-api:us-east-1:123456789012:abcdef1234/test/GET/orders/17"), "stage differ"},
		{"an ARN of another method", arn(prefix + "/DELETE/orders/17"), "httpMethod differ"},
		{"no account", edit(func(e map[string]any) { delete(inContext(e), "accountId") }), "accountId differ"},
		{"no API", edit(func(e map[string]any) { delete(inContext(e), "apiId") }), "apiId differ"},
		{"no stage", edit(func(e map[string]any) { delete(inContext(e), "stage") }), "stage differ"},

		{"the header in one map only", edit(func(e map[string]any) { delete(inMulti(e), "Authorization") }), "multiValueHeaders differ"},
		{"the header in the other map only", edit(func(e map[string]any) { delete(inHeaders(e), "Authorization") }), "multiValueHeaders differ"},
		{"the header without values in one map", edit(func(e map[string]any) { inMulti(e)["Authorization"] = []string{} }), "multiValueHeaders differ"},
		{"no multiValueHeaders", edit(func(e map[string]any) { delete(e, "multiValueHeaders") }), "multiValueHeaders differ"},
		{"no headers", edit(func(e map[string]any) { delete(e, "headers") }), "multiValueHeaders differ"},
		{"another token in each map", edit(func(e map[string]any) { inHeaders(e)["Authorization"] = "Bearer a.b.c" }), "multiValueHeaders differ"},
		{"another spelling in each map", edit(func(e map[string]any) {
			inHeaders(e)["authorization"] = inHeaders(e)["Authorization"]
			delete(inHeaders(e), "Authorization")
		}), "multiValueHeaders differ"},
		{"a second spelling in one map", edit(func(e map[string]any) { inHeaders(e)["AUTHORIZATION"] = "Bearer a.b.c" }), "multiValueHeaders differ"},

		{"a header with one value that is text", edit(func(e map[string]any) { inMulti(e)["Accept"] = "*/*" }), "wrong type"},
		{"a header with a value that is null", edit(func(e map[string]any) { inMulti(e)["Accept"] = []any{nil} }), "wrong type"},
		{"a header that is null", edit(func(e map[string]any) { inHeaders(e)["Accept"] = nil }), "wrong type"},
		{"a header with a list", edit(func(e map[string]any) { inHeaders(e)["Accept"] = []string{"*/*"} }), "wrong type"},
		{"a path that is a number", edit(func(e map[string]any) { e["path"] = 17 }), "wrong type"},
		{"an identity that is text", edit(func(e map[string]any) { inContext(e)["identity"] = "203.0.113.7" }), "wrong type"},
		{"a member twice", replaced(`"path": "/orders/17",`, `"path": "/menu", "path": "/orders/17",`), "member name repeated"},
		{"a header twice", replaced(`"Accept": "*/*",`, `"Authorization": "Bearer a.b.c",`), "member name repeated"},
		{"a resource in another case only", edit(func(e map[string]any) { e["Resource"] = e["resource"]; delete(e, "resource") }), "no resource"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := event.Decode(c.raw)
			wantError(t, err, access.EventUnreadable, c.detail)
		})
	}
}

func TestCredentialsRefusesMoreThanOneValueOfARESTAPI(t *testing.T) {
	const good = "Bearer " + fixtureToken
	for _, c := range []struct {
		name   string
		change func(e map[string]any)
	}{
		{"the same twice", func(e map[string]any) { inMulti(e)["Authorization"] = []string{good, good} }},
		{"another before it", func(e map[string]any) { inMulti(e)["Authorization"] = []string{"Bearer a.b.c", good} }},
		{"another behind it", func(e map[string]any) { inMulti(e)["Authorization"] = []string{good, "Bearer a.b.c"} }},
		{"an empty one beside it", func(e map[string]any) { inMulti(e)["Authorization"] = []string{"", good} }},
		{"in another spelling", func(e map[string]any) {
			inMulti(e)["authorization"], inHeaders(e)["authorization"] = []string{good}, good
		}},
		{"in a third spelling, empty", func(e map[string]any) {
			inMulti(e)["AUTHORIZATION"], inHeaders(e)["AUTHORIZATION"] = []string{""}, ""
		}},
		{"joined with a comma", func(e map[string]any) {
			both := good + ", Bearer a.b.c"
			inMulti(e)["Authorization"], inHeaders(e)["Authorization"] = []string{both}, both
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := restDecoded(t, c.change).Credentials()
			wantError(t, err, access.CredentialsMalformed, "more than one")
			if got != "" {
				t.Errorf("Credentials() = %q beside an error", got)
			}
		})
	}
}

func TestCredentialsOfARESTAPITakesEverySpellingOfTheHeader(t *testing.T) {
	for _, name := range []string{"authorization", "AUTHORIZATION", "aUThorization"} {
		got, err := restDecoded(t, func(e map[string]any) {
			delete(inHeaders(e), "Authorization")
			delete(inMulti(e), "Authorization")
			inHeaders(e)[name], inMulti(e)[name] = "Bearer a.b.c", []string{"Bearer a.b.c"}
		}).Credentials()
		if got != "a.b.c" || err != nil {
			t.Errorf("Credentials() of %s = %q, %v", name, got, err)
		}
	}
}

func TestCredentialsOfARESTAPIMissesTheToken(t *testing.T) {
	for name, change := range map[string]func(e map[string]any){
		"without the header": func(e map[string]any) {
			delete(inHeaders(e), "Authorization")
			delete(inMulti(e), "Authorization")
		},
		"with an empty one": func(e map[string]any) {
			inHeaders(e)["Authorization"], inMulti(e)["Authorization"] = "", []string{""}
		},
		"without headers": func(e map[string]any) { e["headers"], e["multiValueHeaders"] = nil, nil },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := restDecoded(t, change).Credentials()
			wantError(t, err, access.TokenMissing, "")
		})
	}
}

func restCheckPath(t *testing.T, resource, path, contextPath string) error {
	t.Helper()
	return restDecoded(t, func(e map[string]any) {
		e["resource"], inContext(e)["resourcePath"] = resource, resource
		e["path"], inContext(e)["path"] = path, contextPath
		if contextPath == "" {
			delete(inContext(e), "path")
		}
	}).CheckPath()
}

func TestCheckPathOfARESTAPILetsPass(t *testing.T) {
	for _, c := range []struct{ name, resource, path, contextPath string }{
		{"behind the stage", "/orders/{id}", "/orders/17", "/prod/orders/17"},
		{"behind a domain without a base path", "/orders/{id}", "/orders/17", "/orders/17"},
		{"behind a domain with a base path", "/orders/{id}", "/shop/orders/17", "/shop/orders/17"},
		{"behind a base path of two segments and the stage", "/orders/{id}", "/a/b/prod/orders/17", "/a/b/prod/orders/17"},
		{"where the gateway leaves the other path out", "/orders/{id}", "/orders/17", ""},
		{"with an escape as it was sent", "/files/{name}", "/files/a%20b", "/prod/files/a%20b"},
		{"with an escape in the path only", "/files/{name}", "/files/%C3%BC", "/prod/files/ü"},
		{"with an encoded percent sign", "/files/{name}", "/files/50%25", "/prod/files/50%25"},
		{"the root behind the stage", "/", "/", "/prod/"},
		{"the root behind the stage without its slash", "/", "/", "/prod"},
		{"the root of a domain", "/", "/", "/"},
		{"the root behind a base path", "/", "/shop", "/shop"},
		{"the root behind a base path with its slash", "/", "/shop/", "/shop/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := restCheckPath(t, c.resource, c.path, c.contextPath); err != nil {
				t.Errorf("CheckPath() of %q and %q = %v, want nil", c.path, c.contextPath, err)
			}
		})
	}
}

func TestCheckPathOfARESTAPIRefuses(t *testing.T) {
	for _, c := range []struct{ name, path, contextPath string }{
		{"the slash that the gateway passes on", "/orders/17/", "/prod/orders/17/"},
		{"a slash in the path only", "/orders/17/", "/prod/orders/17"},
		{"a slash in the other path only", "/orders/17", "/prod/orders/17/"},
		{"a slash where the other path is left out", "/orders/17/", ""},
		{"an encoded slash", "/orders%2f17", "/prod/orders%2f17"},
		{"an encoded slash in the other path only", "/orders/17", "/prod%2forders/17"},
		{"an encoded backslash", "/orders%5C17", "/prod/orders%5C17"},
		{"a double slash", "//orders/17", "/prod//orders/17"},
		{"two dots", "/menu/../orders/17", "/prod/menu/../orders/17"},
		{"two encoded dots", "/menu/%2e%2e/orders/17", "/prod/menu/%2e%2e/orders/17"},
		{"an encoded NUL", "/orders/17%00", "/prod/orders/17%00"},
		{"a slash encoded twice", "/orders%252f17", "/prod/orders%252f17"},
		{"an encoded question mark", "/orders/17%3Fadmin=true", "/prod/orders/17%3Fadmin=true"},
		{"an encoded number sign", "/orders/17%23x", "/prod/orders/17%23x"},
		{"an encoded question mark in the other path only", "/orders/17", "/prod%3F/orders/17"},
		{"another path", "/orders/17", "/prod/orders/18"},
		{"a longer path", "/prod/orders/17", "/orders/17"},
		{"a path that ends within a segment", "/ders/17", "/prod/orders/17"},
		{"the root", "/", "/prod/orders/17"},
		{"a path in another case", "/Orders/17", "/prod/orders/17"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantError(t, restCheckPath(t, "/orders/{id}", c.path, c.contextPath), access.PathNotCanonical, "")
		})
	}
}
