package localcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Call sends a request to the default stage of a deployed HTTP API. The
// authorization is the whole value of that header; there is no header if it is
// empty.
func (c *Cloud) Call(ctx context.Context, apiID, method, path, authorization string) (status int, body []byte, err error) {
	header := http.Header{}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	answer, err := c.Send(ctx, Request{API: apiID, Method: method, Path: path, Header: header})
	return answer.Status, answer.Body, err
}

// TokenEndpoint is the OAuth token endpoint of every user pool here.
func (c *Cloud) TokenEndpoint() string { return c.Endpoint() + "/oauth2/token" }

// Client is an OAuth client's name and password, as they lie in its secret.
type Client struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
}

// Client reads a client from its secret, by the secret's name or ARN.
func (c *Cloud) Client(ctx context.Context, secret string) (Client, error) {
	text, err := c.Secret(ctx, secret)
	if err != nil {
		return Client{}, err
	}
	var client Client
	if err := json.Unmarshal([]byte(text), &client); err != nil || client.ID == "" || client.Secret == "" {
		return Client{}, fmt.Errorf("secret %q has no client_id and client_secret", secret)
	}
	return client, nil
}

// TokenRefused is a token endpoint's refusal (RFC 6749, section 5.2).
type TokenRefused struct {
	// Status is the HTTP status, Code the error's code such as invalid_scope.
	Status int
	Code   string
}

// Error says with what the endpoint refused.
func (e *TokenRefused) Error() string {
	return fmt.Sprintf("token endpoint refused with %d %s", e.Status, e.Code)
}

// Token gets an access token by client credentials (RFC 6749, section 4.4).
// A refusal is a *[TokenRefused].
func (c *Cloud) Token(ctx context.Context, endpoint string, client Client, scopes ...string) (string, error) {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {client.ID},
		"client_secret": {client.Secret},
		"scope":         {strings.Join(scopes, " ")},
	}
	request, err := c.formRequest(ctx, endpoint, form)
	if err != nil {
		return "", err
	}
	status, text, err := c.do(request)
	if err != nil {
		return "", err
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		Error       string `json:"error"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", fmt.Errorf("token endpoint answered %d with something that is not JSON", status)
	}
	if status != http.StatusOK {
		return "", &TokenRefused{Status: status, Code: answer.Error}
	}
	if answer.AccessToken == "" {
		return "", fmt.Errorf("token endpoint answered %d without an access token", status)
	}
	return answer.AccessToken, nil
}
