//go:build localcloud

package browser

import (
	"encoding/json"
	"net/url"
	"testing"
)

func TestWhoNeverSignedInIsSignedOut(t *testing.T) {
	site.serve(t, httpApi(), read, write)
	b := newTab(t)
	b.open(site.origin + "/")
	if got := b.text(`document.querySelector("#who").textContent`); got != "Nobody is signed in." {
		t.Errorf("the page says %q", got)
	}
	if status, body := b.press("GET /menu"); status != "200" {
		t.Errorf("the public route shows %s %s, want 200", status, body)
	}
	if got := b.exchange.to(pool.url); len(got) != 0 {
		t.Errorf("a page that nobody signs in to asked the user pool %v", got)
	}
}

func TestPeopleSignInAtThePoolAndCallTheApi(t *testing.T) {
	for name, api := range both() {
		t.Run(name, func(t *testing.T) {
			site.serve(t, api, read, write)
			b := newTab(t)
			b.signIn(staff)
			for route, want := range map[string]string{
				"GET /menu":         "GET /menu",
				"GET /orders/17":    "GET /orders/{id}",
				"POST /orders":      "POST /orders",
				"DELETE /orders/17": "DELETE /orders/{id}",
			} {
				status, body := b.press(route)
				var told struct {
					Route  string
					Caller struct{ Kind, Identity, Sub string }
				}
				if err := json.Unmarshal([]byte(body), &told); err != nil || status != "200" || told.Route != want {
					t.Errorf("%s shows %s %s, want 200 from %s", route, status, body, want)
				}
				if want != "GET /menu" && (told.Caller.Kind != "person" || told.Caller.Identity != "Users" || told.Caller.Sub == "") {
					t.Errorf("%s tells the backend of %+v, want a person of Users", route, told.Caller)
				}
			}
		})
	}
}

func TestTheSignInUsesPKCE(t *testing.T) {
	site.serve(t, httpApi(), read, write)
	b := newTab(t)
	b.begin()
	begun, err := url.Parse(b.exchange.to(pool.url + "/oauth2/authorize")[0].url)
	if err != nil {
		t.Fatal(err)
	}
	query := begun.Query()
	for name, want := range map[string]string{
		"response_type": "code", "code_challenge_method": "S256", "redirect_uri": site.origin + "/",
		"client_id": outputs[httpStack]["ClientId"], "scope": read + " " + write,
	} {
		if got := query.Get(name); got != want {
			t.Errorf("the page asks with %s %q, want %q", name, got, want)
		}
	}
	// 43 characters: 32 bytes (RFC 7636, section 4.2).
	if len(query.Get("code_challenge")) != 43 || len(query.Get("state")) != 43 {
		t.Errorf("challenge %q or state %q is short", query.Get("code_challenge"), query.Get("state"))
	}
	if query.Has("code_verifier") || query.Has("client_secret") {
		t.Error("the page sends a secret along")
	}
	first := query
	b.begin()
	all := b.exchange.to(pool.url + "/oauth2/authorize")
	again, err := url.Parse(all[len(all)-1].url)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state", "code_challenge"} {
		if again.Query().Get(name) == first.Get(name) {
			t.Errorf("a second sign-in has the %s of the first", name)
		}
	}
}

func TestAWrongPasswordLeadsNowhere(t *testing.T) {
	site.serve(t, httpApi(), read, write)
	b := newTab(t)
	b.begin()
	wrong := guest
	wrong.Password = "not-" + wrong.Password
	b.fillIn(wrong)
	b.wait("the form is there again", `location.pathname === "/login" && document.querySelector("input[name=password]") !== null`)
	if code := b.exchange.code(site.origin); code != "" {
		t.Error("a wrong password got a code")
	}
}

func TestWhoSignsOutHasNoToken(t *testing.T) {
	site.serve(t, restApi(), read, write)
	b := newTab(t)
	b.signIn(guest)
	b.try(`document.querySelector("#sign-out").click()`)
	b.wait("nobody is signed in", isReady+` && document.querySelector("#who").textContent === "Nobody is signed in."`)
	if status, body := b.press("GET /orders/17"); status != "401" {
		t.Errorf("after signing out the page shows %s %s, want 401", status, body)
	}
}
