// Package entra renews the client secrets of applications in Microsoft Entra
// ID through Microsoft Graph v1.0.
//
// Several secrets work side by side, so a rotation is no cut-over. The package
// touches those secrets only whose display name begins with "scopeway-": one
// that somebody else made is neither listed nor removed. One application has
// one rotator.
//
// A federated credential, which needs no secret at all, is not built.
//
// It is written after Microsoft's description of Graph and was never run
// against a real tenant.
package entra

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/scopeway/scopeway/internal/strictjson"
	"github.com/scopeway/scopeway/rotator/internal/call"
	"github.com/scopeway/scopeway/rotator/internal/call/manage"
	"github.com/scopeway/scopeway/rotator/internal/oauth"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// Config says which tenant and application. Object is the application's object
// id, not its client id. Lifetime and Scope are mandatory: Entra gives a secret
// two years where it is not told, and no token without a scope.
type Config = manage.Config

// prefix begins the display names of the secrets that are ours.
const prefix = "scopeway-"

type entra struct {
	config Config
	api    call.API
}

// New returns the provider.
func New(c Config) (provider.Provider, error) {
	c, err := c.Ready()
	switch {
	case err != nil:
		return nil, err
	case c.Lifetime <= 0:
		return nil, errors.New("the life of a new secret at Entra ID is not configured, write how long it lasts")
	case c.Scope == "":
		return nil, errors.New("the scope that Entra ID is asked for is empty, write one such as api://<client id of the API>/.default")
	}
	graph, err := url.Parse(c.APIURL)
	if err != nil {
		return nil, errors.New("the address of Microsoft Graph cannot be read") // Ready has read it
	}
	// National clouds have a Graph of their own.
	tokens := manage.WithSecret(c, call.API{Provider: "Entra ID", Judge: judgeToken},
		url.Values{"scope": {graph.Scheme + "://" + graph.Host + "/.default"}})
	return &entra{c, call.API{
		Provider: "Microsoft Graph", HTTP: c.HTTP, Now: c.Now, Authorize: tokens.Bearer, Judge: judge,
	}}, nil
}

// Traits say that two secrets of ours work side by side. Entra has room for
// more, but with a third nobody could revoke one by rotating twice.
func (*entra) Traits() provider.Traits { return provider.Traits{Most: 2} }

func (e *entra) application(client string) string {
	return e.config.APIURL + "/applications/" + url.PathEscape(e.config.ObjectOf(client))
}

// Reveal returns [provider.ErrNotTold]: Entra tells a secret once.
func (*entra) Reveal(context.Context, string) (provider.Secret, error) {
	return provider.Secret{}, provider.ErrNotTold
}

// Create adds a secret, which may take seconds before the token endpoint knows
// it.
func (e *entra) Create(ctx context.Context, client string) (provider.Secret, error) {
	now := e.config.Now().UTC()
	r := call.Request{
		Cannot: "a client secret cannot be added", Method: http.MethodPost, URL: e.application(client) + "/addPassword",
		Body: call.JSON(map[string]any{"passwordCredential": map[string]any{
			"displayName": prefix + now.Format(time.DateOnly),
			"endDateTime": now.Add(e.config.Lifetime).Format(time.RFC3339),
		}}),
	}
	answer, err := e.api.Do(ctx, r)
	if err != nil {
		return provider.Secret{}, err
	}
	id, _ := answer.Body.Member("keyId").Text()
	value, _ := answer.Body.Member("secretText").Text()
	if id == "" || value == "" {
		return provider.Secret{}, e.api.Odd(r, answer, "keyId or secretText")
	}
	return provider.Secret{ID: id, Value: value}, nil
}

// List returns our secrets. One that was added a moment ago may not be there
// yet, and one that was removed still be.
func (e *entra) List(ctx context.Context, client string) ([]provider.Listed, error) {
	r := call.Request{
		Cannot: "the client's secrets cannot be listed", Method: http.MethodGet,
		URL: e.application(client) + "?$select=passwordCredentials", Repeatable: true,
	}
	answer, err := e.api.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	passwords := answer.Body.Member("passwordCredentials")
	if passwords.Kind() != strictjson.Array {
		return nil, e.api.Odd(r, answer, "passwordCredentials")
	}
	var all []provider.Listed
	for password := range passwords.Elements() {
		if name, _ := password.Member("displayName").Text(); !strings.HasPrefix(name, prefix) {
			continue
		}
		id, _ := password.Member("keyId").Text()
		text, _ := password.Member("startDateTime").Text()
		created, err := time.Parse(time.RFC3339, text)
		if id == "" || err != nil {
			return nil, e.api.Odd(r, answer, "keyId or startDateTime of a secret")
		}
		all = append(all, provider.Listed{ID: id, Created: created})
	}
	slices.SortStableFunc(all, func(a, b provider.Listed) int { return a.Created.Compare(b.Created) })
	return all, nil
}

// Remove takes a secret away.
func (e *entra) Remove(ctx context.Context, client, id string) error {
	r := call.Request{
		Cannot: "a client secret cannot be removed", Method: http.MethodPost, URL: e.application(client) + "/removePassword",
		Body: call.JSON(map[string]any{"keyId": id}), Repeatable: true,
		Accept: []int{http.StatusBadRequest, http.StatusNotFound},
	}
	answer, err := e.api.Do(ctx, r)
	if err != nil || answer.Status < 300 {
		return err
	}
	// So it is answered where the secret is not there, but not only then.
	left, err := e.List(ctx, client)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(left, func(l provider.Listed) bool { return l.ID == id }) {
		return e.api.Refused(r, answer)
	}
	return nil
}

// Try asks the tenant's v2.0 token endpoint.
func (e *entra) Try(ctx context.Context, client, secret string) error {
	return oauth.Try(ctx, oauth.Request{
		TokenURL: e.config.TokenURL, ClientID: client, Secret: secret, Scope: e.config.Scope, InBody: true,
	})
}
