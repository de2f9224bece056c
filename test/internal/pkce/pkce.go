// Package pkce signs people in as a web page does, without a browser: an
// authorization code with PKCE (RFC 6749, section 4.1; RFC 7636), and the login
// form of the authorization server filled in and sent.
package pkce

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Client is a public client: it has no secret.
type Client struct {
	// AuthorizationURL and TokenURL are the server's endpoints.
	AuthorizationURL, TokenURL string
	// ID is the client's id, RedirectURL one of its callback URLs.
	ID, RedirectURL string
}

// Tokens are what a person's sign-in yields.
type Tokens struct {
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	Refresh string `json:"refresh_token"`
	// Type is Bearer, ExpiresIn the access token's life in seconds.
	Type      string `json:"token_type"`
	ExpiresIn int    `json:"expires_in"`
}

// Refused is the server's refusal at one of the steps authorize, login and
// token.
type Refused struct {
	Step string
	// Status is the HTTP status, Code the error's code such as invalid_grant,
	// empty if the server gives none.
	Status int
	Code   string
}

// Error says at which step the server refused, and with what.
func (e *Refused) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s was refused with %d %s", e.Step, e.Status, e.Code))
}

// Login is a sign-in that was begun: the server showed its form.
type Login struct {
	// Verifier is the secret that proves at the end who began.
	Verifier string

	client Client
	state  string
	action string
	fields url.Values
}

// SignIn takes all steps.
func (c Client) SignIn(ctx context.Context, name, password string, scopes ...string) (Tokens, error) {
	login, err := c.Begin(ctx, scopes...)
	if err != nil {
		return Tokens{}, err
	}
	code, err := login.Submit(ctx, name, password)
	if err != nil {
		return Tokens{}, err
	}
	return login.Exchange(ctx, code)
}

// Begin asks the server to let somebody sign in who grants the scopes.
func (c Client) Begin(ctx context.Context, scopes ...string) (*Login, error) {
	login := &Login{Verifier: rand.Text() + rand.Text(), client: c, state: rand.Text()}
	challenge := sha256.Sum256([]byte(login.Verifier))
	query := url.Values{
		"response_type":         {"code"},
		"client_id":             {c.ID},
		"redirect_uri":          {c.RedirectURL},
		"scope":                 {strings.Join(scopes, " ")},
		"state":                 {login.state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(challenge[:])},
		"code_challenge_method": {"S256"},
	}
	answer, err := send(ctx, http.MethodGet, c.AuthorizationURL+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	if answer.status != http.StatusOK {
		return nil, answer.refused("authorize")
	}
	action := formAction.FindStringSubmatch(answer.body)
	if action == nil {
		return nil, fmt.Errorf("authorize answered %d without a form", answer.status)
	}
	if login.action, err = resolve(c.AuthorizationURL, html.UnescapeString(action[1])); err != nil {
		return nil, err
	}
	login.fields = hiddenFields(answer.body)
	return login, nil
}

// Submit sends the form with a person's name and password, and returns the
// authorization code. A form shown again is a refusal with status 200.
func (l *Login) Submit(ctx context.Context, name, password string) (code string, err error) {
	form := url.Values{"username": {name}, "password": {password}}
	for field, values := range l.fields {
		form[field] = values
	}
	answer, err := send(ctx, http.MethodPost, l.action, form)
	if err != nil {
		return "", err
	}
	target, query := answer.redirect()
	if answer.status != http.StatusFound || target != l.client.RedirectURL || query.Get("code") == "" {
		return "", answer.refused("login")
	}
	if query.Get("state") != l.state {
		return "", fmt.Errorf("login answered another state than it was given")
	}
	return query.Get("code"), nil
}

// Exchange exchanges a code for tokens (RFC 7636, section 4.5).
func (l *Login) Exchange(ctx context.Context, code string) (Tokens, error) {
	return l.client.token(ctx, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {l.client.RedirectURL},
		"code_verifier": {l.Verifier},
	})
}

// Renew gets new tokens by a refresh token (RFC 6749, section 6).
func (c Client) Renew(ctx context.Context, refresh string) (Tokens, error) {
	return c.token(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
}

func (c Client) token(ctx context.Context, form url.Values) (tokens Tokens, err error) {
	form.Set("client_id", c.ID)
	answer, err := send(ctx, http.MethodPost, c.TokenURL, form)
	if err != nil {
		return Tokens{}, err
	}
	if answer.status != http.StatusOK {
		return Tokens{}, answer.refused("token")
	}
	if err := json.Unmarshal([]byte(answer.body), &tokens); err != nil || tokens.Access == "" {
		return Tokens{}, fmt.Errorf("token answered %d without an access token", answer.status)
	}
	return tokens, nil
}

var (
	formAction = regexp.MustCompile(`<form\b[^>]*\baction="([^"]*)"`)
	input      = regexp.MustCompile(`<input\b[^>]*>`)
	attribute  = regexp.MustCompile(`\b(type|name|value)="([^"]*)"`)
)

// hiddenFields are what a page's form sends along unseen.
func hiddenFields(page string) url.Values {
	fields := url.Values{}
	for _, tag := range input.FindAllString(page, -1) {
		attributes := map[string]string{}
		for _, a := range attribute.FindAllStringSubmatch(tag, -1) {
			attributes[a[1]] = html.UnescapeString(a[2])
		}
		if attributes["type"] == "hidden" {
			fields.Add(attributes["name"], attributes["value"])
		}
	}
	return fields
}

func resolve(base, reference string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	if u, err = u.Parse(reference); err != nil {
		return "", err
	}
	return u.String(), nil
}

// client follows no redirect: where it leads is the answer. It goes through no
// proxy: servers of tests are on loopback.
var client = &http.Client{
	Transport: &http.Transport{},
	Timeout:   30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	},
}

// maxAnswer caps what is read of any answer, in bytes.
const maxAnswer = 1 << 20

type answer struct {
	status   int
	location string
	body     string
}

// send posts a form, or asks for a page if there is none.
func send(ctx context.Context, method, url string, form url.Values) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return answer{response.StatusCode, response.Header.Get("Location"), string(body)}, err
}

// redirect is where the answer leads, and the query there.
func (a answer) redirect() (target string, query url.Values) {
	u, err := url.Parse(a.location)
	if err != nil {
		return "", nil
	}
	query = u.Query()
	u.RawQuery = ""
	return u.String(), query
}

// refused is the refusal that the answer is, with its code from the body's JSON
// or from the redirect.
func (a answer) refused(step string) error {
	var body struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal([]byte(a.body), &body) // a page has no code
	if body.Error == "" {
		_, query := a.redirect()
		body.Error = query.Get("error")
	}
	return &Refused{Step: step, Status: a.status, Code: body.Error}
}
