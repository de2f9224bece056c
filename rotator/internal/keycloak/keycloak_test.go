package keycloak

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/behave"
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
		Credential: func(context.Context) ([]byte, error) {
			return []byte(`{"client_id":"rotator","client_secret":"rotator-secret"}`), nil
		},
	}
}

func start(t *testing.T, change func(*Config)) (*behave.Keycloak, provider.Provider) {
	t.Helper()
	k := behave.NewKeycloak(first)
	server := httptest.NewServer(k)
	t.Cleanup(server.Close)
	c := config(server.URL)
	if change != nil {
		change(&c)
	}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return k, p
}

func TestARotationWithoutOverlap(t *testing.T) {
	_, p := start(t, nil)
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
	k, p := start(t, nil)
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
	k, p := start(t, func(c *Config) { c.Now = func() time.Time { return now } })
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
	reveal := func(ctx context.Context, p provider.Provider) error {
		_, err := p.Reveal(ctx, behave.KeycloakClient)
		return err
	}
	create := func(ctx context.Context, p provider.Provider) error {
		_, err := p.Create(ctx, behave.KeycloakClient)
		return err
	}
	list := func(ctx context.Context, p provider.Provider) error {
		_, err := p.List(ctx, behave.KeycloakClient)
		return err
	}
	remove := func(ctx context.Context, p provider.Provider) error {
		return p.Remove(ctx, behave.KeycloakClient, Rotated)
	}
	for _, test := range []struct {
		name   string
		change func(*Config)
		at     func(*behave.Keycloak)
		do     func(context.Context, provider.Provider) error
		want   string
	}{
		{"another management secret", nil, func(k *behave.Keycloak) { k.RotatorSecret = "other" }, create, stored},
		{"a management client that nobody knows", func(c *Config) {
			c.Credential = func(context.Context) ([]byte, error) {
				return []byte(`{"client_id":"nobody","client_secret":"s3cret"}`), nil
			}
		}, nil, create, strings.Replace(stored, "unauthorized_client", "invalid_client", 1)},
		{"another realm's token endpoint", func(c *Config) { c.AdminTokenURL += "s" }, nil, create,
			"a management token cannot be had at Keycloak, it answered 404, write the token endpoint of a realm that is there"},
		{"a token that the realm does not know", nil, func(k *behave.Keycloak) {
			k.Fail(behave.Fault{Call: "POST " + secret, Status: 401, Body: `{"error":"HTTP 401 Unauthorized"}`})
		}, create, "a client secret cannot be made at Keycloak, it answered 401, " + atRealm},
		{"no right to manage", nil, func(k *behave.Keycloak) { k.MayManage = false }, create, "a client secret cannot be made at Keycloak, it answered 403, " + grant},
		{"no right to view", nil, func(k *behave.Keycloak) { k.MayRead = false }, reveal, "the client's secret cannot be read at Keycloak, it answered 403, " + grant},
		{"no right to view the former one", nil, func(k *behave.Keycloak) { k.MayRead = false }, list, "the client's former secret cannot be looked for at Keycloak, it answered 403, " + grant},
		{"no right to remove", nil, func(k *behave.Keycloak) { k.MayManage = false }, remove, "the client's former secret cannot be removed at Keycloak, it answered 500 unknown_error, " + grant},
		{"the client id for its UUID", func(c *Config) { c.Object = "" }, nil, create, "a client secret cannot be made at Keycloak, it answered 404, " + uuid},
		{"the client id for its UUID, listing", func(c *Config) { c.Object = "" }, nil, list, "the client's former secret cannot be looked for at Keycloak, it answered 404, " + uuid},
		{"a UUID that leads elsewhere", func(c *Config) { c.Object = "../x?y" }, nil, create, "a client secret cannot be made at Keycloak, it answered 404, " + uuid},
		{"out of order", nil, func(k *behave.Keycloak) {
			k.Fail(behave.Fault{Call: "POST " + secret, Status: 500, Body: `{"error":"unknown_error"}`})
		}, create, "a client secret cannot be made at Keycloak, it answered 500 unknown_error, " + broken + ", it may have been done all the same, which the next run sees to"},
		{"down in the middle", nil, func(k *behave.Keycloak) { k.Fail(behave.Fault{Call: "POST " + secret, Done: true}) }, create,
			"a client secret cannot be made at Keycloak, the connection broke, it may have been done all the same, which the next run sees to"},
		{"a public client", nil, func(k *behave.Keycloak) {
			k.Fail(behave.Fault{Call: "GET " + secret, Status: 200, Body: `{"type":"secret"}`})
		}, reveal, "the client's secret cannot be read at Keycloak, it answered 200 without a secret"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k, p := start(t, test.change)
			if test.at != nil {
				test.at(k)
			}
			err := test.do(t.Context(), p)
			if err == nil || err.Error() != test.want {
				t.Errorf("error = %v, want %q", err, test.want)
			}
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "s3cret") || strings.Contains(text, "keycloak-secret") || strings.Contains(text, "rotator-secret") {
				t.Errorf("the error holds a secret: %s", text)
			}
			if k.Count("POST "+secret) > 1 {
				t.Errorf("a secret was asked for %d times, want once", k.Count("POST "+secret))
			}
		})
	}
}

// The next run finds the secret that was made although nobody heard of it.
func TestWhatWasMadeUnheardCanBeRevealed(t *testing.T) {
	k, p := start(t, nil)
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
		k := behave.NewKeycloak(first)
		c := config("https://sso.example")
		c.HTTP = &http.Client{Transport: k}
		p, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
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
