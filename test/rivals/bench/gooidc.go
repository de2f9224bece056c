package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// newGoOIDC is go-oidc. It is made for ID tokens and is often used for access
// tokens: the audience takes the place of its client id, and typ, which it does
// not show, is read by hand.
func newGoOIDC(ctx context.Context, s settings) (*subject, error) {
	verifier := oidc.NewVerifier(s.Issuer, oidc.NewRemoteKeySet(ctx, s.KeysURL), &oidc.Config{
		ClientID: s.Audience, SupportedSigningAlgs: s.Algorithms,
	})
	return with("go-oidc", s, func(ctx context.Context, raw string) (caller, error) {
		encoded, _, _ := strings.Cut(raw, ".")
		text, err := base64.RawURLEncoding.DecodeString(encoded)
		if err != nil {
			return caller{}, err
		}
		var header struct {
			Type string `json:"typ"`
		}
		if err := json.Unmarshal(text, &header); err != nil {
			return caller{}, err
		}
		if err := isAccessToken(header.Type); err != nil {
			return caller{}, err
		}
		token, err := verifier.Verify(ctx, raw)
		if err != nil {
			return caller{}, err
		}
		var c claims
		if err := token.Claims(&c); err != nil {
			return caller{}, err
		}
		if c.ClientID != s.Client {
			return caller{}, errClient
		}
		return caller{token.Issuer, token.Subject, c.ClientID, c.Scope, token.Expiry.Unix()}, nil
	}), nil
}
