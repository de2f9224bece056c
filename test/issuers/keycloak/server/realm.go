package server

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"testing"
)

// Realm is a realm, which lives as long as the server.
type Realm struct {
	Server *Server
	Name   string
}

// Realm makes a realm. That takes a second or two, because it gets keys of its own.
func (s *Server) Realm(t testing.TB) *Realm {
	t.Helper()
	r := &Realm{s, "acme-" + rand.Text()[:8]}
	s.Admin(t, http.MethodPost, "/admin/realms", map[string]any{"realm": r.Name, "enabled": true})
	return r
}

// Issuer is the iss of the realm's tokens.
func (r *Realm) Issuer() string { return r.Server.url + "/realms/" + r.Name }

// KeysURL is where its key set is.
func (r *Realm) KeysURL() string { return r.Issuer() + "/protocol/openid-connect/certs" }

// TokenURL is its token endpoint.
func (r *Realm) TokenURL() string { return r.Issuer() + "/protocol/openid-connect/token" }

// AdminURL is the base of its admin API.
func (r *Realm) AdminURL() string { return r.Server.url + r.path("") }

// path is the path of something in the realm's admin API.
func (r *Realm) path(below string) string { return "/admin/realms/" + r.Name + below }

// Admin calls the realm's admin API as the administrator.
func (r *Realm) Admin(t testing.TB, method, below string, body any) Answer {
	t.Helper()
	return r.Server.Admin(t, method, r.path(below), body)
}

// Call calls the realm's admin API with a token.
func (r *Realm) Call(t testing.TB, token, method, below string, body any) Answer {
	t.Helper()
	return r.Server.Call(t, token, method, r.path(below), body)
}

// Scope makes a client scope. Tokens that have it are for the audience, unless
// that is "".
func (r *Realm) Scope(t testing.TB, name, audience string) (id string) {
	t.Helper()
	id = r.Admin(t, http.MethodPost, "/client-scopes", map[string]any{
		"name": name, "protocol": "openid-connect", "attributes": map[string]string{"include.in.token.scope": "true"},
	}).ID(t)
	if audience != "" {
		r.Audience(t, "/client-scopes/"+id, audience, false)
	}
	return id
}

// Audience gives a client or a client scope a mapper that adds an audience to
// access tokens, lightweight ones included if so wanted.
func (r *Realm) Audience(t testing.TB, of, audience string, lightweight bool) {
	t.Helper()
	config := map[string]string{
		"included.custom.audience": audience, "access.token.claim": "true", "id.token.claim": "false",
		"introspection.token.claim": "true", "lightweight.claim": "false",
	}
	if lightweight {
		config["lightweight.claim"] = "true"
	}
	r.Admin(t, http.MethodPost, of+"/protocol-mappers/models", map[string]any{
		"name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper", "config": config,
	})
}

// Client is an OAuth client.
type Client struct {
	ID, UUID, Secret string
}

// Client makes a confidential client for a program. The members of more, as the
// admin API spells them, add to what is sent or replace it.
func (r *Realm) Client(t testing.TB, id string, more map[string]any) Client {
	t.Helper()
	c := Client{ID: id, Secret: rand.Text()}
	body := map[string]any{
		"clientId": id, "secret": c.Secret, "serviceAccountsEnabled": true, "publicClient": false,
		"standardFlowEnabled": false, "directAccessGrantsEnabled": false, "fullScopeAllowed": false,
	}
	for name, value := range more {
		body[name] = value
	}
	c.UUID = r.Admin(t, http.MethodPost, "/clients", body).ID(t)
	return c
}

// Person makes a person who signs in with the password.
func (r *Realm) Person(t testing.TB, name, password string) (id string) {
	t.Helper()
	return r.Admin(t, http.MethodPost, "/users", map[string]any{
		"username": name, "enabled": true, "email": name + "@example.com", "emailVerified": true, "firstName": name, "lastName": "Example",
		"credentials": []any{map[string]any{"type": "password", "value": password, "temporary": false}},
	}).ID(t)
}

// Tokens is what the token endpoint answered.
type Tokens struct {
	Status       int    `json:"-"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	IDToken      string `json:"id_token"`
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	Error        string `json:"error"`
	Description  string `json:"error_description"`
}

// Ask asks the token endpoint as a client.
func (r *Realm) Ask(t testing.TB, c Client, form url.Values, header http.Header) Tokens {
	t.Helper()
	form.Set("client_id", c.ID)
	form.Set("client_secret", c.Secret)
	answer := r.Server.post(t, "/realms/"+r.Name+"/protocol/openid-connect/token", form, header)
	tokens := Tokens{Status: answer.Status}
	answer.Decode(t, &tokens)
	return tokens
}

// Machine gets a token by client credentials, with these scopes. It fails the test
// when there is none.
func (r *Realm) Machine(t testing.TB, c Client, scope string) string {
	t.Helper()
	tokens := r.Ask(t, c, url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}, nil)
	if tokens.AccessToken == "" {
		t.Fatalf("token for %s = status %d, %s: %s", c.ID, tokens.Status, tokens.Error, tokens.Description)
	}
	return tokens.AccessToken
}
