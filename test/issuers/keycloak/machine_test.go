//go:build keycloak

package keycloak

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
	"github.com/scopeway/scopeway/test/issuers/internal/dpop"
	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

func TestAMachinesTokenIsJudgedByItsScopes(t *testing.T) {
	r, d := shop(t)
	c := r.Client(t, "billing", small())
	raw := r.Machine(t, c, "read")
	line := d.Expect(t, door.Read, raw, access.Allowed)
	if line.ClientID != "billing" || line.Issuer != r.Issuer() || line.Scope != "read" || line.TokenID == "" {
		t.Errorf("audit line has %+v, want the client, its realm and scope", line.Verified)
	}
	d.Expect(t, door.Machines, raw, access.Allowed)
	d.Expect(t, door.People, raw, access.ClaimUnmet)
	d.Expect(t, door.Write, raw, access.ScopeMissing)
	d.Expect(t, door.Write, r.Machine(t, c, "read write"), access.Allowed)
}

func TestAClientWithAllDefaultsIsJudgedAlike(t *testing.T) {
	r, d := shop(t)
	c := r.Client(t, "generous", map[string]any{
		"fullScopeAllowed": true, "defaultClientScopes": server.DefaultScopes, "optionalClientScopes": []string{"read"},
	})
	raw := r.Machine(t, c, "read")
	if _, payload := claims(t, raw); len(payload["aud"].([]any)) != 2 {
		t.Errorf("aud = %v, want a list of two: the API and account", payload["aud"])
	}
	d.Expect(t, door.Read, raw, access.Allowed)
	d.Expect(t, door.Machines, raw, access.Allowed)
	d.Expect(t, door.Write, raw, access.ScopeMissing)
}

func TestATokenWithoutScopesIsGoodForNothingMore(t *testing.T) {
	r, d := shop(t)
	c := r.Client(t, "modest", small())
	r.Audience(t, "/clients/"+c.UUID, door.Audience, false)
	raw := r.Ask(t, c, url.Values{"grant_type": {"client_credentials"}}, nil).AccessToken
	if _, payload := claims(t, raw); payload["scope"] != "" {
		t.Errorf("scope = %q, want an empty one", payload["scope"])
	}
	d.Expect(t, door.SignedIn, raw, access.Allowed)
	d.Expect(t, door.Read, raw, access.ScopeMissing)
}

func TestATokenForAnotherAudienceIsRefused(t *testing.T) {
	r, d := shop(t)
	r.Scope(t, "orders/read", "") // spelled as ours, and for nobody
	r.Scope(t, "invoices", "https://invoices.example.com")
	account := r.Client(t, "account-only", map[string]any{
		"fullScopeAllowed": true, "defaultClientScopes": server.DefaultScopes, "optionalClientScopes": []string{"orders/read"},
	})
	raw := r.Machine(t, account, "orders/read")
	if _, payload := claims(t, raw); payload["aud"] != "account" {
		t.Errorf("aud = %v, want account: there is no mapper for another", payload["aud"])
	}
	d.Expect(t, door.Read, raw, access.AudienceRefused)

	invoices := r.Client(t, "invoices", map[string]any{"defaultClientScopes": []string{"basic"}, "optionalClientScopes": []string{"orders/read", "invoices"}})
	d.Expect(t, door.Read, r.Machine(t, invoices, "orders/read invoices"), access.AudienceRefused)
	raw = r.Machine(t, invoices, "orders/read")
	if _, payload := claims(t, raw); payload["aud"] != nil {
		t.Errorf("aud = %v, want none", payload["aud"])
	}
	d.Expect(t, door.Read, raw, access.ClaimMalformed)
}

func TestALightweightTokenNeedsALightweightAudience(t *testing.T) {
	r, d := shop(t)
	c := r.Client(t, "light", small(lightweight, "true"))
	raw := r.Machine(t, c, "read")
	if _, payload := claims(t, raw); payload["aud"] != nil {
		t.Errorf("aud = %v, want none: lightweight tokens leave it out", payload["aud"])
	}
	d.Expect(t, door.Read, raw, access.ClaimMalformed)

	r.Audience(t, "/clients/"+c.UUID, door.Audience, true)
	raw = r.Machine(t, c, "read")
	d.Expect(t, door.Read, raw, access.Allowed)
	d.Expect(t, door.Machines, raw, access.Allowed)
	d.Expect(t, door.Write, raw, access.ScopeMissing)
}

func TestATokenOfTheTypeOfRFC9068IsTaken(t *testing.T) {
	r, d := shop(t)
	raw := r.Machine(t, r.Client(t, "modern", small("access.token.header.type.rfc9068", "true")), "read")
	if header, _ := claims(t, raw); header["typ"] != "at+jwt" {
		t.Errorf("typ = %v, want at+jwt", header["typ"])
	}
	d.Expect(t, door.Read, raw, access.Allowed)
	d.Expect(t, door.Machines, raw, access.Allowed)
}

func TestOnlyTheTrustedAlgorithmsCount(t *testing.T) {
	r, strict := shop(t)
	clock := &door.Clock{}
	for _, algorithm := range []keyset.Algorithm{keyset.ES256, keyset.EdDSA, keyset.PS256, keyset.ES384, keyset.RS512} {
		raw := r.Machine(t, r.Client(t, string(algorithm), small("access.token.signed.response.alg", string(algorithm))), "read")
		strict.Expect(t, door.Read, raw, access.AlgorithmRefused)
		issuer := trusted(t, r, clock)
		issuer.Algorithms = []keyset.Algorithm{algorithm}
		if line := door.New(t, clock, issuer).Expect(t, door.Read, raw, access.Allowed); line.ClientID != string(algorithm) {
			t.Errorf("client = %q, want %q", line.ClientID, algorithm)
		}
	}
	// Keycloak signs with a secret, where it is told to.
	raw := r.Machine(t, r.Client(t, "HS256", small("access.token.signed.response.alg", "HS256")), "read")
	if header, _ := claims(t, raw); header["alg"] != "HS256" {
		t.Errorf("alg = %v, want HS256", header["alg"])
	}
	strict.Expect(t, door.Read, raw, access.AlgorithmRefused)
}

func TestATokenThatIsBoundToAKeyIsRefused(t *testing.T) {
	r, d := shop(t)
	c := r.Client(t, "bound", small("dpop.bound.access.tokens", "true"))
	bound := r.Ask(t, c, url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}}, dpop.Header(t, r.TokenURL()))
	if _, payload := claims(t, bound.AccessToken); bound.TokenType != "DPoP" || payload["typ"] != "DPoP" || payload["cnf"] == nil {
		t.Errorf("token type %q, typ %v, cnf %v, want a token that is bound", bound.TokenType, payload["typ"], payload["cnf"])
	}
	d.Expect(t, door.Read, bound.AccessToken, access.TokenBound)
}

func TestOnlyKnownClientsCount(t *testing.T) {
	r, _ := shop(t)
	clock := &door.Clock{}
	issuer := trusted(t, r, clock)
	issuer.AnyClient, issuer.Clients = false, []string{"known"}
	d := door.New(t, clock, issuer)
	d.Expect(t, door.Read, r.Machine(t, r.Client(t, "known", small()), "read"), access.Allowed)
	d.Expect(t, door.Read, r.Machine(t, r.Client(t, "unknown", small()), "read"), access.ClientUnknown)
}

func TestAnExpiredTokenIsRefused(t *testing.T) {
	r, _ := shop(t)
	clock := &door.Clock{}
	d := door.New(t, clock, trusted(t, r, clock))
	raw := r.Machine(t, r.Client(t, "late", small()), "read")
	d.Expect(t, door.Read, raw, access.Allowed)
	clock.Pass(5*time.Minute + access.ClockSkew + time.Second)
	d.Expect(t, door.Read, raw, access.TokenExpired)
}

func TestAnotherRealmsTokenIsRefused(t *testing.T) {
	r, d := shop(t)
	other := newShop(t)
	raw := other.Machine(t, other.Client(t, "billing", small()), "read")
	d.Expect(t, door.Read, raw, access.IssuerUnknown)

	// Side by side, each realm is verified with its own keys.
	clock := &door.Clock{}
	both := door.New(t, clock, trusted(t, r, clock), trusted(t, other, clock))
	both.Expect(t, door.Read, raw, access.Allowed)
	mixed := trusted(t, other, clock)
	mixed.Keys = clock.Keys(t, r.KeysURL())
	door.New(t, clock, mixed).Expect(t, door.Read, raw, access.KeyUnknown)
}

func TestRolesAreReadWhereTheIdentitySaysTheyAre(t *testing.T) {
	r, d := shop(t)
	r.Admin(t, http.MethodPost, "/roles", map[string]any{"name": "admin"})
	api := r.Client(t, "orders-api", nil)
	r.Admin(t, http.MethodPost, "/clients/"+api.UUID+"/roles", map[string]any{"name": "admin"})

	clock := &door.Clock{}
	ofClient := trusted(t, r, clock)
	ofClient.Roles = []string{"resource_access", "orders-api", "roles"}
	byClientRole := door.New(t, clock, ofClient)

	token := func(id, roles, role string) string {
		c := r.Client(t, id, map[string]any{"fullScopeAllowed": true, "defaultClientScopes": server.DefaultScopes, "optionalClientScopes": []string{"read"}})
		if roles != "" {
			var user struct{ ID string }
			r.Admin(t, http.MethodGet, "/clients/"+c.UUID+"/service-account-user", nil).Decode(t, &user)
			var representation map[string]any
			r.Admin(t, http.MethodGet, role, nil).Decode(t, &representation)
			r.Admin(t, http.MethodPost, "/users/"+user.ID+"/role-mappings/"+roles, []any{representation})
		}
		return r.Machine(t, c, "read")
	}
	none := token("nobody", "", "")
	ofRealm := token("realm-admin", "realm", "/roles/admin")
	ofAPI := token("orders-admin", "clients/"+api.UUID, "/clients/"+api.UUID+"/roles/admin")

	d.Expect(t, door.Admins, none, access.ClaimUnmet)
	d.Expect(t, door.Admins, ofRealm, access.Allowed)
	d.Expect(t, door.Admins, ofAPI, access.ClaimUnmet)
	byClientRole.Expect(t, door.Admins, none, access.ClaimUnmet)
	byClientRole.Expect(t, door.Admins, ofRealm, access.ClaimUnmet)
	byClientRole.Expect(t, door.Admins, ofAPI, access.Allowed)
}
