//go:build keycloak

package keycloak_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

func TestARotatorThatMayTouchOneClientTouchesNothingElse(t *testing.T) {
	r := plain.Realm(t)
	client, other := machine(t, r, "billing"), machine(t, r, "shipping")
	rotator := machine(t, r, "rotator") // without any role
	scope := r.Scope(t, "read", "")
	mayTouch(t, r, rotator, client)

	p := rotates(t, r, client, rotator)
	if told, err := p.Reveal(t.Context(), client.ID); err != nil || told.Value != client.Secret {
		t.Errorf("Reveal = another secret than the client has, or %v", err)
	}
	second := create(t, p, client, client.Secret)
	works(t, p, client, "the new secret", second)
	refused(t, p, client, "the former secret", client.Secret)
	former(t, p, client, false)

	p = rotates(t, r, other, rotator)
	if _, err := p.Reveal(t.Context(), other.ID); !forbidden(err) {
		t.Errorf("Reveal of another client = %v, want a refusal that says what is missing", err)
	}
	if _, err := p.Create(t.Context(), other.ID); !forbidden(err) {
		t.Errorf("Create for another client = %v, want a refusal that says what is missing", err)
	}
	if _, err := p.List(t.Context(), other.ID); !forbidden(err) {
		t.Errorf("List of another client = %v, want a refusal that says what is missing", err)
	}
	works(t, p, other, "the secret it had", other.Secret)

	raw := r.Machine(t, rotator, "basic")
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{http.MethodGet, "/clients/" + other.UUID, nil},
		{http.MethodPut, "/clients/" + other.UUID, map[string]any{"clientId": other.ID}},
		{http.MethodDelete, "/clients/" + other.UUID, nil},
		{http.MethodGet, "/clients?clientId=" + other.ID, nil},
		{http.MethodPost, "/clients", map[string]any{"clientId": "another"}},
		{http.MethodGet, "/client-scopes", nil},
		{http.MethodPost, "/client-scopes", map[string]any{"name": "write", "protocol": "openid-connect"}},
		{http.MethodPut, "/clients/" + client.UUID + "/optional-client-scopes/" + scope, nil},
		{http.MethodGet, "/users", nil},
		{http.MethodGet, "/components", nil},
	} {
		if answer := r.Call(t, raw, c.method, c.path, c.body); answer.Status != http.StatusForbidden {
			t.Errorf("%s %s = %d, want 403", c.method, c.path, answer.Status)
		}
	}
}

func TestACredentialThatDoesNotDoSaysWhy(t *testing.T) {
	r := plain.Realm(t)
	client := machine(t, r, "billing")
	powerless := machine(t, r, "powerless")
	if _, err := rotates(t, r, client, powerless).Create(t.Context(), client.ID); !forbidden(err) {
		t.Errorf("Create without a right = %v, want a refusal that says what is missing", err)
	}

	wrong := powerless
	wrong.Secret = "not-the-secret"
	_, err := rotates(t, r, client, wrong).Create(t.Context(), client.ID)
	if err == nil || !strings.Contains(err.Error(), "management credential") || strings.Contains(err.Error(), wrong.Secret) {
		t.Errorf("Create with a wrong credential = %v, want an error about it that does not tell it", err)
	}

	lost := client
	lost.UUID = client.ID // the client id in the place of the UUID
	if _, err := rotates(t, r, lost, manager(t, r, "rotator")).Create(t.Context(), lost.ID); err == nil || !strings.Contains(err.Error(), "UUID") {
		t.Errorf("Create for a client id = %v, want advice to write the UUID", err)
	}
	works(t, rotates(t, r, client, powerless), client, "the secret it had", client.Secret)
}

// mayTouch lets one client manage another and nothing else: fine-grained
// admin permissions, version 2.
func mayTouch(t testing.TB, r *server.Realm, who, what server.Client) {
	t.Helper()
	r.Admin(t, http.MethodPut, "", map[string]any{"realm": r.Name, "adminPermissionsEnabled": true})
	var found []struct{ ID string }
	r.Admin(t, http.MethodGet, "/clients?clientId=admin-permissions", nil).Decode(t, &found)
	permissions := "/clients/" + found[0].ID + "/authz/resource-server"
	var policy struct{ ID string }
	r.Admin(t, http.MethodPost, permissions+"/policy/client", map[string]any{
		"name": "only-the-rotator", "clients": []string{who.UUID},
	}).Decode(t, &policy)
	r.Admin(t, http.MethodPost, permissions+"/permission/scope", map[string]any{
		"name": "rotate-one-client", "resourceType": "Clients", "resources": []string{what.UUID},
		"scopes": []string{"manage", "view"}, "policies": []string{policy.ID}, "decisionStrategy": "UNANIMOUS",
	})
}

// forbidden says whether an error tells that a right is missing, and which.
func forbidden(err error) bool {
	return err != nil && strings.Contains(err.Error(), "403") && strings.Contains(err.Error(), "manage")
}
