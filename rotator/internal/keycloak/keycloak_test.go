package keycloak

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/behave"
	"github.com/scopeway/scopeway/rotator/internal/behave/trial"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const (
	first  = "first-s3cret"
	secret = "/admin/realms/acme/clients/" + behave.KeycloakUUID + "/client-secret"
)

type overlapper interface {
	Overlap(context.Context, string) (bool, error)
}

func config(base string) Config {
	return Config{
		APIURL: base + "/admin/realms/acme", AdminTokenURL: base + "/realms/acme/protocol/openid-connect/token",
		TokenURL: base + "/realms/acme/protocol/openid-connect/token", Object: behave.KeycloakUUID,
		Credential: trial.Credential(trial.Rotator),
	}
}

var fixture = trial.Provider[*behave.Keycloak]{
	Fake: func() *behave.Keycloak { return behave.NewKeycloak(first) }, Config: config, New: New,
	Client: behave.KeycloakClient, Create: "POST " + secret, Secret: "keycloak-secret",
}

func TestARotationWithoutOverlap(t *testing.T) {
	_, p := fixture.Start(t, nil)
	if traits := p.Traits(); !traits.Replaces {
		t.Errorf("Traits = %+v, want one that replaces", traits)
	}
	before, err := p.Reveal(t.Context(), behave.KeycloakClient)
	if err != nil || before.Value != first || before.ID != "" {
		t.Fatalf("Reveal = %q %q, %v, want the first secret without an id", before.ID, before.Value, err)
	}
	made, err := p.Create(t.Context(), behave.KeycloakClient)
	if err != nil || made.Value == "" || made.Value == first {
		t.Fatalf("Create = %q, %v, want a new secret", made.Value, err)
	}
	if err := p.Try(t.Context(), behave.KeycloakClient, made.Value); err != nil {
		t.Errorf("Try of the new secret = %v", err)
	}
	if err := p.Try(t.Context(), behave.KeycloakClient, first); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try of the former secret = %v, want %v", err, provider.ErrRefused)
	}
	if there, err := p.(overlapper).Overlap(t.Context(), behave.KeycloakClient); there || err != nil {
		t.Errorf("Overlap = %v, %v, want none", there, err)
	}
	if all, err := p.List(t.Context(), behave.KeycloakClient); len(all) != 0 || err != nil {
		t.Errorf("List = %v, %v, want none", all, err)
	}
	if err := p.Remove(t.Context(), behave.KeycloakClient, Rotated); err != nil {
		t.Errorf("Remove of what is not there = %v", err)
	}
}

func TestARotationWithOverlap(t *testing.T) {
	k, p := fixture.Start(t, nil)
	k.Overlap = time.Hour
	made, err := p.Create(t.Context(), behave.KeycloakClient)
	if err != nil {
		t.Fatal(err)
	}
	for _, works := range []string{first, made.Value} {
		if err := p.Try(t.Context(), behave.KeycloakClient, works); err != nil {
			t.Errorf("Try = %v, want both secrets to work", err)
		}
	}
	if there, err := p.(overlapper).Overlap(t.Context(), behave.KeycloakClient); !there || err != nil {
		t.Errorf("Overlap = %v, %v, want one", there, err)
	}
	all, err := p.List(t.Context(), behave.KeycloakClient)
	if err != nil || len(all) != 1 || all[0].ID != Rotated || len(all) >= p.Traits().Most {
		t.Fatalf("List = %v, %v, want the former one, and room for another", all, err)
	}
	if err := p.Remove(t.Context(), behave.KeycloakClient, "who"); err != nil || k.Count("DELETE "+secret+"/rotated") != 0 {
		t.Errorf("Remove of another = %v, want nothing done", err)
	}
	for range 2 {
		if err := p.Remove(t.Context(), behave.KeycloakClient, all[0].ID); err != nil {
			t.Errorf("Remove = %v", err)
		}
	}
	if err := p.Try(t.Context(), behave.KeycloakClient, first); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try of the removed secret = %v, want %v", err, provider.ErrRefused)
	}
	if n := k.Count("POST /realms/acme/protocol/openid-connect/token"); n != 4 {
		t.Errorf("%d token requests, want one for us and three tries", n)
	}
}

// The token of a realm's admin client lives for a minute, and a test of a new
// secret may take as long.
func TestATokenThatEndsIsRenewed(t *testing.T) {
	now := time.Now()
	k, p := fixture.Start(t, func(c *Config) { c.Now = func() time.Time { return now } })
	k.Now = func() time.Time { return now }
	for range 2 {
		if _, err := p.Reveal(t.Context(), behave.KeycloakClient); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
}

func TestRefusals(t *testing.T) {
	const (
		atRealm = "use a management credential of the realm that the client is in"
		uuid    = "write the UUID of the client, which is not its client id, and the right realm"
		broken  = "it is out of order, the next run goes on from here"
		stored  = "a management token cannot be had at Keycloak, it answered 401 unauthorized_client, store a management credential that is valid and whose client has a service account"
	)
	remove := func(ctx context.Context, p provider.Provider, client string) error {
		return p.Remove(ctx, client, Rotated)
	}
	refused := func(name string, change func(*Config), at func(*behave.Keycloak), do trial.Do, want string) {
		t.Helper()
		fixture.Refused(t, name, change, at, do, want)
	}
	refused("another management secret", nil, func(k *behave.Keycloak) { k.RotatorSecret = "other" }, trial.Create, stored)
	refused("a management client that nobody knows", func(c *Config) {
		c.Credential = trial.Credential(map[string]string{"client_id": "nobody", "client_secret": "s3cret"})
	}, nil, trial.Create, strings.Replace(stored, "unauthorized_client", "invalid_client", 1))
	refused("another realm's token endpoint", func(c *Config) { c.AdminTokenURL += "s" }, nil, trial.Create,
		"a management token cannot be had at Keycloak, it answered 404, write the token endpoint of a realm that is there")
	refused("a token that the realm does not know", nil, func(k *behave.Keycloak) {
		k.Fail(behave.Fault{Call: "POST " + secret, Status: 401, Body: `{"error":"HTTP 401 Unauthorized"}`})
	}, trial.Create, "a client secret cannot be made at Keycloak, it answered 401, "+atRealm)
	refused("no right to manage", nil, func(k *behave.Keycloak) { k.MayManage = false }, trial.Create, "a client secret cannot be made at Keycloak, it answered 403, "+grant)
	refused("no right to view", nil, func(k *behave.Keycloak) { k.MayRead = false }, trial.Reveal, "the client's secret cannot be read at Keycloak, it answered 403, "+grant)
	refused("no right to view the former one", nil, func(k *behave.Keycloak) { k.MayRead = false }, trial.List, "the client's former secret cannot be looked for at Keycloak, it answered 403, "+grant)
	refused("no right to remove", nil, func(k *behave.Keycloak) { k.MayManage = false }, remove, "the client's former secret cannot be removed at Keycloak, it answered 500 unknown_error, "+grant)
	refused("the client id for its UUID", func(c *Config) { c.Object = "" }, nil, trial.Create, "a client secret cannot be made at Keycloak, it answered 404, "+uuid)
	refused("the client id for its UUID, listing", func(c *Config) { c.Object = "" }, nil, trial.List, "the client's former secret cannot be looked for at Keycloak, it answered 404, "+uuid)
	refused("a UUID that leads elsewhere", func(c *Config) { c.Object = "../x?y" }, nil, trial.Create, "a client secret cannot be made at Keycloak, it answered 404, "+uuid)
	refused("out of order", nil, func(k *behave.Keycloak) {
		k.Fail(behave.Fault{Call: "POST " + secret, Status: 500, Body: `{"error":"unknown_error"}`})
	}, trial.Create, "a client secret cannot be made at Keycloak, it answered 500 unknown_error, "+broken+", it may have been done all the same, which the next run sees to")
	refused("down in the middle", nil, func(k *behave.Keycloak) { k.Fail(behave.Fault{Call: "POST " + secret, Done: true}) }, trial.Create,
		"a client secret cannot be made at Keycloak, the connection broke, it may have been done all the same, which the next run sees to")
	refused("a public client", nil, func(k *behave.Keycloak) {
		k.Fail(behave.Fault{Call: "GET " + secret, Status: 200, Body: `{"type":"secret"}`})
	}, trial.Reveal, "the client's secret cannot be read at Keycloak, it answered 200 without a secret")
}

// The next run finds the secret that was made although nobody heard of it.
func TestWhatWasMadeUnheardCanBeRevealed(t *testing.T) {
	k, p := fixture.Start(t, nil)
	k.Fail(behave.Fault{Call: "POST " + secret, Done: true})
	if _, err := p.Create(t.Context(), behave.KeycloakClient); err == nil {
		t.Fatal("Create = nil, want an error")
	}
	now, err := p.Reveal(t.Context(), behave.KeycloakClient)
	if err != nil || now.Value == first {
		t.Fatalf("Reveal = %q, %v, want the new one", now.Value, err)
	}
	if err := p.Try(t.Context(), behave.KeycloakClient, now.Value); err != nil {
		t.Errorf("Try = %v", err)
	}
}

func TestAGatewayInFrontThatIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, p := fixture.Offline(t)
		k.Fail(behave.Fault{Call: "POST " + secret, Status: 429, Header: map[string]string{"Retry-After": "3"}})
		k.Fail(behave.Fault{Call: "GET " + secret, Status: 503, Times: 2})
		begin := time.Now()
		if _, err := p.Create(t.Context(), behave.KeycloakClient); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < 3*time.Second || took > 4*time.Second {
			t.Errorf("Create waited %v, want about 3s", took)
		}
		if _, err := p.Reveal(t.Context(), behave.KeycloakClient); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNewWantsAnAddress(t *testing.T) {
	c := config("http://sso.example")
	if _, err := New(c); err == nil {
		t.Error("New of a realm over http = nil, want an error")
	}
}
