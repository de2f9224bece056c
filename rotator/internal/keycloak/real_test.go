//go:build keycloak

package keycloak_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"

	"github.com/scopeway/scopeway/rotator/internal/keycloak"
	"github.com/scopeway/scopeway/rotator/internal/provider"
	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

// These tests run against Keycloak itself, started by TestMain with and without
// its feature client-secret-rotation.
var plain, rotating *server.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var plainErr, rotatingErr error
	var both sync.WaitGroup
	both.Go(func() { plain, plainErr = server.Start(ctx, server.Default) })
	both.Go(func() { rotating, rotatingErr = server.Start(ctx, server.Rotation) })
	both.Wait()
	for _, s := range []*server.Server{plain, rotating} {
		if s != nil {
			defer s.Stop()
		}
	}
	if err := errors.Join(plainErr, rotatingErr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// machine makes a client that asks for tokens of its own.
func machine(t testing.TB, r *server.Realm, id string) server.Client {
	t.Helper()
	return r.Client(t, id, map[string]any{"defaultClientScopes": []string{"basic"}})
}

// manager makes a client that manages all clients of the realm.
func manager(t testing.TB, r *server.Realm, id string) server.Client {
	t.Helper()
	c := r.Client(t, id, map[string]any{"fullScopeAllowed": true, "defaultClientScopes": server.DefaultScopes})
	var user struct{ ID string }
	r.Admin(t, http.MethodGet, "/clients/"+c.UUID+"/service-account-user", nil).Decode(t, &user)
	var found []struct{ ID string }
	r.Admin(t, http.MethodGet, "/clients?clientId=realm-management", nil).Decode(t, &found)
	var role map[string]any
	r.Admin(t, http.MethodGet, "/clients/"+found[0].ID+"/roles/manage-clients", nil).Decode(t, &role)
	r.Admin(t, http.MethodPost, "/users/"+user.ID+"/role-mappings/clients/"+found[0].ID, []any{role})
	return c
}

// rotates is the provider for one client, with what the other client may do.
func rotates(t testing.TB, r *server.Realm, of, by server.Client) provider.Provider {
	t.Helper()
	p, err := keycloak.New(keycloak.Config{
		APIURL: r.AdminURL(), AdminTokenURL: r.TokenURL(), TokenURL: r.TokenURL(), Object: of.UUID,
		Credential: func(context.Context) ([]byte, error) {
			return json.Marshal(map[string]string{"client_id": by.ID, "client_secret": by.Secret})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// create makes a new secret, which must be another one and have a value.
func create(t testing.TB, p provider.Provider, of server.Client, former string) string {
	t.Helper()
	secret, err := p.Create(t.Context(), of.ID)
	if err != nil {
		t.Fatal(err)
	}
	if secret.Value == "" || secret.Value == former {
		t.Fatal("Create made no new secret")
	}
	return secret.Value
}

// works and refused try a secret at the token endpoint.

func works(t testing.TB, p provider.Provider, of server.Client, name, secret string) {
	t.Helper()
	if err := p.Try(t.Context(), of.ID, secret); err != nil {
		t.Errorf("Try with %s = %v, want it to work", name, err)
	}
}

func refused(t testing.TB, p provider.Provider, of server.Client, name, secret string) {
	t.Helper()
	if err := p.Try(t.Context(), of.ID, secret); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try with %s = %v, want ErrRefused", name, err)
	}
}

// former says whether Keycloak has a former secret beside the present one.
func former(t testing.TB, p provider.Provider, of server.Client, want bool) {
	t.Helper()
	listed, err := p.List(t.Context(), of.ID)
	if err != nil {
		t.Fatal(err)
	}
	if want != (len(listed) == 1) || want && listed[0].ID != keycloak.Rotated {
		t.Errorf("List = %v, want a former secret: %v", listed, want)
	}
}
