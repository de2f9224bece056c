package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// newGoJose is go-jose. It fetches no key sets, so that is by hand.
func newGoJose(_ context.Context, s settings) (*subject, error) {
	keys := &joseKeys{url: s.KeysURL}
	var signedBy []jose.SignatureAlgorithm
	for _, name := range s.Algorithms {
		signedBy = append(signedBy, jose.SignatureAlgorithm(name))
	}
	return with("go-jose", s, func(ctx context.Context, raw string) (caller, error) {
		token, err := jwt.ParseSigned(raw, signedBy)
		if err != nil {
			return caller{}, err
		}
		header := token.Headers[0]
		typ, _ := header.ExtraHeaders[jose.HeaderType].(string)
		if err := isAccessToken(typ); err != nil {
			return caller{}, err
		}
		key, err := keys.find(ctx, header.KeyID)
		if err != nil {
			return caller{}, err
		}
		if key.Algorithm != header.Algorithm {
			return caller{}, errors.New("alg, is not the key's")
		}
		var registered jwt.Claims
		var more claims
		if err := token.Claims(key, &registered, &more); err != nil {
			return caller{}, err
		}
		if err := registered.Validate(jwt.Expected{Issuer: s.Issuer, AnyAudience: jwt.Audience{s.Audience}}); err != nil {
			return caller{}, err
		}
		switch {
		case registered.Expiry == nil:
			return caller{}, errors.New("exp, is missing")
		case more.ClientID != s.Client:
			return caller{}, errClient
		}
		return caller{registered.Issuer, registered.Subject, more.ClientID, more.Scope, int64(*registered.Expiry)}, nil
	}), nil
}

// joseKeys keeps a key set for ten minutes, and fetches it for a key that is
// not known at most once in thirty seconds.
type joseKeys struct {
	url string

	mu      sync.Mutex
	set     jose.JSONWebKeySet
	fetched time.Time
}

func (k *joseKeys) find(ctx context.Context, kid string) (*jose.JSONWebKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := time.Since(k.fetched)
	found := k.set.Key(kid)
	if age > 10*time.Minute || len(found) == 0 && age > 30*time.Second {
		if err := k.fetch(ctx); err != nil {
			return nil, err
		}
		found = k.set.Key(kid)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("kid, names no key, got %d of them", len(found))
	}
	return &found[0], nil
}

func (k *joseKeys) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("key set, was refused, got status %d", response.StatusCode)
	}
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&set); err != nil {
		return err
	}
	k.set, k.fetched = set, time.Now()
	return nil
}
