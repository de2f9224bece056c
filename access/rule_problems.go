package access

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how long the name of a role, a group, a claim or an identity, or
// a value of a claim, may be, in bytes.
const maxName = 256

// reservedClaims are claims that rules do not read, and what to write instead.
// The verification has judged them by the time a rule is looked at, against
// what the environment says, which is another in each stage; or they hold
// several things in one text, which an exact comparison would get wrong.
// sub and client_id are not among them: a rule may well name one caller.
var reservedClaims = map[string]string{
	"iss":       "write the rule with From(\"Users\"), the id of the identity",
	"aud":       "say in Serves which audience an identity has",
	"exp":       "leave it out: an expired token never gets this far",
	"nbf":       "leave it out: a token that is not valid yet never gets this far",
	"iat":       "leave it out: a token from the future never gets this far",
	"jti":       "leave it out: it names one token",
	"scope":     "write access.Require(scope)",
	"cnf":       "leave it out: a token bound to a key never gets this far",
	"token_use": "leave it out: only access tokens get this far",
}

// problems returns what is wrong with the rule of one route.
func (r Rule) problems(subject string, at Site) Problems {
	var ps Problems
	add := func(id, format string, args ...any) {
		ps = append(ps, Problem{id, subject, fmt.Sprintf(format, args...), at})
	}
	switch r.kind {
	case noRule:
		add("NoRule", "it has no rule, write access.Require(scope), access.RequireAnyOf(scopes...) or access.Public(reason)")
		return ps
	case public:
		if strings.TrimSpace(r.reason) == "" || len(r.reason) > maxReason {
			add("NoReason", "it is public without a reason, or with one of more than %d characters, write access.Public(\"why everybody may call it\")", maxReason)
		}
		if len(r.from) > 0 {
			add("PublicFrom", "a public rule is from an identity, got %s, but its callers have no token: leave From out, or write access.SignedIn()", quoteAll(r.from, " and "))
		}
		return ps
	case every, some:
		if len(r.parts) == 0 {
			add("NoScope", "its rule has no parts, write access.Require(scope)")
		}
		for _, p := range r.parts {
			if p.kind == public {
				add("PublicInGroup", "a public rule stands inside another rule, write access.Public(reason) alone, outside All, Any and groups")
				continue
			}
			ps = append(ps, p.problems(subject, at)...)
		}
		return ps
	case requireAll, requireAny:
		r.scopeProblems(add)
	case role:
		nameProblem(add, "role", r.name)
	case member:
		nameProblem(add, "group", r.name)
	case claim:
		r.claimProblems(add)
	}
	for _, id := range r.from {
		nameProblem(add, "name of an identity (From)", id)
	}
	if len(r.from) > 1 {
		add("FromTwice", "its rule is from several identities at once, got %s, but a token is of one: write access.Any(rule.From(%q), rule.From(%q))", quoteAll(r.from, " and "), r.from[0], r.from[1])
	}
	return ps
}

func (r Rule) scopeProblems(add func(id, format string, args ...any)) {
	if len(r.scopes) == 0 {
		add("NoScope", "its rule has no scope, write access.Require(scope)")
	}
	for i, s := range r.scopes {
		switch {
		case s == Scope{}:
			add("NoScope", "scope %d of its rule is the zero Scope, write one that a resource server declared, as in access.Require(Orders.Scope(\"read\", \"See orders\"))", i+1)
		case slices.Contains(r.scopes[:i], s):
			add("RepeatedScope", "its rule names %q twice, write it once", s)
		}
	}
}

// maxInteger is the largest number that every reader of JSON keeps exactly.
const maxInteger = 1<<53 - 1

func (r Rule) claimProblems(add func(id, format string, args ...any)) {
	nameProblem(add, "claim", r.name)
	if instead, reserved := reservedClaims[r.name]; reserved {
		add("ReservedClaim", "its rule reads the claim %q, which rules do not judge: %s", r.name, instead)
	}
	if len(r.values) == 0 {
		add("BadName", "its rule has no value for the claim %q, write access.Claim(%q, \"sales\")", r.name, r.name)
	}
	for i, v := range r.values {
		if slices.Contains(r.values[:i], v) {
			add("RepeatedValue", "its rule names the value %s of the claim %q twice, write it once", quoteAll([]any{v}, ""), r.name)
			continue
		}
		// Beyond that not every reader of JSON keeps all digits (RFC 7493,
		// section 2.2): the token's issuer and the tools around the table too.
		if n, ok := v.(int64); ok && (n > maxInteger || n < -maxInteger) {
			add("UnsafeInteger", "its rule names %d for the claim %q, a number of which some readers of JSON lose digits, let the issuer write it as a string", n, r.name)
		}
		if text, ok := v.(string); ok {
			nameProblem(add, fmt.Sprintf("value of the claim %q", r.name), text)
		}
	}
}

// nameProblem refuses names that say nothing, that no table can hold or that
// people cannot tell from others: an empty name is what a forgotten setting
// looks like, bytes that are not UTF-8 change on their way into JSON, and
// hidden characters make two names look alike.
func nameProblem(add func(id, format string, args ...any), what, name string) {
	if strings.TrimSpace(name) == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, hidden) {
		add("BadName", "its rule has a %s that is empty, longer than %d bytes or not plain text, got %q, write it as the token has it", what, maxName, name)
	}
}

func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
