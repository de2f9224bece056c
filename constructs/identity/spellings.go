package identity

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// naming is what a provider lets people call a scope.
type naming struct {
	provider string
	most     int // characters; 0 for as many as there are
	// refused says what the provider has against a name, or "".
	refused func(name string) string
	// own are names of the provider's own scopes, beside OpenID Connect's.
	own []string
}

// openIdScopes are what clients get for the asking (OpenID Connect Core,
// sections 3.1.2.1, 5.4 and 11). Providers write them into access tokens too,
// whatever API those are for.
var openIdScopes = []string{"openid", "profile", "email", "address", "phone", "offline_access"}

// problem says what is wrong with a name that is a scope token, or "".
func (n naming) problem(name string) string {
	switch {
	case slices.Contains(openIdScopes, name) || slices.Contains(n.own, name):
		return "a scope of the provider's own that clients get for the asking"
	case n.most > 0 && len(name) > n.most:
		return fmt.Sprintf("which is longer than %s takes, got %d characters, at most %d", n.provider, len(name), n.most)
	case n.refused != nil:
		return n.refused(name)
	}
	return ""
}

// isScopeToken reports whether a text is a scope-token of RFC 6749, section 3.3.
func isScopeToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' })
}

// spelled returns the spellings by the names of the scopes.
func (e *external) spelled() map[string]string {
	if len(e.spellings) == 0 {
		return nil
	}
	spelled := map[string]string{}
	for scope, text := range e.spellings {
		spelled[scope.String()] = text
	}
	return spelled
}

// spellingProblems reports spellings that no token has, scopes that the
// provider cannot call by their name, and scopes that nobody could tell apart.
func (e *external) spellingProblems(problem report) {
	if !e.trust.HasScopes() {
		return
	}
	scopes := e.servedScopes()
	for _, scope := range sortedScopes(maps.Keys(e.spellings)) {
		switch {
		case scope == access.Scope{}:
			problem("NoScope", "Spellings names the zero Scope, as when a variable was never set, write a declared one")
		case !slices.Contains(scopes, scope):
			problem("UnknownScope", "Spellings names a scope of no resource server that it serves, got %q, declare it there or leave it out", scope)
		}
	}
	for _, scope := range scopes {
		text, given := e.spellings[scope]
		switch {
		case trust.Unresolved(text):
		case given && !isScopeToken(text):
			problem("Spelling", "the scope %q is spelled in a way that no token can have, got %q, write visible ASCII characters without space, quote and backslash", scope, text)
		case given && e.scopes.problem(text) != "":
			problem("Spelling", "the scope %q is spelled %q, %s: write another name, there and here", scope, text, e.scopes.problem(text))
		case !given && isScopeToken(scope.Name()) && e.scopes.problem(scope.Name()) != "":
			problem("Spelling", "the scope %q is %q in tokens, %s: give it another name there, and write that in Spellings", scope, scope.Name(), e.scopes.problem(scope.Name()))
		}
	}
	e.twiceSpelled(scopes, problem)
}

// twiceSpelled reports two scopes that tokens spell alike. Where a scope is not
// in Spellings, tokens may have its name alone or with the key of its resource
// server; names alone are told apart by the token's audience.
func (e *external) twiceSpelled(scopes []access.Scope, problem report) {
	full, bare := map[string]access.Scope{}, map[string]access.Scope{}
	twice := func(text string, a, b access.Scope) {
		problem("SharedSpelling", "two scopes have one spelling, got %q for %q and %q, so that a token for the one would be taken for the other: spell one otherwise", text, a, b)
	}
	for _, scope := range scopes {
		text, given := e.spellings[scope]
		if !given {
			text, bare[scope.Name()] = scope.String(), scope
		}
		if other, taken := full[text]; taken {
			twice(text, other, scope)
			continue
		}
		full[text] = scope
	}
	for _, name := range slices.Sorted(maps.Keys(bare)) {
		if other, taken := full[name]; taken {
			twice(name, other, bare[name])
		}
	}
}

// servedScopes returns the scopes of the resource servers, sorted.
func (e *external) servedScopes() []access.Scope {
	scopes := map[access.Scope]bool{}
	for server := range e.serves {
		if server == nil {
			continue // reported
		}
		for _, d := range server.Scopes() {
			scopes[d.Scope] = true
		}
	}
	return sortedScopes(maps.Keys(scopes))
}

func sortedScopes(scopes iter.Seq[access.Scope]) []access.Scope {
	return slices.SortedFunc(scopes, func(a, b access.Scope) int { return strings.Compare(a.String(), b.String()) })
}
