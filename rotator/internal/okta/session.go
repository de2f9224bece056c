package okta

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/call"
	"github.com/scopeway/scopeway/rotator/internal/call/manage"
)

const (
	// assertionLife is how long a client assertion may be used; Okta allows an
	// hour.
	assertionLife = 2 * time.Minute
	// assertionType is of RFC 7523, section 2.2.
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// scope is what the token is for. It covers reading.
	scope = "okta.apps.manage"
)

// session is us at the Management API: the token and its proofs.
type session struct {
	config Config
	tokens *manage.Tokens
	proofs *proofs
}

func newSession(c Config) (*session, error) {
	proofs, err := newProofs(c.Now)
	if err != nil {
		return nil, err
	}
	s := &session{config: c, proofs: proofs}
	// The token endpoint and the API have nonces of their own.
	atEndpoint := proofs.elsewhere()
	s.tokens = manage.NewTokens(c, call.API{
		Provider: "Okta", ResetHeader: resetHeader, Judge: judgeToken, Again: atEndpoint.again,
		Authorize: func(_ context.Context, request *http.Request) error { return atEndpoint.put(request, "") },
	}, []string{"client_id", "private_key", "key_id"}, nil, s.form)
	return s, nil
}

// form writes the token request with an assertion that is used once
// (private_key_jwt, RFC 7523, section 2.2).
func (s *session) form(credential map[string]manage.Hidden) (url.Values, error) {
	signer, err := parseKey(string(credential["private_key"]))
	if err != nil {
		return nil, err
	}
	client, now := string(credential["client_id"]), s.config.Now()
	assertion, err := signer.sign(map[string]any{"kid": string(credential["key_id"])}, map[string]any{
		"iss": client, "sub": client, "aud": s.config.AdminTokenURL, "jti": id(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return nil, err
	}
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {scope},
		"client_assertion_type": {assertionType}, "client_assertion": {assertion},
	}, nil
}

// authorize puts the token into a request to the API: with a proof if it is
// bound to our key, and as a bearer token if Okta gave one.
func (s *session) authorize(ctx context.Context, request *http.Request) error {
	token, err := s.tokens.Token(ctx)
	if err != nil {
		return err
	}
	if !strings.EqualFold(token.Type, "DPoP") {
		return s.tokens.Bearer(ctx, request)
	}
	request.Header.Set("Authorization", "DPoP "+string(token.Value))
	return s.proofs.put(request, string(token.Value))
}
