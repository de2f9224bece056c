package event_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
)

const stageARN = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod"

// restRouted is rest-orders.json for another method and resource.
func restRouted(t testing.TB, method, resource string) *event.Request {
	t.Helper()
	return restDecoded(t, func(e map[string]any) {
		e["httpMethod"], inContext(e)["httpMethod"] = method, method
		e["resource"], inContext(e)["resourcePath"] = resource, resource
		e["methodArn"] = stageARN + "/" + method + "/orders/*/../?"
	})
}

func TestPolicyResourceComesFromTheTemplate(t *testing.T) {
	for _, c := range []struct{ method, resource, route, want string }{
		{"GET", "/orders/{id}", "GET /orders/{id}", "/GET/orders/*"},
		{"DELETE", "/orders/{id}", "ANY /orders/{id}", "/DELETE/orders/*"},
		{"GET", "/", "GET /", "/GET/"},
		{"GET", "/menu", "GET /menu", "/GET/menu"},
		{"PUT", "/files/{path+}", "PUT /files/{path+}", "/PUT/files/*"},
		{"GET", "/{proxy+}", "ANY /{proxy+}", "/GET/*"},
		{"GET", "/shops/{shop}/orders/{id}", "GET /shops/{shop}/orders/{id}", "/GET/shops/*/orders/*"},
		{"POST", "/v1.2/a-b_c:d", "POST /v1.2/a-b_c:d", "/POST/v1.2/a-b_c:d"},
		{"GET", "/unknown/{id}", "", "/GET/*"},
	} {
		got, err := restRouted(t, c.method, c.resource).PolicyResource(c.route)
		if err != nil || got != stageARN+c.want {
			t.Errorf("PolicyResource(%q) of %s = %q, %v, want %q", c.route, c.method, got, err, stageARN+c.want)
		}
	}
}

func TestPolicyResourceKeepsThePartition(t *testing.T) {
	for _, prefix := range []string{"arn:aws-cn:execute-api:cn-north-1:123456789012:", "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:"} {
		got, err := restDecoded(t, func(e map[string]any) {
			e["methodArn"] = prefix + "abcdef1234/prod/GET/orders/17"
		}).PolicyResource("GET /orders/{id}")
		if want := prefix + "abcdef1234/prod/GET/orders/*"; err != nil || got != want {
			t.Errorf("PolicyResource = %q, %v, want %q", got, err, want)
		}
	}
}

func TestPolicyResourceRefuses(t *testing.T) {
	long := "/" + strings.Repeat("a", 500)
	for _, c := range []struct{ name, method, resource, route string }{
		{"another method's route", "GET", "/orders/{id}", "DELETE /orders/{id}"},
		{"another resource's route", "GET", "/orders/{id}", "GET /menu"},
		{"a route with another variable", "GET", "/orders/{id}", "GET /orders/{order}"},
		{"the default route", "GET", "/orders/{id}", "$default"},
		{"a resource with a star", "GET", "/orders/*", "GET /orders/*"},
		{"a resource with a question mark", "GET", "/orders/?", "GET /orders/?"},
		{"a resource with a variable of IAM's", "GET", "/orders/${aws:username}", "GET /orders/${aws:username}"},
		{"a resource with a slash more", "GET", "/orders/", "GET /orders/"},
		{"a resource without a slash", "GET", "orders", "GET orders"},
		{"more than 512 characters", "GET", long, "GET " + long},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := restRouted(t, c.method, c.resource).PolicyResource(c.route)
			wantError(t, err, access.Misconfigured, "")
			if got != "" {
				t.Errorf("PolicyResource = %q beside an error", got)
			}
		})
	}
}

func TestPolicyResourceTakes512Characters(t *testing.T) {
	resource := "/" + strings.Repeat("a", 512-len(stageARN+"/GET/"))
	got, err := restRouted(t, "GET", resource).PolicyResource("GET " + resource)
	if err != nil || len(got) != 512 {
		t.Errorf("PolicyResource has %d characters, %v, want 512", len(got), err)
	}
	if _, err = restRouted(t, "GET", resource+"a").PolicyResource("GET " + resource + "a"); err == nil {
		t.Error("PolicyResource of 513 characters = nil, want an error")
	}
}

func TestAnHTTPAPIHasNoPolicy(t *testing.T) {
	r, err := event.Decode(fixture(t, "orders.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.PolicyResource(r.RouteKey); got != "" || err != nil {
		t.Errorf("PolicyResource = %q, %v, want none", got, err)
	}
}

func TestAnAnswerToARESTAPIIsAPolicy(t *testing.T) {
	const resource = stageARN + "/GET/orders/*"
	for _, c := range []struct {
		name   string
		answer event.Answer
		want   string
	}{
		{"a yes",
			event.Answer{IsAuthorized: true, Resource: resource, Context: event.Context{
				Subject: "<a&b>", ClientID: "billing", Scope: "orders/read", Issuer: "https://issuer.example.com", ExpiresAt: 1790000000,
				Identity: "Users", Kind: "machine", Table: "00ff", DecisionID: "4f0c", Caller: "eyJ9"}},
			`{"principalId":"<a&b>","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"` + resource + `"}]},` +
				`"context":{"sub":"<a&b>","client_id":"billing","scope":"orders/read","iss":"https://issuer.example.com","identity":"Users","kind":"machine","table":"00ff","decision_id":"4f0c","caller":"eyJ9","exp":"1790000000"}}`},
		{"a no",
			event.Answer{Resource: resource, Context: event.Context{DecisionID: "4f0c"}},
			`{"principalId":"nobody","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"` + resource + `"}]},"context":{"decision_id":"4f0c"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var text strings.Builder
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(c.answer); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(text.String()); got != c.want {
				t.Errorf("answer = %s\nwant     %s", got, c.want)
			}
		})
	}
}

// FuzzREST reads odd events of REST APIs with one path of the client's in them.
func FuzzREST(f *testing.F) {
	for _, path := range []string{"/orders/17", "/orders/*", "/orders/?", "/GET/x:y", "/a%2f*", `/"},{"Effect":"Allow`} {
		f.Add("GET", "/orders/{id}", path, "authorization", "Bearer a.b.c")
	}
	f.Add("ANY", "/{proxy+}", "/x", "Authorization", "Bearer a.b.c,Bearer d.e.f")
	f.Fuzz(func(t *testing.T, method, resource, path, header, value string) {
		raw := restEdited(t, func(e map[string]any) {
			e["httpMethod"], inContext(e)["httpMethod"] = method, method
			e["resource"], inContext(e)["resourcePath"] = resource, resource
			e["path"], inContext(e)["path"] = path, "/prod"+path
			e["methodArn"] = stageARN + "/" + method + path
			inHeaders(e)[header], inMulti(e)[header] = value, []string{value}
		})
		r, err := event.Decode(raw)
		if err != nil {
			wantError(t, err, access.EventUnreadable, "")
			return
		}
		for _, route := range append(r.RouteKeys(), "") {
			got, err := r.PolicyResource(route)
			if err != nil {
				wantError(t, err, access.Misconfigured, "")
				continue
			}
			// Only the template may say what is in there, and it has one path.
			again := restRouted(t, method, resource)
			if want, err := again.PolicyResource(route); err != nil || got != want || len(got) > 512 && route != "" {
				t.Errorf("PolicyResource(%q) with the path %q = %q, want %q, %v", route, path, got, want, err)
			}
			if strings.ContainsAny(got, "?$%\"\\ {}") || strings.Contains(strings.ReplaceAll(got, "/*", ""), "*") {
				t.Errorf("PolicyResource(%q) = %q", route, got)
			}
		}
		var typed *event.Error
		if err := r.CheckPath(); err != nil && (!errors.As(err, &typed) || typed.Reason != access.PathNotCanonical) {
			t.Errorf("CheckPath() = %v", err)
		}
		// The event has one good header of its own.
		if token, err := r.Credentials(); (token == "") != (err != nil) || token != "" && token != fixtureToken && header != "Authorization" {
			t.Errorf("Credentials() = %q, %v", token, err)
		}
	})
}
