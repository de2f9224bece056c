// Package manage holds what the management APIs of all providers have in
// common: how they are configured, the credential that the rotator has there,
// and the token that it gets for it.
package manage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// Config says where a provider is and who we are there. It belongs to one
// invocation: the credential is read once, the token lives in memory only.
type Config struct {
	// APIURL is the base of the management API, without a slash at its end.
	APIURL string
	// AdminTokenURL is the token endpoint for the management credential.
	AdminTokenURL string
	// TokenURL is the token endpoint that the client asks.
	TokenURL string
	// Object is the id by which the management API knows the client. Default:
	// the client id.
	Object string
	// Scope and Audience are what the client asks for when its secret is tried.
	Scope, Audience string
	// Lifetime is how long a new secret lasts at the provider. Entra ID alone
	// asks for it, and there it is mandatory.
	Lifetime time.Duration
	// Credential reads the management credential, a JSON object. It is called
	// with the first request.
	Credential func(context.Context) ([]byte, error)
	// HTTP makes the requests to the management API and for its token. Default:
	// [call.NewHTTP].
	HTTP *http.Client
	// Now is the time of day. Default: time.Now.
	Now func() time.Time
}

// Ready returns the configuration with its defaults, or says what it lacks.
func (c Config) Ready() (Config, error) {
	for _, address := range []struct{ name, url string }{
		{"the address of the management API", c.APIURL},
		{"the token endpoint of the management API", c.AdminTokenURL},
		{"the token endpoint of the client", c.TokenURL},
	} {
		if wrong := call.Address(address.url); wrong != "" {
			return Config{}, fmt.Errorf("%s %s, got %q, write one such as https://id.example.com/path", address.name, wrong, address.url)
		}
	}
	if c.Credential == nil {
		return Config{}, errors.New("the management credential is not configured, write where it is")
	}
	if c.HTTP == nil {
		c.HTTP = call.NewHTTP()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// ObjectOf returns the id by which the management API knows a client.
func (c Config) ObjectOf(client string) string {
	if c.Object != "" {
		return c.Object
	}
	return client
}
