package token

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// dictionary holds how one issuer spells the scopes known here. A spelling is
// looked up whole: nothing is ever split off it, so what an issuer lets people
// call a scope cannot be read as another.
type dictionary struct {
	full map[string]access.Scope
	// bare holds name alone, by resource server: what "read" means depends on
	// whom the token is for. It is empty where a profile has no bare spelling.
	bare map[string]map[string]access.Scope
}

// newDictionary refuses two scopes with one spelling. The scopes of resource
// servers that the issuer does not speak for are not in it, and of a workload's
// tokens none is.
func newDictionary(i *Issuer, scopes []access.Scope) (dictionary, error) {
	d := dictionary{full: map[string]access.Scope{}, bare: map[string]map[string]access.Scope{}}
	for _, scope := range scopes {
		if scope.Server() == "" || !isScopeToken(scope.Name()) {
			return d, errors.New("a scope has no resource server or no usable name")
		}
		audience, ok := i.Audiences[scope.Server()]
		if !ok || i.Profile == ProfileWorkload {
			continue
		}
		full := scope.String()
		if spelling, given := i.Spellings[full]; given {
			full = spelling
		} else if i.Profile == ProfileCognito {
			full = audience + "/" + scope.Name()
		} else {
			if d.bare[scope.Server()] == nil {
				d.bare[scope.Server()] = map[string]access.Scope{}
			}
			d.bare[scope.Server()][scope.Name()] = scope
		}
		if !isScopeToken(full) {
			return d, fmt.Errorf("the scope %q has a spelling that no token can have, got %q, write another audience", scope, full)
		}
		if other, ok := d.full[full]; ok && other != scope {
			return d, twoSpelled(full, scope, other)
		}
		d.full[full] = scope
	}
	for _, names := range d.bare {
		for name, scope := range names {
			if other, ok := d.full[name]; ok && other != scope {
				return d, twoSpelled(name, scope, other)
			}
		}
	}
	return d, nil
}

func twoSpelled(spelling string, a, b access.Scope) error {
	x, y := a.Server(), b.Server()
	return fmt.Errorf("two scopes have one spelling, got %q for a scope of %q and one of %q, rename one or write another audience", spelling, min(x, y), max(x, y))
}

// granted returns the known scopes of a scope claim, each once, in its order.
// Only those of the resource servers that the token is for count; names alone
// are those of the server bare, if that is not "".
func (d dictionary) granted(claim string, servers []string, bare string) []access.Scope {
	var granted []access.Scope
	for word := range strings.SplitSeq(claim, " ") {
		scope, ok := d.full[word]
		if !ok {
			scope, ok = d.bare[bare][word]
		}
		if ok && slices.Contains(servers, scope.Server()) && !slices.Contains(granted, scope) {
			granted = append(granted, scope)
		}
	}
	return granted
}

// isScope says whether a scope claim follows RFC 6749, section 3.3: scope
// tokens with one space between them. An empty claim, which some issuers send
// for "no scopes", is let through; it grants nothing.
func isScope(claim string) bool {
	if claim == "" {
		return true
	}
	for word := range strings.SplitSeq(claim, " ") {
		if !isScopeToken(word) {
			return false
		}
	}
	return true
}

// isScopeToken says whether word is a scope-token of that grammar: visible
// ASCII without the double quote and the backslash.
func isScopeToken(word string) bool {
	for i := range len(word) {
		if c := word[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return word != ""
}
