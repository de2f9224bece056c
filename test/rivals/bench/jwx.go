package main

import (
	"context"
	"errors"
	"slices"

	"github.com/lestrrat-go/httprc/v3"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

// newJWX is jwx with its own cache for the key set, which fetches by the clock
// and never for a key that is not known.
func newJWX(ctx context.Context, s settings) (*subject, error) {
	cache, err := jwk.NewCache(ctx, httprc.NewClient())
	if err != nil {
		return nil, err
	}
	if err := cache.Register(ctx, s.KeysURL); err != nil {
		return nil, err
	}
	keys, err := cache.CachedSet(s.KeysURL)
	if err != nil {
		return nil, err
	}
	return with("jwx", s, func(_ context.Context, raw string) (caller, error) {
		message := jws.NewMessage() // for the header, which jwt.Parse does not show
		payload, err := jws.Verify([]byte(raw), jws.WithKeySet(keys), jws.WithMessage(message))
		if err != nil {
			return caller{}, err
		}
		if len(message.Signatures()) != 1 {
			return caller{}, errors.New("token, must have one signature")
		}
		header := message.Signatures()[0].ProtectedHeaders()
		if algorithm, ok := header.Algorithm(); !ok || !slices.Contains(s.Algorithms, algorithm.String()) {
			return caller{}, errors.New("alg, is not one of the issuer's")
		}
		typ, _ := header.Type()
		if err := isAccessToken(typ); err != nil {
			return caller{}, err
		}
		token, err := jwt.ParseInsecure(payload) // its signature was checked above
		if err != nil {
			return caller{}, err
		}
		if err := jwt.Validate(token, jwt.WithIssuer(s.Issuer), jwt.WithAudience(s.Audience), jwt.WithRequiredClaim(jwt.ExpirationKey)); err != nil {
			return caller{}, err
		}
		var c caller
		if err := errors.Join(token.Get("client_id", &c.client), token.Get("scope", &c.scope)); err != nil {
			return caller{}, err
		}
		if c.client != s.Client {
			return caller{}, errClient
		}
		c.issuer, _ = token.Issuer()
		c.subject, _ = token.Subject()
		expires, _ := token.Expiration()
		c.expires = expires.Unix()
		return c, nil
	}), nil
}
