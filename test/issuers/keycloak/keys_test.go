//go:build keycloak

package keycloak

import (
	"net/http"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

// keyProvider is what Keycloak makes signing keys with.
func keyProvider(t testing.TB, r *server.Realm, priority, active, enabled string) map[string]any {
	t.Helper()
	var realm struct{ ID string }
	r.Admin(t, http.MethodGet, "", nil).Decode(t, &realm)
	return map[string]any{
		"name": "rsa-" + priority, "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider", "parentId": realm.ID,
		"config": map[string][]string{
			"priority": {priority}, "active": {active}, "enabled": {enabled}, "algorithm": {"RS256"}, "keySize": {"2048"},
		},
	}
}

// The times are those of docs/key-sets.md.
func TestARotationOfTheRealmsKeysIsFollowed(t *testing.T) {
	r := newShop(t)
	// Longer than keys are believed.
	r.Admin(t, http.MethodPut, "", map[string]any{"realm": r.Name, "accessTokenLifespan": 3600})
	clock := &door.Clock{}
	d := door.New(t, clock, trusted(t, r, clock))
	c := r.Client(t, "billing", small())
	issue := func() string { return r.Machine(t, c, "read") }
	kid := func(raw string) string {
		header, _ := claims(t, raw)
		return header["kid"].(string)
	}
	add := func(priority string) (provider string) {
		return r.Admin(t, http.MethodPost, "/components", keyProvider(t, r, priority, "true", "true")).ID(t)
	}

	second := add("200")
	first := issue()
	d.Expect(t, door.Read, first, access.Allowed)

	// A new key is seen with the first token that names it.
	add("300")
	next := issue()
	if kid(next) == kid(first) {
		t.Fatalf("kid = %q for both tokens, want a new key", kid(next))
	}
	d.Expect(t, door.Read, next, access.Allowed)
	d.Expect(t, door.Read, first, access.Allowed)

	// A key that signs no more is still published.
	change := func(provider, active, enabled string) {
		body := keyProvider(t, r, "200", active, enabled)
		body["id"] = provider
		r.Admin(t, http.MethodPut, "/components/"+provider, body)
	}
	change(second, "false", "true")
	clock.Pass(10 * time.Minute)
	d.Expect(t, door.Read, first, access.Allowed)

	// A revoked key opens nothing 10 minutes after the last fetch, at the latest.
	change(second, "false", "false")
	clock.Pass(9 * time.Minute)
	d.Expect(t, door.Read, first, access.Allowed)
	clock.Pass(time.Minute)
	d.Expect(t, door.Read, first, access.KeyUnknown)
	d.Expect(t, door.Read, next, access.Allowed)

	// Just after a key that was not there, a new one waits for 30 seconds.
	add("400")
	last := issue()
	d.Expect(t, door.Read, last, access.KeyUnknown)
	clock.Pass(30 * time.Second)
	d.Expect(t, door.Read, last, access.Allowed)
	d.Expect(t, door.Read, next, access.Allowed)
}
