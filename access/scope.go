package access

import (
	"fmt"
	"slices"
	"strings"
)

// Scope is one scope of one resource server. Scopes are values: two are equal
// when their server's key and their name are. [ResourceServer.Scope] declares
// one; the zero Scope is none and satisfies nothing.
type Scope struct {
	server, name string
}

// ParseScope returns the scope that a table spells "server/name".
func ParseScope(text string) (Scope, error) {
	server, name, ok := strings.Cut(text, "/")
	if !ok || server == "" || len(server) > maxKey || strings.IndexFunc(server, notInKey) >= 0 || !validScopeName(name) {
		return Scope{}, fmt.Errorf("scope, not of the form \"server/name\", got %q", text)
	}
	return Scope{server, name}, nil
}

// Server returns the key of the scope's resource server.
func (s Scope) Server() string { return s.server }

// Name returns the scope's own name, without its server.
func (s Scope) Name() string { return s.name }

// String returns the full spelling, "server/name".
func (s Scope) String() string {
	if s == (Scope{}) {
		return ""
	}
	return s.server + "/" + s.name
}

func compareScopes(a, b Scope) int {
	if c := strings.Compare(a.server, b.server); c != 0 {
		return c
	}
	return strings.Compare(a.name, b.name)
}

// sortedScopes returns the scopes sorted, each once.
func sortedScopes(scopes []Scope) []Scope {
	sorted := slices.Clone(scopes)
	slices.SortFunc(sorted, compareScopes)
	return slices.Compact(sorted)
}

// spell joins the full spellings of scopes.
func spell(scopes []Scope, separator string) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = s.String()
	}
	return strings.Join(words, separator)
}
