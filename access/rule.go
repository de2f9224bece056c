package access

import (
	"fmt"
	"slices"
	"strings"
)

// Rule says who may call a route. It is made by [Require], [RequireAnyOf] or
// [Public]; the zero Rule is no rule, which a table refuses.
type Rule struct {
	kind   ruleKind
	scopes []Scope // of requireAll, requireAny
	parts  []Rule  // of every
	reason string  // of public
}

// maxReason is how long the reason of a public rule may be, in bytes.
const maxReason = 256

type ruleKind byte

const (
	noRule     ruleKind = iota
	requireAll          // every scope
	requireAny          // one of the scopes
	every               // every part, none of them public
	public              // everybody, without a token
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

// Narrow returns the rule that holds when both rules hold: what a group's rule
// and the rule of a group within it come to. A group only ever narrows.
func (r Rule) Narrow(inner Rule) Rule {
	var parts []Rule
	for _, p := range []Rule{r, inner} {
		if p.kind == every {
			parts = append(parts, p.parts...)
		} else {
			parts = append(parts, p)
		}
	}
	return Rule{kind: every, parts: parts}
}

// IsZero reports whether this is no rule at all.
func (r Rule) IsZero() bool { return r.kind == noRule }

// IsPublic reports whether the rule lets everybody through.
func (r Rule) IsPublic() bool { return r.kind == public }

// Reason returns why a public rule is public, "" for other rules.
func (r Rule) Reason() string { return r.reason }

// Scopes returns every scope the rule speaks of, sorted, each once.
func (r Rule) Scopes() []Scope {
	scopes := slices.Clone(r.scopes)
	for _, p := range r.parts {
		scopes = append(scopes, p.Scopes()...)
	}
	return sortedScopes(scopes)
}

// String reads the rule aloud, for example "orders/read and orders/write".
func (r Rule) String() string {
	switch r.kind {
	case requireAll:
		return spell(sortedScopes(r.scopes), " and ")
	case requireAny:
		return spell(sortedScopes(r.scopes), " or ")
	case every:
		words := make([]string, len(r.parts))
		for i, p := range r.parts {
			words[i] = p.String()
			if p.kind == requireAny && len(p.scopes) > 1 {
				words[i] = "(" + words[i] + ")"
			}
		}
		return strings.Join(words, " and ")
	case public:
		return fmt.Sprintf("public: %s", r.reason)
	default:
		return "no rule"
	}
}

// satisfied reports whether the scopes satisfy the rule. No rule is satisfied
// by nobody; public rules are decided before scopes are looked at.
func (r Rule) satisfied(granted []Scope) bool {
	switch r.kind {
	case requireAll:
		for _, s := range r.scopes {
			if !slices.Contains(granted, s) {
				return false
			}
		}
		return len(r.scopes) > 0
	case requireAny:
		for _, s := range r.scopes {
			if slices.Contains(granted, s) {
				return true
			}
		}
		return false
	case every:
		for _, p := range r.parts {
			if !p.satisfied(granted) {
				return false
			}
		}
		return len(r.parts) > 0
	default:
		return false
	}
}

// missing returns the scopes that would have helped, sorted, each once: those
// lacking of "all of", and all of an unmet "any of".
func (r Rule) missing(granted []Scope) []Scope {
	var lacking []Scope
	switch {
	case r.satisfied(granted):
	case r.kind == every:
		for _, p := range r.parts {
			lacking = append(lacking, p.missing(granted)...)
		}
	default:
		for _, s := range r.scopes {
			if !slices.Contains(granted, s) {
				lacking = append(lacking, s)
			}
		}
	}
	return sortedScopes(lacking)
}

// problems returns what is wrong with the rule of one route.
func (r Rule) problems(subject string, at Site) Problems {
	problem := func(id, text string) Problems { return Problems{{id, subject, text, at}} }
	switch r.kind {
	case noRule:
		return problem("NoRule", "it has no rule, write access.Require(scope), access.RequireAnyOf(scopes...) or access.Public(reason)")
	case public:
		if strings.TrimSpace(r.reason) == "" || len(r.reason) > maxReason {
			return problem("NoReason", fmt.Sprintf("it is public without a reason, or with one of more than %d characters, write access.Public(\"why everybody may call it\")", maxReason))
		}
		return nil
	case every:
		var ps Problems
		if len(r.parts) == 0 {
			return problem("NoScope", "its rule has no parts, write access.Require(scope)")
		}
		for _, p := range r.parts {
			if p.kind == public {
				ps = append(ps, problem("PublicInGroup", "a public rule stands inside another rule, declare the route outside the group with access.Public(reason)")...)
				continue
			}
			ps = append(ps, p.problems(subject, at)...)
		}
		return ps
	}
	var ps Problems
	if len(r.scopes) == 0 {
		return problem("NoScope", "its rule has no scope, write access.Require(scope)")
	}
	for i, s := range r.scopes {
		switch {
		case s == Scope{}:
			ps = append(ps, problem("NoScope", fmt.Sprintf("scope %d of its rule is the zero Scope, write one that a resource server declared, as in access.Require(Orders.Scope(\"read\", \"See orders\"))", i+1))...)
		case slices.Contains(r.scopes[:i], s):
			ps = append(ps, problem("RepeatedScope", fmt.Sprintf("its rule names %q twice, write it once", s))...)
		}
	}
	return ps
}

// implies reports whether everybody who satisfies r also satisfies other. It
// errs towards false when the rule has too many alternatives to look at.
func (r Rule) implies(other Rule) bool {
	if other.kind == public {
		return true
	}
	if r.kind == public || r.kind == noRule {
		return false
	}
	alternatives := r.alternatives()
	for _, granted := range alternatives {
		if !other.satisfied(granted) {
			return false
		}
	}
	return len(alternatives) > 0
}

// alternatives returns the smallest sets of scopes that satisfy the rule, or
// nil when there are more than 4096.
func (r Rule) alternatives() [][]Scope {
	switch r.kind {
	case requireAll:
		return [][]Scope{r.scopes}
	case requireAny:
		sets := make([][]Scope, len(r.scopes))
		for i, s := range r.scopes {
			sets[i] = []Scope{s}
		}
		return sets
	case every:
		sets := [][]Scope{nil}
		for _, p := range r.parts {
			var product [][]Scope
			for _, have := range sets {
				for _, more := range p.alternatives() {
					product = append(product, slices.Concat(have, more))
				}
				if len(product) > 4096 {
					return nil
				}
			}
			sets = product
		}
		return sets
	default:
		return nil
	}
}
