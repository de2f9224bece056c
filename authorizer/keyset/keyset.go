// Package keyset fetches and keeps the public keys of one token issuer: its
// JSON Web Key Set (RFC 7517) at one fixed address.
//
// A [Set] belongs to one issuer and is never pooled with another's. Its
// numbers are fixed:
//
//   - An answer counts if it has status 200, at most 150 KB and 100 keys, and
//     is whole within 2 seconds, connection included. Redirects are not followed.
//   - Keys are fetched again 10 minutes after the last time, by the first call
//     that comes, which waits for it: a Lambda function is frozen between calls,
//     so nothing would happen in the background. If that fails the keys of before
//     go on to serve, until they are 24 hours old.
//   - A key that the set does not have makes it fetched once, and then not again
//     for that reason for 30 seconds, however many such keys are asked for.
//   - After a fetch that failed there is none for 5 seconds.
//
// An answer replaces the whole set, so a key that was taken out is gone.
// A key that cannot be used is skipped (RFC 7517, section 5): one that is not
// RSA, P-256, P-384, P-521 or Ed25519, is not for signatures (use, key_ops, alg),
// is weak or malformed, or has secret parts. A set that has no other replaces
// the keys of before like any other, so that an issuer can withdraw its last
// key: from then on keys are unavailable, and they are asked for again as after
// a fetch that failed. An answer that is not a key set leaves the keys of before.
//
// A [Shipped] set came with the program instead: none of these numbers holds for
// it but the sizes.
//
// Not checked: Content-Type and caching headers of the answer, and the
// certificates a key may carry (x5c, x5u).
package keyset

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	fetchTimeout  = 2 * time.Second
	refreshAfter  = 10 * time.Minute
	hardAge       = 24 * time.Hour
	missCoolDown  = 30 * time.Second
	errorCoolDown = 5 * time.Second
)

// The two ways in which [Set.Find] has no key to give. Test for them with
// errors.Is; the error that is returned says more, and holds nothing that a
// token or the issuer's server sent.
var (
	// ErrNoKey is a verdict: the issuer has no such key for this algorithm.
	ErrNoKey = errors.New("no such key")
	// ErrUnavailable is no verdict: the keys could not be had, so nothing can
	// be said about a token.
	ErrUnavailable = errors.New("keys unavailable")
)

// Config says where an issuer's keys are.
type Config struct {
	// URL is the address of the key set: https, or http where the host is a
	// literal loopback address. It is fixed, and no token and no redirect
	// changes it. Errors name its scheme, host and path, never its query.
	URL string
	// Client fetches the key set; nil for one of the set's own, which asks
	// for TLS 1.2 or later, keeps no connection and uses no proxy, whatever
	// HTTPS_PROXY says. A copy of it is used that follows no redirect.
	Client *http.Client
	// Now tells the time; nil for time.Now. It may jump ahead, as after a freeze
	// of the process, and back: that makes no key younger.
	Now func() time.Time
	// Failed, if not nil, is called once for every fetch that failed or brought
	// no key that can be used, with an error that wraps ErrUnavailable and names
	// the cause: what to log while
	// the keys of before still serve. Those who wait for the fetch wait for
	// it too.
	Failed func(error)
}

// Set is the key set of one issuer. It is safe for use from several
// goroutines; make one with [New].
type Set struct {
	url    string
	name   string // the URL as errors have it
	client *http.Client
	failed func(error)

	mu         sync.Mutex
	clock      clock
	document   document
	fetched    time.Time // when the fetch that brought the document began
	flight     *flight   // the fetch under way
	failure    error     // of the last fetch; nil if it was good
	quietUntil time.Time // no fetch before, because one failed
	missUntil  time.Time // no fetch for an unknown key before
}

// New returns the set of the keys at config.URL. It fetches nothing yet: see
// [Set.Prefetch]. It refuses a URL that is not https (http only on loopback),
// has no host, or has a password or a fragment.
func New(config Config) (*Set, error) {
	name, err := checkURL(config.URL)
	if err != nil {
		return nil, err
	}
	if config.Client == nil {
		config.Client = newClient()
	}
	return &Set{
		url:    config.URL,
		name:   name,
		client: withoutRedirects(config.Client),
		failed: config.Failed,
		clock:  newClock(config.Now),
	}, nil
}

// Find returns the issuer's key that is named kid and fits alg, as
// [Algorithm.Fits] and the key's own alg member say. An empty kid, that of a
// token that names no key, finds a key only if it is the only one of the set
// that fits. So it is with a name that several keys have: exactly one of them
// must fit, where the same key under the same name counts once.
//
// It fetches the set when it has none, when the set is due, and when the key
// is not in it, within the limits of the package's doc. It stops waiting when
// ctx ends; the fetch goes on for those who come later.
//
// Its error wraps [ErrNoKey] or [ErrUnavailable]. In the 30 seconds after a
// miss, ErrNoKey is what the last answer of the issuer says.
func (s *Set) Find(ctx context.Context, kid string, alg Algorithm) (crypto.PublicKey, error) {
	if !slices.Contains(Algorithms(), alg) {
		return nil, fmt.Errorf("%w: key set at %s, was asked for an algorithm that does not exist", ErrNoKey, s.name)
	}
	public, f, err := s.look(kid, alg)
	if f == nil {
		return public, err
	}
	select {
	case <-f.done:
		if f.overtaken {
			return s.Find(ctx, kid, alg)
		}
		return s.lookAgain(f, kid, alg)
	case <-ctx.Done():
	}
	if public != nil {
		return public, nil
	}
	return nil, fmt.Errorf("%w: %w", s.unavailable("was still being fetched when the caller stopped waiting"), ctx.Err())
}

// Prefetch fetches the set if there is none or it is due, and waits for it or
// for the end of ctx. Called while a process starts, it spares the first
// [Set.Find] the wait. If the fetch fails, that is as if Find had caused it.
func (s *Set) Prefetch(ctx context.Context) {
	s.mu.Lock()
	now := s.clock.read()
	var f *flight
	if s.due(now) && !now.Before(s.quietUntil) {
		f = s.board(now, nil)
	}
	s.mu.Unlock()
	if f == nil {
		return
	}
	select {
	case <-f.done:
	case <-ctx.Done():
	}
}

// look looks for a key in the set as it is. If it returns a flight, that is
// worth waiting for, and the key, if any, is what serves without.
func (s *Set) look(kid string, alg Algorithm) (crypto.PublicKey, *flight, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.read()
	public, found := s.find(now, kid, alg)
	due := s.due(now)
	switch {
	case found && !due:
		return public, nil, nil
	case now.Before(s.quietUntil):
		if found {
			return public, nil, nil
		}
		return nil, nil, s.failure
	case !due && s.flight == nil && now.Before(s.missUntil):
		return nil, nil, s.noKey(alg)
	}
	return public, s.board(now, &want{kid, alg}), nil
}

// lookAgain looks for a key after a flight has landed, and takes what there
// is for an answer.
func (s *Set) lookAgain(f *flight, kid string, alg Algorithm) (crypto.PublicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch public, found := s.find(s.clock.read(), kid, alg); {
	case found:
		return public, nil
	case f.err != nil:
		return nil, f.err
	case len(s.document.keys) == 0:
		return nil, s.unavailable("was frozen with the process until it was too old")
	default:
		return nil, s.noKey(alg)
	}
}

// due says whether the set wants to be fetched.
func (s *Set) due(now time.Time) bool {
	return len(s.document.keys) == 0 || now.Sub(s.fetched) >= refreshAfter
}

// find returns a key of the set, unless the set is too old to be believed.
func (s *Set) find(now time.Time, kid string, alg Algorithm) (crypto.PublicKey, bool) {
	if now.Sub(s.fetched) >= hardAge {
		s.document = document{}
	}
	return s.document.find(kid, alg)
}

func (s *Set) noKey(alg Algorithm) error {
	return fmt.Errorf("%w: key set at %s, %s", ErrNoKey, s.name, s.document.lacks(alg))
}

func (s *Set) unavailable(cause string) error {
	return fmt.Errorf("%w: key set at %s, %s", ErrUnavailable, s.name, cause)
}
