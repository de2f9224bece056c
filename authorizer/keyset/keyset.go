// Package keyset fetches and keeps the public keys of one token issuer: its
// JSON Web Key Set (RFC 7517) at one fixed address.
package keyset

import (
	"context"
	"crypto"
	"errors"
	"net/http"
	"time"
)

// The two ways in which [Set.Find] has no key to give. Test for them with
// errors.Is: what is returned says more.
var (
	// ErrNoKey is a verdict: the issuer has no such key for this algorithm.
	ErrNoKey = errors.New("no such key")
	// ErrUnavailable is no verdict: the keys could not be had, so nothing can
	// be said about a token.
	ErrUnavailable = errors.New("keys unavailable")
)

// Config says where an issuer's keys are.
type Config struct {
	// URL is the address of the key set.
	URL string
	// Client fetches the key set; nil for one of the set's own.
	Client *http.Client
	// Now tells the time; nil for time.Now.
	Now func() time.Time
}

// Set is the key set of one issuer.
type Set struct{ config Config }

// New returns the set of the keys at config.URL.
func New(config Config) (*Set, error) { return &Set{config}, nil }

// Find returns the issuer's key that is named kid and fits alg.
func (s *Set) Find(ctx context.Context, kid string, alg Algorithm) (crypto.PublicKey, error) {
	return nil, ErrUnavailable
}
