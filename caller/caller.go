package caller

import (
	"slices"
	"time"

	"github.com/scopeway/scopeway/access"
)

// Caller is who calls. Of the scopes, roles, groups and claims of the token it
// has those that the rules of the API name: the others were not looked at.
type Caller struct {
	// Subject is sub: the person or, where a client acts for itself, the
	// client. It is unique for one Issuer only.
	Subject string
	// ClientID is the OAuth client that the token was issued to.
	ClientID string
	// Issuer is the exact iss of the token.
	Issuer string
	// Identity is the id of the construct that trusts the issuer, as
	// access.Rule.From names it; "" if it has none. Where an API trusts several
	// identities, a role or group means what its own identity means by it.
	Identity string
	// Kind is whom the token is for: access.KindMachine, access.KindPerson, or
	// "" where it does not say.
	Kind access.Kind
	// Scopes are those granted.
	Scopes []access.Scope
	// Roles and Groups are sorted, each once.
	Roles, Groups []string
	// Claims holds values of type string, bool and int64.
	Claims map[string]any
	// ExpiresAt is exp, in whole seconds. Nothing here compares it with a clock.
	ExpiresAt time.Time
	// Table is the digest of the rules that were asked.
	Table string
	// DecisionID names the authorizer's decision in its audit log: put it into
	// your own lines. A decision that the gateway kept counts for several
	// requests.
	DecisionID string
}

// Has reports whether the caller was granted the scope. Nobody has the zero
// Scope, and a nil caller has none.
func (c *Caller) Has(scope access.Scope) bool {
	return c != nil && scope != (access.Scope{}) && slices.Contains(c.Scopes, scope)
}

// HasRole reports whether the caller has the role, compared byte for byte. It
// is false for roles that no rule of the API names: the caller does not bring
// them along.
func (c *Caller) HasRole(name string) bool {
	return c != nil && name != "" && slices.Contains(c.Roles, name)
}

// MemberOf reports whether the caller is in the group, compared byte for byte.
// It is false for groups that no rule of the API names: the caller does not
// bring them along.
func (c *Caller) MemberOf(group string) bool {
	return c != nil && group != "" && slices.Contains(c.Groups, group)
}
