//go:build keycloak

package keycloak

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
	"github.com/scopeway/scopeway/test/issuers/keycloak/server"
)

// keycloak is the server of all tests.
var keycloak *server.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	// An interrupt stops Keycloak, too.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if keycloak, err = server.Start(ctx, server.Default); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer keycloak.Stop()
	return m.Run()
}

// trusted is how an API trusts a realm.
func trusted(t testing.TB, r *server.Realm, clock *door.Clock) token.Issuer {
	t.Helper()
	return token.Issuer{
		Name: r.Name, ID: r.Name, URL: r.Issuer(), Profile: token.ProfileKeycloak,
		Algorithms: []keyset.Algorithm{keyset.RS256},
		Audiences:  map[string]string{"orders": door.Audience},
		AnyClient:  true,
		Keys:       clock.Keys(t, r.KeysURL()),
	}
}

// newShop is a realm with the scopes read and write, whose tokens are for our API.
func newShop(t testing.TB) *server.Realm {
	t.Helper()
	r := keycloak.Realm(t)
	r.Scope(t, "read", door.Audience)
	r.Scope(t, "write", door.Audience)
	return r
}

// common is the realm of all tests that do not need one to themselves.
var common *server.Realm

// shop is the common realm, where each test makes clients and people of its own,
// and the door of an API that trusts it.
func shop(t testing.TB) (*server.Realm, *door.Door) {
	t.Helper()
	if common == nil {
		common = newShop(t)
	}
	clock := &door.Clock{}
	return common, door.New(t, clock, trusted(t, common, clock))
}

// small is a client with nothing that it does not need.
func small(more ...string) map[string]any {
	attributes := map[string]string{}
	for n := 0; n < len(more); n += 2 {
		attributes[more[n]] = more[n+1]
	}
	return map[string]any{
		"defaultClientScopes": []string{"basic"}, "optionalClientScopes": []string{"read", "write"}, "attributes": attributes,
	}
}

// lightweight makes a client's access tokens lightweight.
const lightweight = "client.use.lightweight.access.token.enabled"

// claims reads what a token says, without any check.
func claims(t testing.TB, raw string) (header, payload map[string]any) {
	t.Helper()
	for n, into := range []*map[string]any{&header, &payload} {
		text, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[n])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, payload
}
