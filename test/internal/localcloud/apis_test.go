package localcloud

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestARequestToAStageHasItInThePath(t *testing.T) {
	var got *http.Request
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, "no")
	})
	answer, err := c.Send(context.Background(), Request{API: "abc123", Stage: "prod", Method: "PUT", Path: "/orders/a%2Fb?c=d",
		Header: http.Header{"scopewaycaller": {"forged"}}, Body: "x"})
	if err != nil || answer.Status != 401 || answer.Header.Get("WWW-Authenticate") != "Bearer" || string(answer.Body) != "no" {
		t.Fatalf("Send = %+v, %v, want the server's answer", answer, err)
	}
	if !strings.HasPrefix(got.Host, "abc123.execute-api.localhost:") || got.RequestURI != "/prod/orders/a%2Fb?c=d" || got.Header.Get("ScopewayCaller") != "forged" {
		t.Errorf("Send sent %s %s to %s", got.Method, got.RequestURI, got.Host)
	}
}

func TestARequestToADomainNamesNoAPI(t *testing.T) {
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host+r.RequestURI) })
	answer, err := c.Send(context.Background(), Request{Domain: "api.example.com", Method: "GET", Path: "/menu"})
	if err != nil || string(answer.Body) != "api.example.com/menu" {
		t.Errorf("Send went to %s, %v, want the domain", answer.Body, err)
	}
}

func TestAStageHasAURLForBrowsers(t *testing.T) {
	c := &Cloud{port: 1}
	for stage, want := range map[string]string{
		"prod":     "http://127.0.0.1:1/_aws/execute-api/abc123/prod",
		"$default": "http://127.0.0.1:1/_aws/execute-api/abc123/$default",
	} {
		if got := c.URL("abc123", stage); got != want {
			t.Errorf("URL = %q, want %q", got, want)
		}
	}
}

func TestCORSIsAppliedToEveryAPIThatHasIt(t *testing.T) {
	applied := map[string]any{}
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "/apigateway/") {
			t.Error("request does not name the service")
		}
		switch {
		case r.Method == http.MethodPatch:
			var body map[string]any
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			applied[r.URL.Path] = body["corsConfiguration"]
			io.WriteString(w, "{}")
		case r.FormValue("nextToken") == "":
			io.WriteString(w, `{"items":[{"apiId":"a","corsConfiguration":{"AllowOrigins":["*"],"MaxAge":5}},{"apiId":"b"}],"nextToken":"2"}`)
		default:
			io.WriteString(w, `{"items":[{"apiId":"c","corsConfiguration":{"allowOrigins":["x"]}},{"apiId":"d","corsConfiguration":{}}]}`)
		}
	})
	apis, err := c.ApplyCORS(context.Background())
	want := map[string]any{
		"/v2/apis/a": map[string]any{"allowOrigins": []any{"*"}, "maxAge": 5.0},
		"/v2/apis/c": map[string]any{"allowOrigins": []any{"x"}},
	}
	if err != nil || apis != 2 || !reflect.DeepEqual(applied, want) {
		t.Errorf("ApplyCORS = %d, %v, applied %v, want %v", apis, err, applied, want)
	}
}

func TestCORSThatCannotBeAppliedIsAnError(t *testing.T) {
	for _, handler := range []http.HandlerFunc{
		answers(500, `{"message":"no"}`),
		answers(404, `<html>`),
		answers(200, `<html>`),
		func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			io.WriteString(w, `{"items":[{"apiId":"a","corsConfiguration":{"AllowOrigins":["*"]}}]}`)
		},
	} {
		if apis, err := fakeCloud(t, handler).ApplyCORS(context.Background()); err == nil {
			t.Errorf("ApplyCORS = %d, want an error", apis)
		}
	}
}

func TestAUserIsMadeWithAPasswordAndGroups(t *testing.T) {
	var operations []string
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body["UserPoolId"] != "pool" || body["Username"] != "ada" {
			t.Errorf("%s has %v, %v", operation, body, err)
		}
		for _, member := range []string{"Password", "GroupName"} {
			if value, ok := body[member].(string); ok {
				operation += " " + value
			}
		}
		operations = append(operations, operation)
		io.WriteString(w, "{}")
	})
	err := c.AddUser(context.Background(), "pool", User{Name: "ada", Password: "secret", Groups: []string{"staff", "admins"}})
	want := []string{"AdminCreateUser", "AdminSetUserPassword secret", "AdminAddUserToGroup staff", "AdminAddUserToGroup admins"}
	if err != nil || !reflect.DeepEqual(operations, want) {
		t.Errorf("AddUser = %v with %q, want %q", err, operations, want)
	}
}

func TestAUserWhoIsRefusedIsAnErrorWithoutThePassword(t *testing.T) {
	for refused := range 3 {
		c := fakeCloud(t, func(w http.ResponseWriter, _ *http.Request) {
			if refused--; refused < 0 {
				w.WriteHeader(http.StatusBadRequest)
			}
			io.WriteString(w, `{"__type":"UsernameExistsException"}`)
		})
		err := c.AddUser(context.Background(), "pool", User{Name: "ada", Password: "secret", Groups: []string{"staff"}})
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("AddUser = %v, want an error without the password", err)
		}
	}
}

func TestAClientIsReadFromItsUserPool(t *testing.T) {
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body["UserPoolId"] != "pool" || body["ClientId"] != "client" {
			t.Errorf("%s has %v, %v", r.Header.Get("X-Amz-Target"), body, err)
		}
		io.WriteString(w, `{"UserPoolClient":{"ClientId":"client","ClientSecret":"secret"}}`)
	})
	if client, err := c.UserPoolClient(context.Background(), "pool", "client"); err != nil || client != (Client{ID: "client", Secret: "secret"}) {
		t.Errorf("UserPoolClient = %v, %v", client.ID, err)
	}
	for _, answer := range []http.HandlerFunc{
		answers(400, `{"__type":"ResourceNotFoundException"}`),
		answers(200, `{"UserPoolClient":{"ClientId":"client"}}`),
		answers(200, `{}`),
	} {
		if _, err := fakeCloud(t, answer).UserPoolClient(context.Background(), "pool", "client"); err == nil {
			t.Error("UserPoolClient = nil, want an error")
		}
	}
}
