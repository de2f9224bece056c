// Package auth0 renews the secrets of Auth0's applications through the
// Management API v2.
//
// A new secret replaces the former one at once: there is no overlap.
//
// It is written after Auth0's description of its API and was never run against
// a real tenant.
package auth0

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/scopeway/scopeway/rotator/internal/call"
	"github.com/scopeway/scopeway/rotator/internal/call/manage"
	"github.com/scopeway/scopeway/rotator/internal/oauth"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// Config says which tenant and application. APIURL is the tenant's own domain,
// not a custom one: the audience of the Management API is made of it.
type Config = manage.Config

type auth0 struct {
	config Config
	api    call.API
}

// resetHeader says when the rate limit is lifted, in Unix seconds.
const resetHeader = "X-RateLimit-Reset"

// New returns the provider.
func New(c Config) (provider.Provider, error) {
	c, err := c.Ready()
	if err != nil {
		return nil, err
	}
	tokens := manage.WithSecret(c, call.API{Provider: "Auth0", ResetHeader: resetHeader, Judge: judgeToken},
		url.Values{"audience": {c.APIURL + "/api/v2/"}})
	return &auth0{c, call.API{
		Provider: "Auth0", HTTP: c.HTTP, Now: c.Now, Authorize: tokens.Bearer, ResetHeader: resetHeader, Judge: judge,
	}}, nil
}

// Traits say that a new secret replaces the former one.
func (*auth0) Traits() provider.Traits { return provider.Traits{Most: 1, Replaces: true} }

func (a *auth0) application(client string) string {
	return a.config.APIURL + "/api/v2/clients/" + url.PathEscape(a.config.ObjectOf(client))
}

// Reveal returns the application's secret, where the management credential may
// read it.
func (a *auth0) Reveal(ctx context.Context, client string) (provider.Secret, error) {
	answer, err := a.api.Do(ctx, call.Request{
		Cannot: "the client's secret cannot be read", Method: http.MethodGet,
		URL:        a.application(client) + "?fields=client_secret&include_fields=true",
		Repeatable: true, Accept: []int{http.StatusForbidden},
	})
	if err != nil {
		return provider.Secret{}, err
	}
	// With too few rights the member is left out, or the whole is refused.
	value, _ := answer.Body.Member("client_secret").Text()
	if value == "" || answer.Status == http.StatusForbidden {
		return provider.Secret{}, provider.ErrNotTold
	}
	return provider.Secret{Value: value}, nil
}

// Create makes a new secret. The former one dies at once.
func (a *auth0) Create(ctx context.Context, client string) (provider.Secret, error) {
	r := call.Request{Cannot: "a client secret cannot be made", Method: http.MethodPost, URL: a.application(client) + "/rotate-secret"}
	answer, err := a.api.Do(ctx, r)
	if err != nil {
		return provider.Secret{}, err
	}
	value, _ := answer.Body.Member("client_secret").Text()
	if value == "" {
		return provider.Secret{}, a.api.Odd(r, answer, "a secret")
	}
	return provider.Secret{Value: value}, nil
}

// List returns none: an application has one secret, which has no name.
func (*auth0) List(context.Context, string) ([]provider.Listed, error) { return nil, nil }

// Remove has nothing to take away.
func (*auth0) Remove(context.Context, string, string) error { return nil }

// Try asks the tenant's token endpoint.
func (a *auth0) Try(ctx context.Context, client, secret string) error {
	err := oauth.Try(ctx, oauth.Request{
		TokenURL: a.config.TokenURL, ClientID: client, Secret: secret,
		Scope: a.config.Scope, Audience: a.config.Audience, InBody: true,
	})
	var answered *oauth.Error
	if errors.As(err, &answered) {
		switch answered.Status {
		case http.StatusUnauthorized:
			// Auth0 has its own code for it: access_denied, "Unauthorized".
			return fmt.Errorf("%w, Auth0 answered 401", provider.ErrRefused)
		case http.StatusForbidden:
			return fmt.Errorf("%w, authorize the application for the API %q with a client grant", err, a.config.Audience)
		}
	}
	return err
}
