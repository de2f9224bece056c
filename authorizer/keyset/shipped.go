package keyset

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
)

// Shipped is a key set of one issuer that came with the program. It is never
// fetched and has no age: a key works until another set is shipped. It does not
// change, and is safe for use from several goroutines; make one with
// [ParseShipped].
type Shipped struct{ document document }

// ParseShipped reads a JSON Web Key Set (RFC 7517, section 5) as [Set] reads an
// answer: strict JSON of at most 150 KB and 100 keys, and a key that cannot be
// used is skipped. It refuses a set with no key that can be used, and one in
// which any key has secret parts, with an error that wraps [ErrSecret]: what is
// shipped is read by more people than those who may hold it. Its error says
// what is wrong with nothing of a key in it.
func ParseShipped(text []byte) (*Shipped, error) {
	d, err := parseDocument(text)
	if err != nil {
		return nil, fmt.Errorf("key set, %w", err)
	}
	if d.secret > 0 {
		return nil, fmt.Errorf("key set, key %d of %d %w", d.secret, len(d.keys)+len(d.skipped), ErrSecret)
	}
	if err := d.useless(); err != nil {
		return nil, fmt.Errorf("key set, %w", err)
	}
	return &Shipped{d}, nil
}

// ErrSecret is what [ParseShipped] finds in a set that is not public.
var ErrSecret = errors.New("has secret parts")

// Find returns the key that is named kid and fits alg, as [Set.Find] does, but
// at once. Its error wraps [ErrNoKey].
func (s *Shipped) Find(_ context.Context, kid string, alg Algorithm) (crypto.PublicKey, error) {
	if public, found := s.document.find(kid, alg); found {
		return public, nil
	}
	return nil, fmt.Errorf("%w: shipped key set, %s", ErrNoKey, s.document.lacks(alg))
}

// Fits says whether a key of the set fits any of the algorithms, so that a token
// could be let through.
func (s *Shipped) Fits(algorithms []Algorithm) bool {
	return slices.ContainsFunc(s.document.keys, func(k key) bool {
		return slices.ContainsFunc(algorithms, k.fits)
	})
}

// Shares says whether a key that can be used is in both sets, under whatever
// name: who holds it could sign for both issuers.
func (s *Shipped) Shares(other *Shipped) bool {
	return slices.ContainsFunc(s.document.keys, func(k key) bool {
		return slices.ContainsFunc(other.document.keys, func(o key) bool {
			o.id = k.id
			return k.same(o)
		})
	})
}
