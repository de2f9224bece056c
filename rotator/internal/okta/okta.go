// Package okta renews the secrets of Okta's OAuth applications through the
// Okta Management API.
//
// An application has two secrets at most, which work side by side, so a
// rotation is no cut-over. The management credential is a key, as Okta wants
// of service applications, and the token is bound to a second key that never
// leaves the process (DPoP, RFC 9449) where Okta binds it.
//
// It is written after Okta's description of its API and was never run against a
// real org.
package okta

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/scopeway/scopeway/internal/strictjson"
	"github.com/scopeway/scopeway/rotator/internal/call"
	"github.com/scopeway/scopeway/rotator/internal/call/manage"
	"github.com/scopeway/scopeway/rotator/internal/oauth"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// Config says which org and application. AdminTokenURL is the org
// authorization server's token endpoint: only that one gives tokens for the
// Management API.
type Config = manage.Config

// resetHeader says when the rate limit is lifted, in Unix seconds. Okta sends
// no Retry-After.
const resetHeader = "X-Rate-Limit-Reset"

type okta struct {
	config Config
	api    call.API
}

// New returns the provider.
func New(c Config) (provider.Provider, error) {
	c, err := c.Ready()
	if err != nil {
		return nil, err
	}
	s, err := newSession(c)
	if err != nil {
		return nil, err
	}
	return &okta{c, call.API{
		Provider: "Okta", HTTP: c.HTTP, Now: c.Now, Authorize: s.authorize, Again: s.proofs.again, ResetHeader: resetHeader, Judge: judge,
	}}, nil
}

// Traits say that there is room for two secrets.
func (*okta) Traits() provider.Traits { return provider.Traits{Most: 2} }

func (o *okta) secrets(client string) string {
	return o.config.APIURL + "/api/v1/apps/" + url.PathEscape(o.config.ObjectOf(client)) + "/credentials/secrets"
}

// Reveal returns [provider.ErrNotTold]: which of two secrets is in use, Okta
// does not know.
func (*okta) Reveal(context.Context, string) (provider.Secret, error) {
	return provider.Secret{}, provider.ErrNotTold
}

// Create adds a secret.
func (o *okta) Create(ctx context.Context, client string) (provider.Secret, error) {
	r := call.Request{
		Cannot: "a client secret cannot be added", Method: http.MethodPost, URL: o.secrets(client), Body: call.JSON(map[string]any{}),
	}
	answer, err := o.api.Do(ctx, r)
	if err != nil {
		return provider.Secret{}, err
	}
	id, _ := answer.Body.Member("id").Text()
	value, _ := answer.Body.Member("client_secret").Text()
	if id == "" || value == "" {
		return provider.Secret{}, o.api.Odd(r, answer, "id or client_secret")
	}
	return provider.Secret{ID: id, Value: value}, nil
}

// List returns the secrets, those that do not work included: they take room.
func (o *okta) List(ctx context.Context, client string) ([]provider.Listed, error) {
	r := call.Request{Cannot: "the client's secrets cannot be listed", Method: http.MethodGet, URL: o.secrets(client), Repeatable: true}
	answer, err := o.api.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	if answer.Body.Kind() != strictjson.Array {
		return nil, o.api.Odd(r, answer, "a list")
	}
	var all []provider.Listed
	for secret := range answer.Body.Elements() {
		id, _ := secret.Member("id").Text()
		text, _ := secret.Member("created").Text()
		created, err := time.Parse(time.RFC3339, text)
		if id == "" || err != nil {
			return nil, o.api.Odd(r, answer, "id or created of a secret")
		}
		all = append(all, provider.Listed{ID: id, Created: created})
	}
	slices.SortStableFunc(all, func(a, b provider.Listed) int { return a.Created.Compare(b.Created) })
	return all, nil
}

// Remove deactivates a secret and deletes it.
func (o *okta) Remove(ctx context.Context, client, id string) error {
	one := o.secrets(client) + "/" + url.PathEscape(id)
	// What is not there, or was deactivated before, goes on to the second.
	deactivate := call.Request{
		Cannot: "a client secret cannot be deactivated", Method: http.MethodPost, URL: one + "/lifecycle/deactivate",
		Repeatable: true, Accept: []int{http.StatusNotFound, http.StatusBadRequest},
	}
	answer, err := o.api.Do(ctx, deactivate)
	if err != nil {
		return err
	}
	if answer.Status == http.StatusBadRequest && onlyActive(answer) {
		return o.api.Refused(deactivate, answer)
	}
	_, err = o.api.Do(ctx, call.Request{
		Cannot: "a client secret cannot be deleted", Method: http.MethodDelete, URL: one,
		Repeatable: true, Accept: []int{http.StatusNotFound},
	})
	return err
}

// Try asks the authorization server's token endpoint. An app may say where its
// secret has to be sent, in the header or in the body (Okta Developer, "Client
// authentication methods"); the same secret in the wrong place is refused.
func (o *okta) Try(ctx context.Context, client, secret string) error {
	request := oauth.Request{
		TokenURL: o.config.TokenURL, ClientID: client, Secret: secret, Scope: o.config.Scope, Audience: o.config.Audience,
	}
	err := oauth.Try(ctx, request)
	if errors.Is(err, provider.ErrRefused) {
		request.InBody = true
		err = oauth.Try(ctx, request)
	}
	return err
}
