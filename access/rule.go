package access

import (
	"iter"
	"slices"
)

// Rule says who may call a route. [Require], [RequireAnyOf] and [Public] make
// one; so do [Role], [MemberOf], [Claim], [Machine], [Person] and [SignedIn],
// which read what else a token says; [All] and [Any] join rules. The zero Rule
// is no rule, which a table refuses.
type Rule struct {
	kind   ruleKind
	scopes []Scope // of requireAll, requireAny
	parts  []Rule  // of every, some
	name   string  // of role, member, claim
	values []any   // of claim: string, bool or int64, all of one type
	reason string  // of public
	// from are the identities that From named. Two different ones are a
	// problem: no token is of both.
	from []string
}

// maxReason is how long the reason of a public rule may be, in bytes.
const maxReason = 256

type ruleKind byte

const (
	noRule     ruleKind = iota
	requireAll          // every scope
	requireAny          // one of the scopes
	every               // every part, none of them public
	some                // one of the parts, none of them public
	public              // everybody, without a token
	role                // one of the token's roles
	member              // one of the token's groups
	claim               // a claim has one of the values
	machine             // a client acts for itself
	person              // a client acts for a person
	signedIn            // any token
)

// Require lets a caller through who was granted all of the scopes.
func Require(first Scope, more ...Scope) Rule {
	return Rule{kind: requireAll, scopes: append([]Scope{first}, more...)}
}

// RequireAnyOf lets a caller through who was granted at least one of the scopes.
func RequireAnyOf(first Scope, more ...Scope) Rule {
	return Rule{kind: requireAny, scopes: append([]Scope{first}, more...)}
}

// Public lets everybody through, without a token. The reason says why that is
// right; it stands in the table and in every listing, and may not be empty.
// A public rule stands alone: it is never part of another rule or of a group.
func Public(reason string) Rule {
	return Rule{kind: public, reason: reason}
}

// All lets a caller through who satisfies every one of the rules. A public
// rule among them is refused.
func All(first Rule, more ...Rule) Rule { return join(every, first, more...) }

// Any lets a caller through who satisfies at least one of the rules. A public
// rule among them is refused.
func Any(first Rule, more ...Rule) Rule { return join(some, first, more...) }

// Narrow returns the rule that holds when both rules hold: what a group's rule
// and the rule of a group within it come to. A group only ever narrows.
func (r Rule) Narrow(inner Rule) Rule { return join(every, r, inner) }

// join makes one rule of several; parts of the same kind become its own parts.
func join(kind ruleKind, first Rule, more ...Rule) Rule {
	var parts []Rule
	for _, p := range append([]Rule{first}, more...) {
		if p.kind == kind {
			parts = append(parts, p.parts...)
		} else {
			parts = append(parts, p)
		}
	}
	return Rule{kind: kind, parts: parts}
}

// From returns the rule that only tokens of one identity satisfy: that whose
// construct has the id. Of a rule with parts, it holds for every part. It is
// refused on a public rule, with an empty id, and where the rule or a part of
// it is already from another identity.
func (r Rule) From(identity string) Rule {
	if r.kind == every || r.kind == some {
		parts := make([]Rule, len(r.parts))
		for i, p := range r.parts {
			parts[i] = p.From(identity)
		}
		r.parts = parts
		return r
	}
	if !slices.Contains(r.from, identity) {
		r.from = append(slices.Clone(r.from), identity)
	}
	return r
}

// IsZero reports whether this is no rule at all.
func (r Rule) IsZero() bool { return r.kind == noRule }

// IsPublic reports whether the rule lets everybody through.
func (r Rule) IsPublic() bool { return r.kind == public }

// Reason returns why a public rule is public, "" for other rules.
func (r Rule) Reason() string { return r.reason }

// Scopes returns every scope the rule speaks of, sorted, each once.
func (r Rule) Scopes() []Scope {
	var scopes []Scope
	for leaf := range r.leaves() {
		scopes = append(scopes, leaf.scopes...)
	}
	return sortedScopes(scopes)
}

// Identities returns the ids that [Rule.From] was given, sorted, each once.
func (r Rule) Identities() []string {
	var ids []string
	for leaf := range r.leaves() {
		ids = append(ids, leaf.from...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Unnamed reports whether the rule speaks of a role, a group or a claim
// without saying [Rule.From] which identity: what one issuer calls "admin" may
// be anybody at another.
func (r Rule) Unnamed() bool {
	for leaf := range r.leaves() {
		if len(leaf.from) == 0 && (leaf.kind == role || leaf.kind == member || leaf.kind == claim) {
			return true
		}
	}
	return false
}

// leaves yields the rules that have no parts, in their order.
func (r Rule) leaves() iter.Seq[Rule] {
	return func(yield func(Rule) bool) { r.walk(yield) }
}

func (r Rule) walk(yield func(Rule) bool) bool {
	if r.kind != every && r.kind != some {
		return yield(r)
	}
	for _, p := range r.parts {
		if !p.walk(yield) {
			return false
		}
	}
	return true
}
