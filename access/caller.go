package access

import (
	"slices"
	"time"
)

// Kind is whom a token is for. It is "" where the token does not say.
type Kind string

const (
	// KindMachine is a client that acts for itself (RFC 6749, section 4.4).
	KindMachine Kind = "machine"
	// KindPerson is a client that acts for a person.
	KindPerson Kind = "person"
)

// Caller is who calls, as a verified access token tells. The zero Caller has
// expired and was granted nothing.
type Caller struct {
	// Issuer is the exact iss of the token.
	Issuer string
	// Subject is sub; for client credentials it names the client.
	Subject string
	// ClientID is the OAuth client the token was issued to.
	ClientID string
	// Scopes are those granted, of the resource servers the issuer speaks for.
	Scopes []Scope
	// IssuedAt is iat.
	IssuedAt time.Time
	// ExpiresAt is exp.
	ExpiresAt time.Time

	// Identity is the id of the construct that trusts the issuer, by which
	// [Rule.From] names it; "" if it has none.
	Identity string
	// Kind is whom the token is for.
	Kind Kind
	// Roles and Groups are those of the token that the table names.
	Roles, Groups []string
	// Claims are those of the token that the table names. A value is a string,
	// a bool or an int64; claims of other types are left out. (An int counts as
	// an int64, for tests.)
	Claims map[string]any
}

// A fact is one thing that a rule may ask of a caller. Facts are compared with
// ==; the type of the value counts.
type fact struct {
	kind  factKind
	scope Scope
	name  string // of the role, group, claim, kind or identity
	value any    // of the claim
}

type factKind byte

const (
	hasScope factKind = iota
	hasRole
	isMember
	hasClaim
	isKind
	isFrom
)

// has reports whether a fact is true of the caller.
func (c *Caller) has(f fact) bool {
	switch f.kind {
	case hasScope:
		return slices.Contains(c.Scopes, f.scope)
	case hasRole:
		return slices.Contains(c.Roles, f.name)
	case isMember:
		return slices.Contains(c.Groups, f.name)
	case hasClaim:
		// The wanted value is of a comparable type: == cannot panic, and
		// values of two types are never equal.
		value, ok := c.Claims[f.name]
		return ok && wide(value) == f.value
	case isKind:
		return c.Kind == Kind(f.name) && f.name != ""
	case isFrom:
		return c.Identity == f.name && f.name != ""
	default:
		return false
	}
}
