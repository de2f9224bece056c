package manage

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// early is how long before its end a token is renewed.
const early = 15 * time.Second

// Token is a management token.
type Token struct {
	Value Hidden
	// Type is as the token endpoint gave it.
	Type string
	end  time.Time // zero where the endpoint does not say
}

// Tokens gets the management token: one, until it ends.
type Tokens struct {
	config  Config
	members []string
	ignored []string
	form    Form
	api     call.API
	request call.Request

	credential map[string]Hidden
	token      Token
}

// Form writes the parameters of the token request from the credential. It is
// called for every try.
type Form func(credential map[string]Hidden) (url.Values, error)

// NewTokens returns the tokens for a credential of those members; more that
// are there may only be those of ignored. The api asks the token endpoint.
func NewTokens(c Config, api call.API, members, ignored []string, form Form) *Tokens {
	api.HTTP, api.Now = c.HTTP, c.Now
	t := &Tokens{config: c, members: members, ignored: ignored, form: form, api: api}
	t.request = call.Request{
		Cannot: "a management token cannot be had", Method: http.MethodPost, URL: c.AdminTokenURL,
		Body: t.body,
		// A second token does no harm.
		Repeatable: true,
	}
	return t
}

// WithSecret returns the tokens of a client that has a secret, which is sent in
// the body of the request (RFC 6749, section 2.3.1) with the other parameters.
func WithSecret(c Config, api call.API, parameters url.Values) *Tokens {
	form := func(credential map[string]Hidden) (url.Values, error) {
		values := url.Values{"grant_type": {"client_credentials"}}
		for name, value := range parameters {
			values[name] = value
		}
		values.Set("client_id", string(credential["client_id"]))
		values.Set("client_secret", string(credential["client_secret"]))
		return values, nil
	}
	// The credential may be the secret of a client that is itself rotated.
	return NewTokens(c, api, []string{"client_id", "client_secret"}, []string{"client_secret_id"}, form)
}

func (t *Tokens) body() (call.Body, error) {
	values, err := t.form(t.credential)
	if err != nil {
		return call.Body{}, err
	}
	return call.Form(values), nil
}

// Token returns a token that is good for a while.
func (t *Tokens) Token(ctx context.Context) (Token, error) {
	if t.token.Value != "" && (t.token.end.IsZero() || t.config.Now().Add(early).Before(t.token.end)) {
		return t.token, nil
	}
	if t.credential == nil {
		credential, err := t.config.readCredential(ctx, t.members, t.ignored)
		if err != nil {
			return Token{}, err
		}
		t.credential = credential
	}
	answer, err := t.api.Do(ctx, t.request)
	if err != nil {
		return Token{}, err
	}
	value, _ := answer.Body.Member("access_token").Text()
	kind, _ := answer.Body.Member("token_type").Text()
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Token{}, t.api.Odd(t.request, answer, "an access token")
	}
	t.token = Token{Value: Hidden(value), Type: kind}
	if seconds, ok := answer.Body.Member("expires_in").Int64(); ok && seconds > 0 && seconds < 1<<31 {
		t.token.end = t.config.Now().Add(time.Duration(seconds) * time.Second)
	}
	return t.token, nil
}

// Bearer puts the token into a request (RFC 6750, section 2.1).
func (t *Tokens) Bearer(ctx context.Context, request *http.Request) error {
	token, err := t.Token(ctx)
	if err != nil {
		return err
	}
	if !strings.EqualFold(token.Type, "Bearer") {
		return t.api.Odd(t.request, call.Answer{Status: http.StatusOK}, "a bearer token")
	}
	request.Header.Set("Authorization", "Bearer "+string(token.Value))
	return nil
}
