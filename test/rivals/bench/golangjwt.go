package main

import (
	"context"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

// newGolangJWT is golang-jwt with keyfunc for the key set, by its default:
// fetched every hour, and once in five minutes for a key that is not known.
func newGolangJWT(ctx context.Context, s settings) (*subject, error) {
	keys, err := keyfunc.NewDefaultCtx(ctx, []string{s.KeysURL})
	if err != nil {
		return nil, err
	}
	type accessClaims struct {
		jwt.RegisteredClaims
		claims
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods(s.Algorithms), jwt.WithIssuer(s.Issuer), jwt.WithAudience(s.Audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
	)
	return with("golang-jwt, keyfunc", s, func(ctx context.Context, raw string) (caller, error) {
		var c accessClaims
		token, err := parser.ParseWithClaims(raw, &c, keys.KeyfuncCtx(ctx))
		if err != nil {
			return caller{}, err
		}
		typ, _ := token.Header["typ"].(string)
		if err := isAccessToken(typ); err != nil {
			return caller{}, err
		}
		if c.ClientID != s.Client {
			return caller{}, errClient
		}
		return caller{c.Issuer, c.Subject, c.ClientID, c.Scope, c.ExpiresAt.Unix()}, nil
	}), nil
}
