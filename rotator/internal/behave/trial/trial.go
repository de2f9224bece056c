// Package trial tries the providers' packages at the fakes of package behave.
package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/rotator/internal/call/manage"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// Fake is a provider's fake. It answers over a network, or without one.
type Fake interface {
	http.Handler
	http.RoundTripper
	Count(call string) int
}

// Provider is how a provider's package is tried.
type Provider[F Fake] struct {
	// Fake makes a provider without history.
	Fake func() F
	// Config is the configuration, with what is at this base URL.
	Config func(base string) manage.Config
	// New is what is tried.
	New func(manage.Config) (provider.Provider, error)
	// Client is the client whose secrets are renewed, Create the call that makes
	// one, "POST /path".
	Client, Create string
	// Secret is a part of every secret that the fake makes.
	Secret string
}

// Credential is a management credential, as Secrets Manager would give it.
func Credential(members map[string]string) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) { return json.Marshal(members) }
}

// Rotator is the management credential that the fakes with secrets know.
var Rotator = map[string]string{"client_id": "rotator", "client_secret": "rotator-secret"}

// Start starts a fake and connects to it. change may be nil.
func (p Provider[F]) Start(t *testing.T, change func(*manage.Config)) (F, provider.Provider) {
	t.Helper()
	fake := p.Fake()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, p.connect(t, p.Config(server.URL), change)
}

// Offline connects to a fake without a network, and so with simulated time.
func (p Provider[F]) Offline(t *testing.T) (F, provider.Provider) {
	t.Helper()
	fake := p.Fake()
	config := p.Config("https://id.example.com")
	config.HTTP = &http.Client{Transport: fake}
	return fake, p.connect(t, config, nil)
}

func (p Provider[F]) connect(t *testing.T, config manage.Config, change func(*manage.Config)) provider.Provider {
	t.Helper()
	if change != nil {
		change(&config)
	}
	connected, err := p.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return connected
}

// Do is something to try.
type Do func(ctx context.Context, p provider.Provider, client string) error

// Create makes a secret.
func Create(ctx context.Context, p provider.Provider, client string) error {
	_, err := p.Create(ctx, client)
	return err
}

// Reveal reads the secret.
func Reveal(ctx context.Context, p provider.Provider, client string) error {
	_, err := p.Reveal(ctx, client)
	return err
}

// List lists the secrets.
func List(ctx context.Context, p provider.Provider, client string) error {
	_, err := p.List(ctx, client)
	return err
}

// Refused tries something with another configuration and at a fake where
// something is wrong; change and at may be nil. It has to end with a sentence
// that holds no secret, and no secret may be asked for twice.
func (p Provider[F]) Refused(t *testing.T, name string, change func(*manage.Config), at func(F), do Do, want string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Helper()
		fake, connected := p.Start(t, change)
		if at != nil {
			at(fake)
		}
		err := do(t.Context(), connected, p.Client)
		if err == nil || err.Error() != want {
			t.Errorf("error = %v, want %q", err, want)
		}
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		for _, secret := range []string{"s3cret", p.Secret, "rotator-secret", "PRIVATE"} {
			if strings.Contains(text, secret) {
				t.Errorf("the error holds a secret: %s", text)
			}
		}
		if n := fake.Count(p.Create); n > 1 {
			t.Errorf("a secret was asked for %d times, want once", n)
		}
	})
}
