package okta

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/behave"
	"github.com/scopeway/scopeway/rotator/internal/behave/trial"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const (
	first      = "first-s3cret"
	client     = behave.OktaClient
	place      = "/api/v1/apps/" + behave.OktaApp + "/credentials/secrets"
	add        = "POST " + place
	adminToken = "POST /oauth2/v1/token"
)

// The management credential's keys: made once, RSA takes its time.
var (
	ecKey = sync.OnceValue(func() *ecdsa.PrivateKey {
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	})
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
		return must(rsa.GenerateKey(rand.Reader, 2048))
	})
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pkcs8(key crypto.PrivateKey) string {
	return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func config(base, key string) Config {
	credential := must(json.Marshal(map[string]string{"client_id": "rotator", "private_key": key, "key_id": "k1"}))
	return Config{
		APIURL: base, AdminTokenURL: base + "/oauth2/v1/token", TokenURL: base + "/oauth2/default/v1/token",
		Object: behave.OktaApp, Scope: "orders:read",
		Credential: func(context.Context) ([]byte, error) { return credential, nil },
	}
}

var fixture = trial.Provider[*behave.Okta]{
	Fake:   func() *behave.Okta { return behave.NewOkta(first, ecKey().Public(), "ES256") },
	Config: func(base string) Config { return config(base, pkcs8(ecKey())) }, New: New,
	Client: client, Create: add, Secret: "okta-secret",
}

func TestARotation(t *testing.T) {
	o, p := fixture.Start(t, nil)
	if traits := p.Traits(); traits.Replaces || traits.Most != 2 {
		t.Errorf("Traits = %+v, want two secrets side by side", traits)
	}
	if _, err := p.Reveal(t.Context(), client); err != provider.ErrNotTold {
		t.Errorf("Reveal = %v, want %v", err, provider.ErrNotTold)
	}
	made, err := p.Create(t.Context(), client)
	if err != nil || made.ID == "" || made.Value == "" {
		t.Fatalf("Create = %v, %v", made.ID, err)
	}
	for _, works := range []string{first, made.Value} {
		if err := p.Try(t.Context(), client, works); err != nil {
			t.Errorf("Try = %v, want both secrets to work", err)
		}
	}
	if _, err := p.Create(t.Context(), client); err == nil || err.Error() != "a client secret cannot be added at Okta, it answered 400 E0000001, the client has two secrets already, remove one of them" {
		t.Errorf("Create of a third = %v", err)
	}
	all, err := p.List(t.Context(), client)
	if err != nil || len(all) != 2 || all[0].ID != "ocs0" || all[1].ID != made.ID || all[0].Created.IsZero() {
		t.Fatalf("List = %v, %v, want two, eldest first", all, err)
	}
	for range 2 {
		if err := p.Remove(t.Context(), client, "ocs0"); err != nil {
			t.Errorf("Remove = %v", err)
		}
	}
	if err := p.Try(t.Context(), client, first); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try of the removed secret = %v, want %v", err, provider.ErrRefused)
	}
	want := "a client secret cannot be deactivated at Okta, it answered 400 E0000001, it is the only one that works, make another first"
	if err := p.Remove(t.Context(), client, made.ID); err == nil || err.Error() != want {
		t.Errorf("Remove of the last = %v, want %q", err, want)
	}
	// Once without a nonce, once with.
	if n := o.Count(adminToken); n != 2 {
		t.Errorf("%d requests for a management token, want 2", n)
	}
}

func TestARemovalThatWasInterrupted(t *testing.T) {
	o, p := fixture.Start(t, nil)
	if _, err := p.Create(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	o.Fail(behave.Fault{Call: "DELETE " + place + "/ocs0", Status: 500})
	want := "a client secret cannot be deleted at Okta, it answered 500, it is out of order, the next run goes on from here"
	if err := p.Remove(t.Context(), client, "ocs0"); err == nil || err.Error() != want {
		t.Fatalf("Remove = %v, want %q", err, want)
	}
	// What is not active any more takes room, too.
	if all, err := p.List(t.Context(), client); err != nil || len(all) != 2 {
		t.Fatalf("List = %v, %v, want two", all, err)
	}
	if err := p.Remove(t.Context(), client, "ocs0"); err != nil {
		t.Errorf("Remove, again = %v", err)
	}
	if all, err := p.List(t.Context(), client); err != nil || len(all) != 1 {
		t.Errorf("List = %v, %v, want one", all, err)
	}
}

func TestASecretThatStaysActive(t *testing.T) {
	o, p := fixture.Start(t, nil)
	if _, err := p.Create(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	o.Fail(behave.Fault{Call: "POST " + place + "/ocs0/lifecycle/deactivate", Status: 200, Body: `{}`})
	want := "a client secret cannot be deleted at Okta, it answered 400 E0000001, it is still active, the next run deactivates it again"
	if err := p.Remove(t.Context(), client, "ocs0"); err == nil || err.Error() != want {
		t.Errorf("Remove = %v, want %q", err, want)
	}
}

func TestTokensBoundOrNot(t *testing.T) {
	for name, change := range map[string]func(*behave.Okta){
		"bound":                          func(*behave.Okta) {},
		"bound, with a nonce at the API": func(o *behave.Okta) { o.NonceAtAPI = true },
		"bearer":                         func(o *behave.Okta) { o.Bound = false },
	} {
		o, p := fixture.Start(t, nil)
		change(o)
		for range 2 {
			if _, err := p.List(t.Context(), client); err != nil {
				t.Errorf("List, token %s = %v", name, err)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	for name, test := range map[string]struct {
		key       string
		public    crypto.PublicKey
		algorithm string
	}{
		"RSA in PKCS #8": {pkcs8(rsaKey()), rsaKey().Public(), "RS256"},
		"RSA in PKCS #1": {block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey())), rsaKey().Public(), "RS256"},
		"EC in PKCS #8":  {pkcs8(ecKey()), ecKey().Public(), "ES256"},
		"EC in SEC 1":    {block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey()))), ecKey().Public(), "ES256"},
	} {
		o := behave.NewOkta(first, test.public, test.algorithm)
		c := config("https://acme.okta.example", test.key)
		c.HTTP = &http.Client{Transport: o}
		p := must(New(c))
		if _, err := p.List(t.Context(), client); err != nil {
			t.Errorf("List with a key %s = %v", name, err)
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for name, key := range map[string]string{
		"no PEM":           "s3cret",
		"a certificate":    block("CERTIFICATE", []byte("s3cret")),
		"an encrypted one": block("ENCRYPTED PRIVATE KEY", []byte("s3cret")),
		"broken":           block("PRIVATE KEY", []byte("s3cret")),
		"EC on P-384":      pkcs8(must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))),
		"a short one":      pkcs8(must(rsa.GenerateKey(rand.Reader, 1024))),
		"a public one":     block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(ecKey().Public()))),
	} {
		o, p := fixture.Start(t, func(c *Config) { c.Credential = config("", key).Credential })
		_, err := p.List(t.Context(), client)
		if err != errKey || o.Count(adminToken) != 0 {
			t.Errorf("List with a key that is %s = %v, want %v", name, err, errKey)
		}
	}
}

func TestASecretIsTriedWhereTheAppWantsIt(t *testing.T) {
	for _, inBody := range []bool{false, true} {
		o, p := fixture.Start(t, nil)
		o.InBody = inBody
		if err := p.Try(t.Context(), client, first); err != nil {
			t.Errorf("Try of an app that takes secrets in the body (%v) = %v", inBody, err)
		}
		if err := p.Try(t.Context(), client, "other"); !errors.Is(err, provider.ErrRefused) {
			t.Errorf("Try of another secret, in the body (%v) = %v, want it refused", inBody, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	const (
		cannot    = "a client secret cannot be added at Okta, it answered "
		noToken   = "a management token cannot be had at Okta, it answered "
		uncertain = ", it may have been done all the same, which the next run sees to"
		key       = "the management credential does not work, store a private_key whose public key is active under key_id at the application client_id"
	)
	refused := func(name string, change func(*Config), at func(*behave.Okta), want string) {
		t.Helper()
		fixture.Refused(t, name, change, at, trial.Create, want)
	}
	refused("another key", nil, func(o *behave.Okta) { o.RotatorKey = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).Public() }, noToken+"401 invalid_client, "+key)
	refused("another key id", nil, func(o *behave.Okta) { o.RotatorKeyID = "k2" }, noToken+"401 invalid_client, "+key)
	refused("a clock that is an hour late", func(c *Config) { c.Now = func() time.Time { return time.Now().Add(-time.Hour) } }, nil, noToken+"401 invalid_client, "+key)
	refused("a scope that was not granted", nil, func(o *behave.Okta) { o.Granted = false }, noToken+"400 invalid_scope, "+grant)
	refused("a nonce that is never right", nil, func(o *behave.Okta) {
		o.Fail(behave.Fault{Call: adminToken, Status: 400, Times: 2, Header: map[string]string{"DPoP-Nonce": "n"}, Body: `{"error":"use_dpop_nonce"}`})
	}, noToken+"400 use_dpop_nonce, it does not take the proof of possession, look at the clock, and at the application's DPoP setting")
	refused("no role", nil, func(o *behave.Okta) { o.Admin = false }, cannot+"403 E0000006, "+grant)
	refused("the client id of another app", func(c *Config) { c.Object = "" }, nil, cannot+"404 E0000007, write the id of an application of this org")
	refused("a token of another org", nil, func(o *behave.Okta) {
		o.Fail(behave.Fault{Call: add, Status: 401, Body: `{"errorCode":"E0000011","errorSummary":"s3cret"}`})
	}, cannot+"401 E0000011, use a management credential of this org")
	refused("down", nil, func(o *behave.Okta) { o.Fail(behave.Fault{Call: add, Status: 503, Body: "s3cret"}) },
		cannot+"503, it is out of order, the next run goes on from here"+uncertain)
	refused("down in the middle", nil, func(o *behave.Okta) { o.Fail(behave.Fault{Call: add, Done: true}) },
		"a client secret cannot be added at Okta, the connection broke"+uncertain)
	refused("an answer without a secret", nil, func(o *behave.Okta) { o.Fail(behave.Fault{Call: add, Status: 201, Body: `{"id":"s3cret"}`}) },
		cannot+"201 without id or client_secret"+uncertain)
	refused("a token of an unknown type", nil, func(o *behave.Okta) {
		o.Fail(behave.Fault{Call: adminToken, Status: 200, Body: `{"access_token":"s3cret","token_type":"s3cret"}`})
	}, noToken+"200 without a bearer token")
}

func TestListsThatAreNone(t *testing.T) {
	for body, missing := range map[string]string{
		`{}`:                "a list",
		`[{"id":"ocs1"}]`:   "id or created of a secret",
		`[{"created":"x"}]`: "id or created of a secret",
		`[1]`:               "id or created of a secret",
	} {
		o, p := fixture.Start(t, nil)
		o.Fail(behave.Fault{Call: "GET " + place, Status: 200, Body: body})
		want := "the client's secrets cannot be listed at Okta, it answered 200 without " + missing
		if all, err := p.List(t.Context(), client); err == nil || err.Error() != want || all != nil {
			t.Errorf("List of %s = %v, %v, want %q", body, all, err, want)
		}
	}
}

// The org's clock is a minute ahead of ours, and its limit is lifted by its
// clock.
func TestTheRateLimitIsWaitedForByTheOrgsClock(t *testing.T) {
	key := pkcs8(ecKey())
	synctest.Test(t, func(t *testing.T) {
		o := behave.NewOkta(first, ecKey().Public(), "ES256")
		o.Now = func() time.Time { return time.Now().Add(time.Minute) }
		c := config("https://acme.okta.example", key)
		c.HTTP = &http.Client{Transport: o}
		p := must(New(c))
		o.Limit(2, 15*time.Second)
		begin := time.Now()
		for range 3 {
			if _, err := p.List(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if took, n := time.Since(begin), o.Count("GET "+place); took < 15*time.Second || took > 16*time.Second || n != 4 {
			t.Errorf("3 lists took %v and %d requests, want about 15s and 4", took, n)
		}
	})
}

func TestNewWantsAnAddress(t *testing.T) {
	if _, err := New(config("acme.okta.com", "")); err == nil {
		t.Error("New of an org without https = nil, want an error")
	}
}
