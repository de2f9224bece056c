//go:build localcloud

package assembly_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/internal/assembly"
	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/internal/pkce"
	"github.com/scopeway/scopeway/test/internal/upstream"
)

// world is the local cloud with testdata/apis.template.json, adapted: a REST
// API, an HTTP API and a user pool, with an authorizer of a few lines that
// takes the token "good".
type world struct {
	cloud   *localcloud.Cloud
	server  *upstream.Server
	outputs localcloud.Outputs
	changes []string
}

func (w *world) output(t *testing.T, name string) string {
	t.Helper()
	value, err := w.outputs.Output("Apis", name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func deployed(t *testing.T) *world {
	t.Helper()
	w, err := new(world), error(nil)
	if w.cloud, err = localcloud.Start(t.Context(), localcloud.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.cloud.Stop() })
	if w.server, err = upstream.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.server.Close() })

	template, err := os.ReadFile(filepath.Join("testdata", "apis.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	from, to := filepath.Join(w.cloud.Dir(), "original"), filepath.Join(w.cloud.Dir(), "adapted")
	if err := os.Mkdir(from, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Apis.template.json": strings.ReplaceAll(string(template), "{upstream}", w.server.URL()),
		"manifest.json": fmt.Sprintf(`{"version":"36.0.0","artifacts":{"Apis":{"type":"aws:cloudformation:stack",
			"environment":"aws://%s/%s","properties":{"templateFile":"Apis.template.json"}}}}`, localcloud.Account, localcloud.Region),
	} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if w.changes, err = assembly.Adapt(from, to); err != nil {
		t.Fatal(err)
	}
	if w.outputs, err = w.cloud.Deploy(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if apis, err := w.cloud.ApplyCORS(t.Context()); err != nil || apis != 1 {
		t.Fatalf("ApplyCORS = %d, %v, want one API", apis, err)
	}
	return w
}

func TestTheLocalCloudServesAnAdaptedAssembly(t *testing.T) {
	w := deployed(t)
	t.Run("every gap is filled", w.testChanges)
	t.Run("a REST API answers by its authorizer and its gateway responses", w.testREST)
	t.Run("a server behind an API is told of the caller and of no forged one", w.testUpstream)
	t.Run("a custom domain leads to its API", w.testDomains)
	t.Run("an HTTP API answers preflight requests", w.testCORS)
	t.Run("a person signs in to a page", w.testSignIn)
}

func (w *world) testChanges(t *testing.T) {
	want := []string{
		"Branding is taken out (AWS::Cognito::ManagedLoginBranding)",
		"GetPrivate is taken out (AWS::ApiGateway::Method)",
		"HttpLink is taken out (AWS::ApiGatewayV2::VpcLink)",
		"HttpPrivate is taken out (AWS::ApiGatewayV2::Route)",
		"HttpPrivateIntegration is taken out (AWS::ApiGatewayV2::Integration)",
		"Link is taken out (AWS::ApiGateway::VpcLink)",
		"AnyOrder goes through the function AnyOrderRelay",
		"GetMenu goes through the function GetMenuRelay",
		"HttpMenuIntegration has its base path in the URL",
		"HttpOrderIntegration is told of the caller in the local cloud's words",
		"RestAuthorizer does not cache",
	}
	for i := range want {
		want[i] = "Apis: " + want[i]
	}
	if !slices.Equal(w.changes, want) {
		t.Errorf("Adapt = %q, want %q", w.changes, want)
	}
}

func (w *world) send(t *testing.T, r localcloud.Request) localcloud.Answer {
	t.Helper()
	answer, err := w.cloud.Send(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (w *world) testREST(t *testing.T) {
	for _, c := range []struct {
		method, path, token string
		status              int
		challenge, body     string
	}{
		{"GET", "/orders/7", "", 401, "Bearer", `{"message":"unauthorized"}`},
		{"GET", "/orders/7", "bad", 401, "Bearer", `{"message":"unauthorized"}`},
		{"GET", "/orders/7", "denied", 403, "Bearer", `{"message":"access_denied"}`},
		{"PUT", "/orders/7", "good", 200, "", ""},
		{"GET", "/menu", "bad", 200, "", ""},
		{"PUT", "/menu", "good", 403, "", `{"message":"Missing Authentication Token"}`},
		{"GET", "/nothing", "good", 403, "", `{"message":"Missing Authentication Token"}`},
		{"OPTIONS", "/orders/7", "", 204, "", ""},
	} {
		header := http.Header{}
		if c.token != "" {
			header.Set("Authorization", c.token)
		}
		answer := w.send(t, localcloud.Request{API: w.output(t, "Rest"), Stage: "prod", Method: c.method, Path: c.path, Header: header})
		if answer.Status != c.status || answer.Header.Get("WWW-Authenticate") != c.challenge || c.body != "" && string(answer.Body) != c.body {
			t.Errorf("%s %s with %q = %d %v %s, want %d %q %s", c.method, c.path, c.token, answer.Status, answer.Header, answer.Body, c.status, c.challenge, c.body)
		}
		if origin := answer.Header.Get("Access-Control-Allow-Origin"); (c.challenge != "" || c.method == "OPTIONS") != (origin == "https://one.example") {
			t.Errorf("%s %s with %q allows the origin %q", c.method, c.path, c.token, origin)
		}
	}
	response, err := http.Get(w.cloud.URL(w.output(t, "Rest"), "prod") + "/menu")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("GET of the stage's URL = %d, want 200", response.StatusCode)
	}
	w.server.Take()
}

func (w *world) testUpstream(t *testing.T) {
	for _, c := range []struct{ api, stage, path, wantPath, caller, authorization string }{
		{"Rest", "prod", "/orders/a%20b?q=1", "/orders/a%20b?q=1", "verified", "removed"},
		{"Rest", "prod", "/menu", "/menu", "public", "removed"},
		{"Http", "", "/orders/7?q=1", "/base/orders/7?q=1", "verified", "good"},
		{"Http", "", "/menu", "/base/menu", "public", "good"},
	} {
		for _, forged := range []string{"ScopewayCaller", "scopewaycaller", "SCOPEWAYCALLER"} {
			header := http.Header{forged: {"forged"}, "Authorization": {"good"}}
			answer := w.send(t, localcloud.Request{API: w.output(t, c.api), Stage: c.stage, Method: "GET", Path: c.path, Header: header})
			requests := w.server.Take()
			if answer.Status != 200 || len(requests) != 1 {
				t.Errorf("%s %s = %d with %d requests to the server: %s", c.api, c.path, answer.Status, len(requests), answer.Body)
				continue
			}
			got := requests[0]
			callers := got.Header.Values("ScopewayCaller")
			if got.Path != c.wantPath || !slices.Equal(callers, []string{c.caller}) || got.Header.Get("Authorization") != c.authorization {
				t.Errorf("%s %s with a forged %s: the server was sent %+v", c.api, c.path, forged, got)
			}
			var answered upstream.Request
			if err := json.Unmarshal(answer.Body, &answered); err != nil || answered.Path != c.wantPath {
				t.Errorf("%s %s is answered %s, want the server's answer", c.api, c.path, answer.Body)
			}
		}
	}
}

func (w *world) testDomains(t *testing.T) {
	for domain, want := range map[string]string{"rest.example.com": "/menu", "http.example.com": "/base/menu"} {
		answer := w.send(t, localcloud.Request{Domain: domain, Method: "GET", Path: "/menu"})
		requests := w.server.Take()
		if answer.Status != 200 || len(requests) != 1 || requests[0].Path != want {
			t.Errorf("GET /menu of %s = %d, the server was sent %+v, want %s", domain, answer.Status, requests, want)
		}
	}
}

func (w *world) testCORS(t *testing.T) {
	for origin, allowed := range map[string]bool{"https://one.example": true, "https://two.example": true, "https://three.example": false} {
		header := http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"GET"}}
		preflight := w.send(t, localcloud.Request{API: w.output(t, "Http"), Method: "OPTIONS", Path: "/orders/7", Header: header})
		menu := w.send(t, localcloud.Request{API: w.output(t, "Http"), Method: "GET", Path: "/menu", Header: header})
		for _, answer := range []localcloud.Answer{preflight, menu} {
			if got := answer.Header.Get("Access-Control-Allow-Origin"); (got == origin) != allowed {
				t.Errorf("page of %s is answered %d with the origin %q, want allowed: %v", origin, answer.Status, got, allowed)
			}
		}
	}
	w.server.Take()
}

func (w *world) testSignIn(t *testing.T) {
	user := localcloud.User{Name: "ada", Password: "Correct-horse-9", Groups: []string{"staff"}}
	if err := w.cloud.AddUser(t.Context(), w.output(t, "Pool"), user); err != nil {
		t.Fatal(err)
	}
	page := pkce.Client{AuthorizationURL: w.cloud.AuthorizationEndpoint(), TokenURL: w.cloud.TokenEndpoint(),
		ID: w.output(t, "Page"), RedirectURL: "http://localhost:9999/callback"}
	tokens, err := page.SignIn(t.Context(), user.Name, user.Password, "openid", "orders/read")
	if err != nil {
		t.Fatal(err)
	}
	claims := claimsOf(t, tokens.Access)
	if claims["token_use"] != "access" || claims["client_id"] != page.ID || claims["username"] != user.Name ||
		claims["scope"] != "openid orders/read" || fmt.Sprint(claims["cognito:groups"]) != "[staff]" || claims["auth_time"] == nil {
		t.Errorf("access token has %v", claims)
	}
	if claims := claimsOf(t, tokens.ID); claims["token_use"] != "id" || claims["aud"] != page.ID {
		t.Errorf("ID token has %v", claims)
	}
	if _, err := page.Renew(t.Context(), tokens.Refresh); err != nil {
		t.Error(err)
	}

	elsewhere := page
	elsewhere.RedirectURL = "http://localhost:9998/callback"
	for name, c := range map[string]struct {
		err  error
		want pkce.Refused
	}{
		"a wrong password":              {signIn(t.Context(), page, user.Name, "wrong", "openid"), pkce.Refused{Step: "login", Status: 200}},
		"a stranger":                    {signIn(t.Context(), page, "eve", user.Password, "openid"), pkce.Refused{Step: "login", Status: 200}},
		"a scope the page may not have": {signIn(t.Context(), page, user.Name, user.Password, "orders/write"), pkce.Refused{Step: "authorize", Status: 302, Code: "invalid_request"}},
		"another callback URL":          {signIn(t.Context(), elsewhere, user.Name, user.Password, "openid"), pkce.Refused{Step: "authorize", Status: 400, Code: "invalid_request"}},
		"another verifier":              {w.stolenCode(t, page, user), pkce.Refused{Step: "token", Status: 400, Code: "invalid_grant"}},
	} {
		if refused := new(pkce.Refused); !errors.As(c.err, &refused) || *refused != c.want {
			t.Errorf("%s = %v, want %v", name, c.err, &c.want)
		}
	}
}

func signIn(ctx context.Context, client pkce.Client, name, password string, scopes ...string) error {
	_, err := client.SignIn(ctx, name, password, scopes...)
	return err
}

// stolenCode exchanges a person's code as somebody who does not know the
// verifier.
func (w *world) stolenCode(t *testing.T, client pkce.Client, user localcloud.User) error {
	login, err := client.Begin(t.Context(), "openid")
	if err != nil {
		return err
	}
	code, err := login.Submit(t.Context(), user.Name, user.Password)
	if err != nil {
		return err
	}
	login.Verifier = strings.Repeat("x", 43)
	_, err = login.Exchange(t.Context(), code)
	return err
}

func claimsOf(t *testing.T, token string) (claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("token does not have three parts")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(text, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims
}
