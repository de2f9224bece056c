package auth0

import (
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
	rotate = "POST /api/v2/clients/" + behave.Auth0Client + "/rotate-secret"
	client = behave.Auth0Client
)

func config(base string) Config {
	return Config{
		APIURL: base, AdminTokenURL: base + "/oauth/token", TokenURL: base + "/oauth/token", Audience: behave.Auth0Audience,
		Credential: trial.Credential(trial.Rotator),
	}
}

var fixture = trial.Provider[*behave.Auth0]{
	Fake: func() *behave.Auth0 { return behave.NewAuth0(first) }, Config: config, New: New,
	Client: client, Create: rotate, Secret: "auth0-secret",
}

func TestARotation(t *testing.T) {
	a, p := fixture.Start(t, nil)
	if traits := p.Traits(); !traits.Replaces || traits.Most != 1 {
		t.Errorf("Traits = %+v, want one secret that is replaced", traits)
	}
	if before, err := p.Reveal(t.Context(), client); err != nil || before.Value != first {
		t.Fatalf("Reveal = %q, %v, want the first secret", before.Value, err)
	}
	made, err := p.Create(t.Context(), client)
	if err != nil || made.Value == "" || made.ID != "" {
		t.Fatalf("Create = %q %q, %v, want a secret without an id", made.ID, made.Value, err)
	}
	if err := p.Try(t.Context(), client, made.Value); err != nil {
		t.Errorf("Try of the new secret = %v", err)
	}
	if err := p.Try(t.Context(), client, first); !errors.Is(err, provider.ErrRefused) || strings.Contains(err.Error(), first) {
		t.Errorf("Try of the former secret = %v, want %v", err, provider.ErrRefused)
	}
	if all, err := p.List(t.Context(), client); len(all) != 0 || err != nil {
		t.Errorf("List = %v, %v, want none", all, err)
	}
	if err := p.Remove(t.Context(), client, "any"); err != nil {
		t.Errorf("Remove = %v", err)
	}
	if n := a.Count("POST /oauth/token"); n != 3 {
		t.Errorf("%d token requests, want one for us and two tries", n)
	}
}

func TestASecretThatIsNotTold(t *testing.T) {
	const read = "GET /api/v2/clients/" + client
	for name, at := range map[string]func(*behave.Auth0){
		"without the scope":  func(a *behave.Auth0) { a.Scopes = []string{"update:client_keys"} },
		"without the member": func(a *behave.Auth0) { a.Fail(behave.Fault{Call: read, Status: 200, Body: `{}`}) },
	} {
		a, p := fixture.Start(t, nil)
		at(a)
		if got, err := p.Reveal(t.Context(), client); err != provider.ErrNotTold || got.Value != "" {
			t.Errorf("Reveal, %s = %v, want %v", name, err, provider.ErrNotTold)
		}
	}
}

func TestTryingWithoutAClientGrant(t *testing.T) {
	a, p := fixture.Start(t, nil)
	a.Granted = false
	err := p.Try(t.Context(), client, first)
	want := `, authorize the application for the API "https://orders.example.com" with a client grant`
	if err == nil || !strings.HasSuffix(err.Error(), want) || errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try = %v, want one that ends in %q, not refused", err, want)
	}
}

func TestRefusals(t *testing.T) {
	const (
		cannot    = "a client secret cannot be made at Auth0, it answered "
		uncertain = ", it may have been done all the same, which the next run sees to"
	)
	refused := func(name string, change func(*Config), at func(*behave.Auth0), want string) {
		t.Helper()
		fixture.Refused(t, name, change, at, trial.Create, want)
	}
	refused("another management secret", nil, func(a *behave.Auth0) { a.RotatorSecret = "other" },
		"a management token cannot be had at Auth0, it answered 401 access_denied, store a management credential that is valid")
	refused("no grant on the Management API", nil, func(a *behave.Auth0) { a.Scopes = nil },
		"a management token cannot be had at Auth0, it answered 403 access_denied, authorize the application of the management credential for the Auth0 Management API, with update:client_keys")
	refused("a grant that is too small", nil, func(a *behave.Auth0) { a.Scopes = []string{"read:clients"} },
		cannot+"403 insufficient_scope, grant the application of the management credential update:client_keys on the Auth0 Management API")
	refused("the plan's limit", nil, func(a *behave.Auth0) { a.Full = true },
		cannot+"403, the tenant's plan allows no more, remove something there or change the plan")
	refused("a token of another tenant", nil, func(a *behave.Auth0) {
		a.Fail(behave.Fault{Call: rotate, Status: 401, Body: `{"statusCode":401,"message":"s3cret"}`})
	}, cannot+"401, use a management credential of this tenant")
	refused("an application that nobody knows", func(c *Config) { c.Object = "nobody" }, nil,
		cannot+"404 inexistent_client, write the client id of an application of this tenant")
	refused("an application with a key", nil, func(a *behave.Auth0) { a.KeyOnly = true },
		cannot+"400, write the client id of an application that authenticates with a secret, one with private_key_jwt has none")
	refused("a tenant that is not there", func(c *Config) { c.AdminTokenURL += "s" }, nil,
		"a management token cannot be had at Auth0, it answered 404, write the domain of a tenant that is there")
	refused("down", nil, func(a *behave.Auth0) { a.Fail(behave.Fault{Call: rotate, Status: 503, Body: "s3cret"}) },
		cannot+"503, it is out of order, the next run goes on from here"+uncertain)
	refused("down in the middle", nil, func(a *behave.Auth0) { a.Fail(behave.Fault{Call: rotate, Done: true}) },
		"a client secret cannot be made at Auth0, the connection broke"+uncertain)
	refused("an answer without a secret", nil, func(a *behave.Auth0) { a.Fail(behave.Fault{Call: rotate, Status: 200, Body: `{"name":"s3cret"}`}) },
		cannot+"200 without a secret"+uncertain)
	refused("an answer that can be read in two ways", nil, func(a *behave.Auth0) {
		a.Fail(behave.Fault{Call: rotate, Status: 200, Body: `{"client_secret":"s3cret","client_secret":"x"}`})
	}, cannot+"200 without a secret"+uncertain)
}

func TestTheRateLimitIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, p := fixture.Offline(t)
		a.Limit(2, 8*time.Second)
		begin := time.Now()
		for range 3 {
			if _, err := p.Create(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if took, n := time.Since(begin), a.Count(rotate); took < 8*time.Second || took > 9*time.Second || n != 4 {
			t.Errorf("3 secrets took %v and %d requests, want about 8s and 4", took, n)
		}
	})
}

func TestTheQuotaOfTokensIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, p := fixture.Offline(t)
		a.Fail(behave.Fault{Call: "POST /oauth/token", Status: 429, Header: map[string]string{"Retry-After": "5"},
			Body: `{"error":"too_many_requests","error_description":"Client quota exceeded"}`})
		begin := time.Now()
		if _, err := p.Create(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("Create took %v, want about 5s", took)
		}
	})
}

func TestALimitThatIsNotLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, p := fixture.Offline(t)
		a.Limit(1, 24*time.Hour)
		if _, err := p.Create(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		_, err := p.Create(t.Context(), client)
		want := "a client secret cannot be made at Auth0, it answered 429 too_many_requests, its rate limit is used up, the next run goes on from here"
		if err == nil || err.Error() != want || time.Since(begin) > 41*time.Second {
			t.Errorf("Create = %v after %v, want %q after 40s", err, time.Since(begin), want)
		}
	})
}

func TestNewWantsAnAddress(t *testing.T) {
	if _, err := New(config("acme.eu.auth0.com")); err == nil {
		t.Error("New of a tenant without https = nil, want an error")
	}
}
