package server

import (
	"crypto/rand"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Callback is where a person who signed in is sent back to; nobody is there.
const Callback = "https://website.example.com/callback"

// DefaultScopes are the client scopes that the console gives a new client.
var DefaultScopes = []string{"basic", "profile", "email", "roles", "web-origins", "acr"}

// Website makes a client at which people sign in, with the scopes that a client
// has by default, and these on request.
func (r *Realm) Website(t testing.TB, id string, optional ...string) Client {
	t.Helper()
	return r.Client(t, id, map[string]any{
		"standardFlowEnabled": true, "directAccessGrantsEnabled": true, "serviceAccountsEnabled": false, "fullScopeAllowed": true,
		"redirectUris": []string{Callback}, "defaultClientScopes": DefaultScopes, "optionalClientScopes": optional,
	})
}

var form = regexp.MustCompile(`action="([^"]+)"`)

// SignIn signs a person in with the form that a browser shows, and gets the
// tokens (OpenID Connect Core, section 3.1).
func (r *Realm) SignIn(t testing.TB, c Client, name, password, scope string) Tokens {
	t.Helper()
	cookies := map[string]string{} // by hand: they are Secure, and loopback has no https
	visit := func(method, address string, values url.Values) (*http.Response, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(values.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if values != nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for name, value := range cookies {
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		response, err := r.Server.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		page, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
		if err != nil {
			t.Fatal(err)
		}
		for _, cookie := range response.Cookies() {
			cookies[cookie.Name] = cookie.Value
		}
		return response, string(page)
	}
	_, page := visit(http.MethodGet, r.Issuer()+"/protocol/openid-connect/auth?"+url.Values{
		"response_type": {"code"}, "client_id": {c.ID}, "redirect_uri": {Callback}, "scope": {scope}, "nonce": {rand.Text()},
	}.Encode(), nil)
	action := form.FindStringSubmatch(page)
	if action == nil {
		t.Fatal("the page for signing in has no form")
	}
	response, _ := visit(http.MethodPost, html.UnescapeString(action[1]), url.Values{"username": {name}, "password": {password}})
	location, err := response.Location()
	if err != nil || location.Query().Get("code") == "" {
		t.Fatalf("sign-in = status %d, without a code: %v", response.StatusCode, err)
	}
	return r.Ask(t, c, url.Values{"grant_type": {"authorization_code"}, "code": {location.Query().Get("code")}, "redirect_uri": {Callback}}, nil)
}

// Refresh gets new tokens for a refresh token.
func (r *Realm) Refresh(t testing.TB, c Client, refresh string) Tokens {
	t.Helper()
	return r.Ask(t, c, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}, nil)
}
