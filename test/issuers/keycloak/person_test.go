//go:build keycloak

package keycloak

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

// person makes a person and returns the password.
func person(t *testing.T, r *server.Realm, name string) string {
	t.Helper()
	password := rand.Text()
	r.Person(t, name, password)
	return password
}

func TestAPersonsAccessTokenIsTakenAndOtherTokensAreNot(t *testing.T) {
	r, d := shop(t)
	website := r.Website(t, "website", "read", "offline_access")
	password := person(t, r, "alice")
	tokens := r.SignIn(t, website, "alice", password, "openid read")
	line := d.Expect(t, door.Read, tokens.AccessToken, access.Allowed)
	if line.ClientID != "website" || line.Subject == "" || line.Subject == "alice" {
		t.Errorf("audit line has %+v, want the website and an opaque subject", line.Verified)
	}
	d.Expect(t, door.People, tokens.AccessToken, access.Allowed)
	d.Expect(t, door.Machines, tokens.AccessToken, access.ClaimUnmet)
	d.Expect(t, door.Write, tokens.AccessToken, access.ScopeMissing)
	d.Expect(t, door.SignedIn, tokens.IDToken, access.TypeRefused)
	d.Expect(t, door.SignedIn, tokens.RefreshToken, access.AlgorithmRefused)

	again := r.Refresh(t, website, tokens.RefreshToken)
	d.Expect(t, door.People, again.AccessToken, access.Allowed)
	d.Expect(t, door.SignedIn, again.IDToken, access.TypeRefused)

	offline := r.SignIn(t, website, "alice", password, "openid read offline_access")
	if _, payload := claims(t, offline.RefreshToken); payload["typ"] != "Offline" {
		t.Errorf("typ = %v, want Offline", payload["typ"])
	}
	d.Expect(t, door.SignedIn, offline.RefreshToken, access.AlgorithmRefused)
	d.Expect(t, door.People, r.Refresh(t, website, offline.RefreshToken).AccessToken, access.Allowed)
}

func TestAPersonWhoGaveAClientThePasswordIsKnown(t *testing.T) {
	r, d := shop(t)
	website := r.Website(t, "old-website", "read")
	tokens := r.Ask(t, website, url.Values{
		"grant_type": {"password"}, "username": {"bob"}, "password": {person(t, r, "bob")}, "scope": {"openid read"},
	}, nil)
	d.Expect(t, door.People, tokens.AccessToken, access.Allowed)
	d.Expect(t, door.Machines, tokens.AccessToken, access.ClaimUnmet)
	d.Expect(t, door.SignedIn, tokens.IDToken, access.TypeRefused)
}

func TestALogoutTokenIsRefused(t *testing.T) {
	r, d := shop(t)
	logout := make(chan string, 1)
	website := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(io.LimitReader(request.Body, 1<<16))
		form, parseErr := url.ParseQuery(string(body))
		if err == nil && parseErr == nil {
			logout <- form.Get("logout_token")
		}
	}))
	defer website.Close()
	c := r.Website(t, "farewell", "read")
	r.Admin(t, http.MethodPut, "/clients/"+c.UUID, map[string]any{"clientId": c.ID, "attributes": map[string]string{
		"backchannel.logout.url": website.URL + "/logout", "backchannel.logout.session.required": "true",
	}})
	tokens := r.SignIn(t, c, "carol", person(t, r, "carol"), "openid read")
	_, payload := claims(t, tokens.AccessToken)
	r.Admin(t, http.MethodDelete, "/sessions/"+payload["sid"].(string), nil)
	select {
	case raw := <-logout:
		if _, payload := claims(t, raw); payload["typ"] != "Logout" {
			t.Errorf("typ = %v, want Logout", payload["typ"])
		}
		d.Expect(t, door.SignedIn, raw, access.TypeRefused)
	case <-time.After(20 * time.Second):
		t.Fatal("no logout token came")
	}
	// What was signed stays good until it expires.
	d.Expect(t, door.Read, tokens.AccessToken, access.Allowed)
}

func TestATokenWithoutASubjectIsRefused(t *testing.T) {
	r, d := shop(t)
	// sub comes with the scope basic; a lightweight token has it never.
	for id, more := range map[string]map[string]any{
		"without-basic": {"defaultClientScopes": []string{"profile"}, "optionalClientScopes": []string{"read"}},
		"lightweight":   small(lightweight, "true"),
	} {
		more["directAccessGrantsEnabled"] = true
		c := r.Client(t, id, more)
		r.Audience(t, "/clients/"+c.UUID, door.Audience, true)
		tokens := r.Ask(t, c, url.Values{
			"grant_type": {"password"}, "username": {"dave-" + id}, "password": {person(t, r, "dave-"+id)}, "scope": {"read"},
		}, nil)
		if _, payload := claims(t, tokens.AccessToken); payload["sub"] != nil || payload["aud"] == nil {
			t.Errorf("%s: sub = %v, aud = %v, want no sub, and the audience", id, payload["sub"], payload["aud"])
		}
		if line := d.Expect(t, door.SignedIn, tokens.AccessToken, access.ClaimMalformed); !strings.Contains(line.Detail, "sub") {
			t.Errorf("%s: detail = %q, want it to say that sub is missing", id, line.Detail)
		}
	}
}
