//go:build keycloak

package keycloak_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/keycloak"
	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

func TestWithoutTheFeatureTheFormerSecretDiesAtOnce(t *testing.T) {
	r := plain.Realm(t)
	client := machine(t, r, "billing")
	p := rotates(t, r, client, manager(t, r, "rotator"))
	told, err := p.Reveal(t.Context(), client.ID)
	if err != nil || told.Value != client.Secret {
		t.Fatalf("Reveal = another secret than the client has, or %v", err)
	}
	works(t, p, client, "the first secret", client.Secret)

	second := create(t, p, client, client.Secret)
	works(t, p, client, "the new secret", second)
	refused(t, p, client, "the former secret", client.Secret)
	former(t, p, client, false)
	if err := p.Remove(t.Context(), client.ID, keycloak.Rotated); err != nil {
		t.Errorf("Remove = %v, want no error for what is not there", err)
	}
	works(t, p, client, "the new secret", second)
	if told, err := p.Reveal(t.Context(), client.ID); err != nil || told.Value != second {
		t.Errorf("Reveal = another secret than the new one, or %v", err)
	}
}

func TestWithTheFeatureTheFormerSecretLivesOn(t *testing.T) {
	r := rotating.Realm(t)
	overlap(t, r, 600)
	client := machine(t, r, "billing")
	p := rotates(t, r, client, manager(t, r, "rotator"))

	second := create(t, p, client, client.Secret)
	works(t, p, client, "the new secret", second)
	works(t, p, client, "the former secret", client.Secret)
	former(t, p, client, true)

	// There are two at most: the next one ends the eldest.
	third := create(t, p, client, second)
	works(t, p, client, "the new secret", third)
	works(t, p, client, "the former secret", second)
	refused(t, p, client, "the one before that", client.Secret)

	for range 2 {
		if err := p.Remove(t.Context(), client.ID, keycloak.Rotated); err != nil {
			t.Errorf("Remove = %v", err)
		}
		refused(t, p, client, "the former secret", second)
		works(t, p, client, "the new secret", third)
		former(t, p, client, false)
	}
}

func TestTheFormerSecretEndsByItself(t *testing.T) {
	const seconds = 3
	r := rotating.Realm(t)
	overlap(t, r, seconds)
	client := machine(t, r, "billing")
	p := rotates(t, r, client, manager(t, r, "rotator"))
	second := create(t, p, client, client.Secret)
	works(t, p, client, "the former secret", client.Secret)
	time.Sleep((seconds + 1) * time.Second)
	refused(t, p, client, "the former secret", client.Secret)
	works(t, p, client, "the new secret", second)
	former(t, p, client, true) // it is still told, and can be removed
	if err := p.Remove(t.Context(), client.ID, keycloak.Rotated); err != nil {
		t.Errorf("Remove = %v", err)
	}
	former(t, p, client, false)
	works(t, p, client, "the new secret", second)
}

func TestTheFeatureWithoutAPolicyGivesNoOverlap(t *testing.T) {
	r := rotating.Realm(t)
	client := machine(t, r, "billing")
	p := rotates(t, r, client, manager(t, r, "rotator"))
	second := create(t, p, client, client.Secret)
	works(t, p, client, "the new secret", second)
	refused(t, p, client, "the former secret", client.Secret)
	former(t, p, client, false)
}

// overlap makes the policy of a realm that keeps former secrets for some seconds.
func overlap(t testing.TB, r *server.Realm, seconds int) {
	t.Helper()
	r.Admin(t, http.MethodPut, "/client-policies/profiles", map[string]any{"profiles": []any{map[string]any{
		"name": "rotate", "description": "", "executors": []any{map[string]any{"executor": "secret-rotation", "configuration": map[string]any{
			"expiration-period": 3600, "rotated-expiration-period": seconds, "remaining-rotation-period": 600,
		}}},
	}}})
	r.Admin(t, http.MethodPut, "/client-policies/policies", map[string]any{"policies": []any{map[string]any{
		"name": "rotate", "description": "", "enabled": true, "profiles": []string{"rotate"},
		"conditions": []any{map[string]any{"condition": "client-access-type", "configuration": map[string]any{"type": []string{"confidential"}}}},
	}}})
}
