// Package oauth asks a token endpoint whether a client's secret works
// (RFC 6749, sections 2.3.1, 4.4 and 5.2).
package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/scopeway/scopeway/internal/strictjson"
	"github.com/scopeway/scopeway/rotator/internal/call"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const (
	// deadline is how long one request may take, its body included.
	deadline = 5 * time.Second
	// maxBody is the largest answer that is read.
	maxBody = 64 << 10
)

// Request is a token request.
type Request struct {
	// TokenURL is the token endpoint: https, or http for a literal loopback
	// address. It was checked by who read the configuration.
	TokenURL string
	// ClientID and Secret are the client's credentials.
	ClientID, Secret string
	// Scope and Audience are sent where they are not empty.
	Scope, Audience string
	// InBody sends the credentials in the body; otherwise they go into the
	// Authorization header, each form-urlencoded first, as section 2.3.1 says.
	InBody bool
	// Code makes it the request of a client that may not ask for tokens of its
	// own: it redeems an authorization code that nobody issued. The endpoint
	// looks at the client first, so invalid_grant says that the secret works.
	Code bool
	// RedirectURI goes with Code.
	RedirectURI string
}

// Error is what the token endpoint answered where it gave no token. It holds
// nothing of the answer but a code that RFC 6749 or RFC 8707 names.
type Error struct {
	// Status is the HTTP status.
	Status int
	// Code is the error code, "" for none or one that is not in those RFCs.
	Code string
}

// Error says what the endpoint answered.
func (e *Error) Error() string {
	switch {
	case e.Status >= 300 && e.Status < 400:
		return fmt.Sprintf("the token endpoint answered %d, redirects are not followed", e.Status)
	case e.Code != "":
		return fmt.Sprintf("the token endpoint answered %d %s", e.Status, e.Code)
	case e.Status == http.StatusOK:
		return "the token endpoint answered 200 without an access token"
	}
	return fmt.Sprintf("the token endpoint answered %d", e.Status)
}

// Is says whether target is [provider.ErrRefused] and the answer that the
// secret is wrong: invalid_client, or 401 unauthorized_client as Keycloak has it.
func (e *Error) Is(target error) bool {
	if target != provider.ErrRefused {
		return false
	}
	switch e.Code {
	case "invalid_client":
		return e.Status == http.StatusUnauthorized || e.Status == http.StatusBadRequest
	case "unauthorized_client":
		return e.Status == http.StatusUnauthorized
	}
	return false
}

// phrase says in a fixed phrase why there was no answer.
func phrase(err error) string {
	text, _, _ := call.Cause(err)
	return text
}

// codes are the error codes that an error may name.
var codes = map[string]bool{
	"invalid_request": true, "invalid_client": true, "invalid_grant": true, "unauthorized_client": true,
	"unsupported_grant_type": true, "invalid_scope": true, "invalid_target": true,
	// RFC 6749, section 4.1.2.1, and RFC 9449, section 12.2.
	"access_denied": true, "invalid_dpop_proof": true, "use_dpop_nonce": true,
}

// Try makes one request. It returns nil if the credentials work, an error that
// is [provider.ErrRefused] if the endpoint says that they do not, and any other
// where nobody knows: the last two are an [*Error] where there was an answer.
// It does not look at the token, and forgets it.
func Try(ctx context.Context, r Request) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	request, err := r.request(ctx)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the token endpoint cannot be asked, %s", phrase(err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return fmt.Errorf("the token endpoint's answer cannot be read, %s", phrase(err))
	}
	if len(body) > maxBody {
		return fmt.Errorf("the token endpoint answered %d with more than %d KB", response.StatusCode, maxBody>>10)
	}
	// What is no JSON has no members.
	answer, _ := strictjson.Parse(body, strictjson.Limits{Bytes: maxBody, Depth: 16})
	if response.StatusCode == http.StatusOK {
		if token, _ := answer.Member("access_token").Text(); token != "" {
			return nil
		}
	}
	refusal := &Error{Status: response.StatusCode}
	if code, _ := answer.Member("error").Text(); codes[code] {
		refusal.Code = code
	}
	if r.Code && refusal.Status == http.StatusBadRequest && refusal.Code == "invalid_grant" {
		return nil
	}
	return refusal
}

// request writes the request.
func (r Request) request(ctx context.Context) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if r.Code {
		form = url.Values{"grant_type": {"authorization_code"}, "code": {"scopeway-tries-the-secret"}}
		set(form, "redirect_uri", r.RedirectURI)
	}
	set(form, "scope", r.Scope)
	set(form, "audience", r.Audience)
	if r.InBody {
		form.Set("client_id", r.ClientID)
		form.Set("client_secret", r.Secret)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("the token endpoint cannot be asked, its URL cannot be read")
	}
	if !r.InBody {
		request.SetBasicAuth(url.QueryEscape(r.ClientID), url.QueryEscape(r.Secret))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "scopeway")
	return request, nil
}

func set(form url.Values, name, value string) {
	if value != "" {
		form.Set(name, value)
	}
}

// client follows no redirect, asks no proxy and keeps no connection: between
// two requests the process is frozen.
var client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport: &http.Transport{
		Proxy:                  nil,
		DisableKeepAlives:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: maxBody,
	},
}
