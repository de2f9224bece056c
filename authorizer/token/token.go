package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// Verifier verifies access tokens of the issuers it was made with. It remembers
// the last few hundred that it let through, so that their signatures need not be
// checked again, and is safe to use from several goroutines.
type Verifier struct {
	issuers   map[string]*trust // by URL, which is iss
	order     []*trust          // as they were given
	audiences map[string]bool   // those that any issuer has for any resource server
	roles     set               // those that the rules name, as the next two
	groups    set
	claims    []string
	now       func() time.Time
	kept      kept
}

// NewVerifier returns a verifier that trusts these issuers and looks in tokens
// for what the rules speak of. The clock is now; nil is [time.Now].
//
// It refuses an empty list of issuers, an issuer with a field missing, two
// issuers with one name, id, URL or Keys, and two scopes that an issuer would
// spell alike. It does not check that an issuer serves every scope, cannot tell
// one Keys from another where they are not comparable, and contacts nobody.
func NewVerifier(issuers []Issuer, known Known, now func() time.Time) (*Verifier, error) {
	if len(issuers) == 0 {
		return nil, errors.New("verifier, there are no issuers, write at least one")
	}
	if now == nil {
		now = time.Now
	}
	v := &Verifier{
		issuers:   make(map[string]*trust, len(issuers)),
		audiences: map[string]bool{},
		roles:     setOf(known.Roles),
		groups:    setOf(known.Groups),
		claims:    slices.Clone(known.Claims),
		now:       now,
	}
	for n, issuer := range issuers {
		if slices.ContainsFunc(issuers[:n], func(other Issuer) bool { return other.Name == issuer.Name }) {
			return nil, fmt.Errorf("issuer, two have one name, got %q", issuer.Name)
		}
		if slices.ContainsFunc(issuers[:n], func(other Issuer) bool { return issuer.ID != "" && other.ID == issuer.ID }) {
			return nil, fmt.Errorf("issuer %q, its id is another's too, got %q, give each its own: rules name issuers by it", issuer.Name, issuer.ID)
		}
		t, err := newTrust(issuer, known.Scopes)
		if err != nil {
			return nil, err
		}
		if other := v.issuers[issuer.URL]; other != nil {
			return nil, fmt.Errorf("issuer %q, it has the URL of issuer %q, got %q, write one issuer for both", issuer.Name, other.Name, issuer.URL)
		}
		for _, other := range issuers[:n] {
			if sameKeys(issuer.Keys, other.Keys) {
				return nil, fmt.Errorf("issuer %q, it has the keys of issuer %q, give each its own: who holds one's key could speak for the other", issuer.Name, other.Name)
			}
		}
		v.issuers[issuer.URL], v.order = t, append(v.order, t)
		for _, audience := range t.Audiences {
			v.audiences[audience] = true
		}
	}
	return v, nil
}

// Verify verifies an access token: what stands behind "Bearer " in an
// Authorization header. It returns either a verified token or an error, which
// is always an [*Error].
//
// The package's doc says what is refused, in which order, and what is not
// checked. Verify reads the clock once, and waits only where Keys does.
func (v *Verifier) Verify(ctx context.Context, raw string) (*Verified, error) {
	now := v.now()
	var id digest
	if len(raw) <= maxToken {
		id = sha256.Sum256([]byte(raw))
		if p := v.kept.find(id); p != nil {
			if p.holds(ctx, now) {
				return p.verified, nil
			}
			v.kept.forget(id) // and find out why
		}
	}
	var t jws
	p, refused := v.verify(ctx, raw, &t, now)
	if refused != nil {
		refused.Claimed, refused.Looks = v.claimed(&t), v.looks(&t)
		return nil, refused
	}
	v.kept.keep(id, p)
	return p.verified, nil
}

// verify goes through the checks in the order of [access.Reasons].
func (v *Verifier) verify(ctx context.Context, raw string, t *jws, now time.Time) (*proof, *Error) {
	if err := t.parse(raw); err != nil {
		return nil, err
	}
	if err := t.checkHeader(); err != nil {
		return nil, err
	}

	// The issuer comes from our configuration; the token only picks one. From
	// here on the token is judged by what that issuer is trusted with.
	iss, _ := t.claims.Member("iss").Text()
	issuer := v.issuers[iss]
	if issuer == nil {
		return nil, refuse(access.IssuerUnknown, "iss is missing or not a trusted issuer")
	}
	algorithm := keyset.Algorithm(t.Algorithm)
	if !slices.Contains(issuer.Algorithms, algorithm) {
		return nil, refuse(access.AlgorithmRefused, "alg is not one that the issuer is trusted to use")
	}
	if err := issuer.shape.checkType(t); err != nil {
		return nil, err
	}
	if present(t.claims, "cnf") {
		return nil, refuse(access.TokenBound, "the token is bound to a key (cnf), which cannot be checked")
	}

	c, err := issuer.shape.readClaims(t)
	if err != nil {
		return nil, err
	}
	servers := issuer.audience(c)
	if len(servers) == 0 {
		return nil, refuse(access.AudienceRefused, "aud has no audience of this API")
	}
	if !issuer.knowsClient(c.clientID) {
		return nil, refuse(access.ClientUnknown, "the client is not a known one")
	}
	if err := c.checkTime(now); err != nil {
		return nil, err
	}

	// Only now may a key be fetched: everything that could be seen to be wrong
	// without one has been refused.
	key, keyErr := issuer.Keys.Find(ctx, t.KeyID, algorithm)
	switch {
	case errors.Is(keyErr, keyset.ErrNoKey):
		return nil, refuse(access.KeyUnknown, "the issuer's key set has no key that fits").because(keyErr)
	case keyErr != nil:
		return nil, refuse(access.KeysUnavailable, "the issuer's keys could not be had").because(keyErr)
	case !issuer.fits(algorithm, key):
		return nil, refuse(access.KeyUnknown, "the issuer's key is not one for this algorithm")
	case !verifySignature(algorithm, key, t.Signed, t.Signature):
		return nil, refuse(access.SignatureInvalid, "the signature is not the key's")
	}

	verified := &Verified{
		caller: access.Caller{
			Issuer:    iss,
			Subject:   c.subject,
			ClientID:  c.clientID,
			Scopes:    issuer.scopes.granted(c.scope, servers, v.bare(c, servers)),
			IssuedAt:  time.Unix(c.issuedAt, 0).UTC(),
			ExpiresAt: time.Unix(c.expires, 0).UTC(),
			Identity:  issuer.ID,
			Kind:      issuer.shape.kind(t.claims, c),
			Roles:     v.roles.in(t.claims, issuer.Roles),
			Groups:    v.groups.in(t.claims, issuer.Groups),
			Claims:    valuesOf(t.claims, v.claims),
		},
		scope:     c.scope,
		tokenID:   c.tokenID,
		keyID:     t.KeyID,
		algorithm: algorithm,
	}
	return &proof{verified, c.times, issuer, key}, nil
}

// bare returns the resource server of which name alone spells a scope, or "".
// "read" says nothing of whom it is for: in a token with two audiences of ours
// it may be meant for either, also where this issuer speaks for one of them only.
func (v *Verifier) bare(c *claims, servers []string) string {
	ours := ""
	for _, audience := range c.audiences {
		if !v.audiences[audience] || audience == ours {
			continue
		}
		if ours != "" {
			return ""
		}
		ours = audience
	}
	if len(servers) != 1 {
		return ""
	}
	return servers[0]
}
