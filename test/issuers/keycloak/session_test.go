//go:build keycloak

package keycloak

import (
	"net/url"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
)

func TestARefreshedTokenOfAPasswordIsNobodysThatWeKnow(t *testing.T) {
	r, d := shop(t)
	website := r.Website(t, "older-website", "read")
	tokens := r.Ask(t, website, url.Values{
		"grant_type": {"password"}, "username": {"erin"}, "password": {person(t, r, "erin")}, "scope": {"openid read"},
	}, nil)
	d.Expect(t, door.People, tokens.AccessToken, access.Allowed)
	// Nothing in it tells it from one that a machine with a session has refreshed.
	again := r.Refresh(t, website, tokens.RefreshToken).AccessToken
	d.Expect(t, door.Read, again, access.Allowed)
	d.Expect(t, door.People, again, access.ClaimUnmet)
	d.Expect(t, door.Machines, again, access.ClaimUnmet)
}

// A machine can have a session and refresh tokens: sid alone makes no person.
func TestAMachineWithASessionIsNoPerson(t *testing.T) {
	r, d := shop(t)
	c := r.Client(t, "machine-with-session", small("client_credentials.use_refresh_token", "true", "standard.token.exchange.enabled", "true"))
	// A client may exchange a token of which it is an audience.
	r.Audience(t, "/clients/"+c.UUID, c.ID, false)
	tokens := r.Ask(t, c, url.Values{"grant_type": {"client_credentials"}, "scope": {"openid read"}}, nil)
	if _, payload := claims(t, tokens.AccessToken); payload["sid"] == nil {
		t.Error("the token has no sid, want one")
	}
	d.Expect(t, door.Machines, tokens.AccessToken, access.Allowed)
	d.Expect(t, door.People, tokens.AccessToken, access.ClaimUnmet)
	d.Expect(t, door.SignedIn, tokens.IDToken, access.TypeRefused) // there is one for machines, too

	exchanged := r.Ask(t, c, url.Values{
		"grant_type":    {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token": {tokens.AccessToken}, "subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"}, "scope": {"read"},
	}, nil)
	for name, raw := range map[string]string{
		"refreshed": r.Refresh(t, c, tokens.RefreshToken).AccessToken,
		"exchanged": exchanged.AccessToken,
	} {
		t.Run(name, func(t *testing.T) {
			if _, payload := claims(t, raw); payload["sid"] == nil {
				t.Error("the token has no sid, want one")
			}
			d.Expect(t, door.Read, raw, access.Allowed)
			d.Expect(t, door.People, raw, access.ClaimUnmet)
			d.Expect(t, door.Machines, raw, access.ClaimUnmet)
		})
	}
}
