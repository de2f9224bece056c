package issuertest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"
)

// Claims are claims of a token that differ from the usual ones, by name. A nil
// value takes the claim out; json.RawMessage("null") is how to send null.
type Claims map[string]any

// Header are header members of a token that differ from the usual ones, by
// name, with nil as in [Claims]. The signature is made by the token's algorithm
// whatever alg says here.
type Header map[string]any

// Token says how a token differs from the usual one, which is the zero Token:
// an access token as RFC 9068, section 2, describes it, with the header members
// alg, kid and typ (at+jwt) and the claims iss, sub ("subject"), aud, client_id
// ("client"), iat, exp and jti. It has no scope until one is given.
type Token struct {
	Claims    Claims
	Header    Header
	Algorithm string // the issuer's own if empty; its key is published from now on
	// UnknownKey has the token signed by a key that is not in the key set and
	// whose kid is not either. To claim a published key's name, set kid in
	// Header.
	UnknownKey bool
}

// Token returns a signed token with those claims changed.
func (i *Issuer) Token(claims Claims) string { return i.Sign(Token{Claims: claims}) }

// Expired returns a token that was good until an hour ago.
func (i *Issuer) Expired(claims Claims) string {
	now := i.config.Now()
	return i.Sign(Token{Claims: merged(Claims{
		"iat": now.Add(-2 * time.Hour).Unix(),
		"exp": now.Add(-time.Hour).Unix(),
	}, claims)})
}

// NotYetValid returns a token that will be good in an hour (nbf).
func (i *Issuer) NotYetValid(claims Claims) string {
	now := i.config.Now()
	return i.Sign(Token{Claims: merged(Claims{
		"nbf": now.Add(time.Hour).Unix(),
		"exp": now.Add(2 * time.Hour).Unix(),
	}, claims)})
}

// WrongAudience returns a token that is good elsewhere.
func (i *Issuer) WrongAudience(claims Claims) string {
	return i.Sign(Token{Claims: merged(Claims{"aud": "https://elsewhere.example"}, claims)})
}

// UnknownKey returns a token signed by a key that is not in the key set.
func (i *Issuer) UnknownKey(claims Claims) string {
	return i.Sign(Token{Claims: claims, UnknownKey: true})
}

// IDToken returns an ID token (OpenID Connect Core 1.0, section 2): it tells
// the client who signed in and must not open an API.
func (i *Issuer) IDToken(claims Claims) string {
	return i.Sign(Token{
		Header: Header{"typ": "JWT"},
		Claims: merged(Claims{
			"aud": "client", "azp": "client", "client_id": nil, "jti": nil,
			"nonce": rand.Text(), "auth_time": i.config.Now().Unix(),
		}, claims),
	})
}

// Sign returns the token that differs from the usual one as t says, in the
// compact form. An algorithm that it cannot sign with and a value that is not
// JSON are mistakes in the test: see [New] and [Start].
func (i *Issuer) Sign(t Token) string {
	if t.Algorithm == "" {
		t.Algorithm = i.config.Algorithm
	}
	signer, err := i.pick(t)
	if err != nil {
		i.fail("%v", err)
		return ""
	}
	now := i.config.Now()
	header, err := part(map[string]any{"alg": signer.algorithm, "kid": signer.id, "typ": "at+jwt"}, t.Header)
	if err != nil {
		i.fail("token, header is not JSON: %v", err)
		return ""
	}
	claims, err := part(map[string]any{
		"iss": i.URL(), "sub": "subject", "aud": i.config.Audience, "client_id": "client",
		"iat": now.Unix(), "exp": now.Add(i.config.Lifetime).Unix(), "jti": rand.Text(),
	}, t.Claims)
	if err != nil {
		i.fail("token, claims are not JSON: %v", err)
		return ""
	}
	input := header + "." + claims
	signature, err := signer.sign(input)
	if err != nil {
		i.fail("token, cannot be signed: %v", err)
		return ""
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (i *Issuer) pick(t Token) (*signer, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if t.UnknownKey {
		return i.keys.stranger(t.Algorithm)
	}
	return i.keys.signer(t.Algorithm)
}

// merged returns the claims of usual changed by those of changes.
func merged(usual, changes Claims) Claims {
	all := maps.Clone(usual)
	maps.Copy(all, changes)
	return all
}

// part writes one of a token's first two parts.
func part(usual, changes map[string]any) (string, error) {
	maps.Copy(usual, changes)
	maps.DeleteFunc(usual, func(_ string, value any) bool { return value == nil })
	text, err := json.Marshal(usual)
	return base64.RawURLEncoding.EncodeToString(text), err
}
