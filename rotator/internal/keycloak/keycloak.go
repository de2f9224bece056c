// Package keycloak renews the secrets of Keycloak's clients through its Admin
// REST API.
//
// A new secret replaces the former one at once, unless the realm has a client
// policy with the executor secret-rotation (feature client-secret-rotation):
// then the former one works until the policy's rotated-expiration-period is
// over. There are never more than those two. The policy's expiration-period
// ends the present one as well: it has to be longer than the time between two
// rotations.
//
// The package's tests run against Keycloak 26.7, too.
package keycloak

import (
	"context"
	"net/http"
	"net/url"

	"github.com/scopeway/scopeway/rotator/internal/call"
	"github.com/scopeway/scopeway/rotator/internal/call/manage"
	"github.com/scopeway/scopeway/rotator/internal/oauth"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// Config says which realm and client. Object is the client's UUID, not its
// client id: a rotator that may manage one client only cannot look it up.
type Config = manage.Config

// Rotated is the id of the former secret, while it works beside the new one.
const Rotated = "rotated"

type keycloak struct {
	config Config
	api    call.API
}

// New returns the provider. It may also be asked for Overlap.
func New(c Config) (provider.Provider, error) {
	c, err := c.Ready()
	if err != nil {
		return nil, err
	}
	tokens := manage.WithSecret(c, call.API{Provider: "Keycloak", Judge: judgeToken}, nil)
	return &keycloak{c, call.API{
		Provider: "Keycloak", HTTP: c.HTTP, Now: c.Now, Authorize: tokens.Bearer, Judge: judge,
	}}, nil
}

// Traits say that a new secret replaces the former one, which may live on.
func (*keycloak) Traits() provider.Traits { return provider.Traits{Most: 2, Replaces: true} }

// secret returns the address of the client's secret.
func (k *keycloak) secret(client string) string {
	return k.config.APIURL + "/clients/" + url.PathEscape(k.config.ObjectOf(client)) + "/client-secret"
}

// Reveal returns the client's secret.
func (k *keycloak) Reveal(ctx context.Context, client string) (provider.Secret, error) {
	return k.value(ctx, call.Request{
		Cannot: "the client's secret cannot be read", Method: http.MethodGet, URL: k.secret(client), Repeatable: true,
	})
}

// Create makes a new secret. Under the policy the former one works on, and the
// one before that dies.
func (k *keycloak) Create(ctx context.Context, client string) (provider.Secret, error) {
	return k.value(ctx, call.Request{
		Cannot: "a client secret cannot be made", Method: http.MethodPost, URL: k.secret(client), Body: call.JSON(map[string]any{}),
	})
}

func (k *keycloak) value(ctx context.Context, r call.Request) (provider.Secret, error) {
	answer, err := k.api.Do(ctx, r)
	if err != nil {
		return provider.Secret{}, err
	}
	value, _ := answer.Body.Member("value").Text()
	if value == "" {
		return provider.Secret{}, k.api.Odd(r, answer, "a secret")
	}
	return provider.Secret{Value: value}, nil
}

// List returns the former secret while Keycloak has it, even after its time.
// Keycloak does not say when it was made.
func (k *keycloak) List(ctx context.Context, client string) ([]provider.Listed, error) {
	there, err := k.Overlap(ctx, client)
	if !there {
		return nil, err
	}
	return []provider.Listed{{ID: Rotated}}, nil
}

// Overlap says whether the former secret is kept beside the present one.
func (k *keycloak) Overlap(ctx context.Context, client string) (bool, error) {
	r := call.Request{
		Cannot: "the client's former secret cannot be looked for", Method: http.MethodGet, URL: k.secret(client) + "/" + Rotated,
		Repeatable: true, Accept: []int{http.StatusNotFound},
	}
	answer, err := k.api.Do(ctx, r)
	if err != nil {
		return false, err
	}
	if answer.Status == http.StatusNotFound && unknownClient(answer) {
		return false, k.api.Refused(r, answer)
	}
	return answer.Status != http.StatusNotFound, nil
}

// Remove ends the former secret before its time.
func (k *keycloak) Remove(ctx context.Context, client, id string) error {
	if id != Rotated {
		return nil // there is no such secret
	}
	_, err := k.api.Do(ctx, call.Request{
		Cannot: "the client's former secret cannot be removed", Method: http.MethodDelete, URL: k.secret(client) + "/" + Rotated,
		Repeatable: true, Accept: []int{http.StatusNotFound},
	})
	if e, ok := err.(*call.Error); ok && e.Status == http.StatusInternalServerError {
		// So it is answered where a right is missing, too.
		e.Advice = grant
	}
	return err
}

// Try asks the realm's token endpoint.
func (k *keycloak) Try(ctx context.Context, client, secret string) error {
	return oauth.Try(ctx, oauth.Request{
		TokenURL: k.config.TokenURL, ClientID: client, Secret: secret, Scope: k.config.Scope, Audience: k.config.Audience,
	})
}
