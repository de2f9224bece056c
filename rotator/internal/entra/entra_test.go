package entra

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/behave"
	"github.com/scopeway/scopeway/rotator/internal/behave/trial"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const (
	byHand = "first-s3cret"
	client = behave.EntraClient
	app    = "/v1.0/applications/" + behave.EntraObject
	add    = "POST " + app + "/addPassword"
	remove = "POST " + app + "/removePassword"
)

func config(base string) Config {
	return Config{
		APIURL: base + "/v1.0", AdminTokenURL: base + "/tenant/oauth2/v2.0/token", TokenURL: base + "/tenant/oauth2/v2.0/token",
		Object: behave.EntraObject, Scope: behave.EntraScope, Lifetime: 100 * 24 * time.Hour,
		Credential: trial.Credential(trial.Rotator),
	}
}

var fixture = trial.Provider[*behave.Entra]{
	Fake: func() *behave.Entra { return behave.NewEntra(byHand) }, Config: config, New: New,
	Client: client, Create: add, Secret: "entra-secret",
}

func TestARotation(t *testing.T) {
	now := time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC)
	e, p := fixture.Start(t, func(c *Config) { c.Now = func() time.Time { return now } })
	e.Now = func() time.Time { return now }
	if traits := p.Traits(); traits.Replaces || traits.Most != 2 {
		t.Errorf("Traits = %+v, want two secrets side by side", traits)
	}
	if _, err := p.Reveal(t.Context(), client); err != provider.ErrNotTold {
		t.Errorf("Reveal = %v, want %v", err, provider.ErrNotTold)
	}
	if all, err := p.List(t.Context(), client); err != nil || len(all) != 0 {
		t.Fatalf("List = %v, %v, want none: the one that is there is not ours", all, err)
	}
	one, err := p.Create(t.Context(), client)
	if err != nil || one.ID == "" || one.Value == "" {
		t.Fatalf("Create = %v, %v", one.ID, err)
	}
	now = now.Add(90 * 24 * time.Hour)
	two, err := p.Create(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	for _, works := range []string{byHand, one.Value, two.Value} {
		if err := p.Try(t.Context(), client, works); err != nil {
			t.Errorf("Try = %v, want all secrets to work", err)
		}
	}
	all, err := p.List(t.Context(), client)
	if err != nil || len(all) != 2 || all[0].ID != one.ID || all[1].ID != two.ID || !all[1].Created.Equal(now) {
		t.Fatalf("List = %v, %v, want ours, eldest first", all, err)
	}
	for range 2 {
		if err := p.Remove(t.Context(), client, one.ID); err != nil {
			t.Errorf("Remove = %v", err)
		}
	}
	if err := p.Try(t.Context(), client, one.Value); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try of a removed secret = %v, want %v", err, provider.ErrRefused)
	}
	now = now.Add(100 * 24 * time.Hour)
	if err := p.Try(t.Context(), client, two.Value); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try of a secret after its life = %v, want %v", err, provider.ErrRefused)
	}
}

func TestANewSecretTakesAWhile(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	e, p := fixture.Start(t, func(c *Config) { c.Now = func() time.Time { return now } })
	e.Now, e.Lag = func() time.Time { return now }, 10*time.Second
	made, err := p.Create(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Try(t.Context(), client, made.Value); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try at once = %v, want %v", err, provider.ErrRefused)
	}
	if all, err := p.List(t.Context(), client); err != nil || len(all) != 0 {
		t.Errorf("List at once = %v, %v, want none yet", all, err)
	}
	now = now.Add(10 * time.Second)
	if err := p.Try(t.Context(), client, made.Value); err != nil {
		t.Errorf("Try after a while = %v", err)
	}
}

func TestRemoveDoesNotTakeEveryRefusalForGone(t *testing.T) {
	e, p := fixture.Start(t, nil)
	made, err := p.Create(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	e.Fail(behave.Fault{Call: remove, Status: 400, Body: `{"error":{"code":"Request_BadRequest","message":"s3cret"}}`})
	want := "a client secret cannot be removed at Microsoft Graph, it answered 400 Request_BadRequest"
	if err := p.Remove(t.Context(), client, made.ID); err == nil || err.Error() != want {
		t.Errorf("Remove = %v, want %q", err, want)
	}
	if err := p.Remove(t.Context(), client, made.ID); err != nil {
		t.Errorf("Remove, again = %v", err)
	}
}

func TestRefusals(t *testing.T) {
	const (
		cannot    = "a client secret cannot be added at Microsoft Graph, it answered "
		object    = "write the object id of the application, which is not its client id"
		uncertain = ", it may have been done all the same, which the next run sees to"
		right     = "give the application of the management credential the permission Application.ReadWrite.OwnedBy, consented to by an administrator, and make its service principal an owner of this application"
	)
	refuse := func(status int, numbers string) func(*behave.Entra) {
		return func(e *behave.Entra) {
			e.Fail(behave.Fault{Call: "POST /tenant/oauth2/v2.0/token", Status: status, Body: `{"error":"invalid_client","error_description":"s3cret","error_codes":` + numbers + `}`})
		}
	}
	graph := func(status int, code string) func(*behave.Entra) {
		return func(e *behave.Entra) {
			e.Fail(behave.Fault{Call: add, Status: status, Body: `{"error":{"code":"` + code + `","message":"s3cret"}}`})
		}
	}
	const noToken = "a management token cannot be had at Entra ID, it answered "
	refused := func(name string, change func(*Config), at func(*behave.Entra), want string) {
		t.Helper()
		fixture.Refused(t, name, change, at, trial.Create, want)
	}
	refused("another management secret", nil, func(e *behave.Entra) { e.RotatorSecret = "other" },
		noToken+"401 AADSTS7000215, the management credential does not work, its secret is wrong, store the secret's value, not its id")
	refused("an expired management secret", nil, refuse(401, "[7000222]"),
		noToken+"401 AADSTS7000222, the management credential does not work, its secret has expired, store a new one")
	refused("a management application of another tenant", func(c *Config) {
		c.Credential = trial.Credential(map[string]string{"client_id": "nobody", "client_secret": "s3cret"})
	}, nil, noToken+"400 AADSTS700016, the management credential does not work, its application is not in this tenant, write the token endpoint of the right tenant")
	refused("a tenant that is not there", nil, refuse(400, "[90002]"),
		noToken+"400 AADSTS90002, the management credential does not work, there is no such tenant, write the token endpoint of the right one")
	refused("a cause that has no remedy of its own", nil, refuse(400, "[1]"),
		noToken+"400 invalid_client, the management credential does not work, store one that is valid")
	refused("no right", nil, func(e *behave.Entra) { e.Owner = false }, cannot+"403 Authorization_RequestDenied, "+right)
	refused("the client id for the object id", func(c *Config) { c.Object = "" }, nil, cannot+"404 Request_ResourceNotFound, "+object)
	refused("a token of another tenant", nil, graph(401, "InvalidAuthenticationToken"), cannot+"401 InvalidAuthenticationToken, use a management credential of the application's tenant")
	refused("a policy on the life of secrets", nil, func(e *behave.Entra) { e.MaxLife = 30 * 24 * time.Hour },
		cannot+"400 CredentialInvalidLifetimeAsPerAppPolicy, the tenant's policy wants secrets that end sooner, rotate them more often")
	refused("a policy against secrets", nil, graph(400, "CredentialTypeNotAllowedAsPerAppPolicy"),
		cannot+"400 CredentialTypeNotAllowedAsPerAppPolicy, the tenant's policy forbids client secrets, exempt the application")
	refused("the tenant's quota", nil, graph(403, "Directory_QuotaExceeded"),
		cannot+"403 Directory_QuotaExceeded, the tenant allows no more, remove something there")
	refused("a code of nobody", nil, graph(400, "s3cret"), cannot+"400")
	refused("down", nil, graph(503, "ServiceUnavailable"), cannot+"503 ServiceUnavailable, it is out of order, the next run goes on from here"+uncertain)
	refused("down in the middle", nil, func(e *behave.Entra) { e.Fail(behave.Fault{Call: add, Done: true}) },
		"a client secret cannot be added at Microsoft Graph, the connection broke"+uncertain)
	refused("an answer without the secret", nil, func(e *behave.Entra) {
		e.Fail(behave.Fault{Call: add, Status: 200, Body: `{"keyId":"s3cret"}`})
	}, cannot+"200 without keyId or secretText"+uncertain)
}

func TestListsThatAreNone(t *testing.T) {
	for body, want := range map[string]string{
		`{}`: "passwordCredentials",
		`{"passwordCredentials":[{"displayName":"scopeway-x","startDateTime":"2026-11-22T00:00:00Z"}]}`:            "keyId or startDateTime of a secret",
		`{"passwordCredentials":[{"displayName":"scopeway-x","keyId":"k","startDateTime":"s3cret"}]}`:              "keyId or startDateTime of a secret",
		`{"passwordCredentials":[{"displayName":null,"keyId":"k"},{"displayName":"Scopeway-other","keyId":"k2"}]}`: "",
	} {
		e, p := fixture.Start(t, nil)
		e.Fail(behave.Fault{Call: "GET " + app, Status: 200, Body: body})
		all, err := p.List(t.Context(), client)
		if want != "" {
			want = "the client's secrets cannot be listed at Microsoft Graph, it answered 200 without " + want
		}
		if got := fmt.Sprint(err); (err == nil) != (want == "") || err != nil && got != want || len(all) != 0 {
			t.Errorf("List of %s = %v, %v, want %q", body, all, err, want)
		}
	}
}

// What somebody else made stays, whatever its place in the list.
func TestASecretThatWasRemovedAndOneThatIsNotOurs(t *testing.T) {
	e, p := fixture.Start(t, nil)
	if err := p.Remove(t.Context(), client, "never there"); err != nil {
		t.Errorf("Remove of what is not there = %v", err)
	}
	e.Owner = false
	if err := p.Remove(t.Context(), client, "never there"); err == nil {
		t.Error("Remove without the right = nil, want an error")
	}
	e.Owner = true
	if err := p.Try(t.Context(), client, byHand); err != nil {
		t.Errorf("Try of the secret made by hand = %v", err)
	}
}

func TestThrottling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, p := fixture.Offline(t)
		e.Limit(1, 10*time.Second)
		begin := time.Now()
		for range 2 {
			if _, err := p.Create(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if took, n := time.Since(begin), e.Count(add); took < 10*time.Second || took > 12*time.Second || n != 3 {
			t.Errorf("2 secrets took %v and %d requests, want about 11s and 3", took, n)
		}
		e.Limit(0, 0)
		e.Fail(behave.Fault{Call: remove, Status: 503, Times: 2})
		all, err := p.List(t.Context(), client)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Remove(t.Context(), client, all[0].ID); err != nil {
			t.Errorf("Remove at a server that is busy twice = %v", err)
		}
	})
}

func TestNewWants(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"a life":     {func(c *Config) { c.Lifetime = 0 }, "the life of a new secret at Entra ID is not configured, write how long it lasts"},
		"a scope":    {func(c *Config) { c.Scope = "" }, "the scope that Entra ID is asked for is empty, write one such as api://<client id of the API>/.default"},
		"an address": {func(c *Config) { c.APIURL = "" }, `the address of the management API is empty, got "", write one such as https://id.example.com/path`},
	} {
		c := config("https://graph.example")
		test.change(&c)
		if _, err := New(c); err == nil || err.Error() != test.want {
			t.Errorf("New without %s = %v, want %q", name, err, test.want)
		}
	}
}
