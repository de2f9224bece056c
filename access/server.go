package access

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

const (
	// MaxScopesPerServer is how many scopes a resource server may have
	// (Amazon Cognito's quota, which cannot be raised).
	MaxScopesPerServer = 100

	maxKey         = 64
	maxScopeName   = 128
	maxDescription = 256
)

// ResourceServer is an API as the identity provider knows it: what tokens are
// issued for (RFC 6749, section 1.1). Its scopes are declared with Scope. It may
// have none: then roles, groups and claims decide.
//
// Declarations never fail: what is wrong with them is collected and reported
// at synth, or by [ResourceServer.Problems].
type ResourceServer struct {
	key, name string
	site      Site

	mu     sync.Mutex
	scopes []ScopeDeclaration
}

// ScopeDeclaration is a scope with what people are told of it.
type ScopeDeclaration struct {
	Scope       Scope
	Description string
	Site        Site
}

// NewResourceServer declares a resource server. The key is short and stable:
// it names the server in rules, in tables and in full spellings of scopes
// ("orders/read"); letters, digits, "-", "_" and ".", at most 64. The name is
// for people.
func NewResourceServer(key, name string) *ResourceServer {
	return &ResourceServer{key: key, name: name, site: here()}
}

// Key returns the short stable key.
func (s *ResourceServer) Key() string { return s.key }

// Name returns the name for people.
func (s *ResourceServer) Name() string { return s.name }

// Site returns where the resource server was declared.
func (s *ResourceServer) Site() Site { return s.site }

// Scope declares one of the server's scopes. The name is a scope token
// (RFC 6749, section 3.3) without "/", at most 128 characters; the description
// is what people see when they are asked for consent, at most 256.
func (s *ResourceServer) Scope(name, description string) Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	scope := Scope{server: s.key, name: name}
	s.scopes = append(s.scopes, ScopeDeclaration{Scope: scope, Description: description, Site: here()})
	return scope
}

// Scopes returns the scopes declared so far, sorted by name, each once.
func (s *ResourceServer) Scopes() []ScopeDeclaration {
	s.mu.Lock()
	defer s.mu.Unlock()
	sorted := slices.Clone(s.scopes)
	slices.SortStableFunc(sorted, func(a, b ScopeDeclaration) int {
		return strings.Compare(a.Scope.name, b.Scope.name)
	})
	return slices.CompactFunc(sorted, func(a, b ScopeDeclaration) bool { return a.Scope == b.Scope })
}

// Problems returns what is wrong with the server and its scopes.
func (s *ResourceServer) Problems() Problems {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ps Problems
	if s.key == "" || len(s.key) > maxKey || strings.IndexFunc(s.key, notInKey) >= 0 {
		ps = append(ps, Problem{"ServerKey", s.String(), fmt.Sprintf("the key is not usable, got %q, write 1 to %d letters, digits, \"-\", \"_\" or \".\"", s.key, maxKey), s.site})
	}
	if strings.TrimSpace(s.name) == "" || len(s.name) > maxDescription {
		ps = append(ps, Problem{"ServerName", s.String(), fmt.Sprintf("the name is empty or longer than %d characters, got %q, write what people call this API", maxDescription, s.name), s.site})
	}
	if len(s.scopes) > MaxScopesPerServer {
		ps = append(ps, Problem{"TooManyScopes", s.String(), fmt.Sprintf("it has too many scopes, got %d, at most %d: split it into two resource servers", len(s.scopes), MaxScopesPerServer), s.site})
	}
	first := map[Scope]Site{}
	for _, d := range s.scopes {
		subject := fmt.Sprintf("scope %q", d.Scope)
		if !validScopeName(d.Scope.name) {
			ps = append(ps, Problem{"ScopeName", subject, fmt.Sprintf("the name is not usable, got %q, write 1 to %d visible ASCII characters without quotes, backslash or \"/\"", d.Scope.name, maxScopeName), d.Site})
		}
		if strings.TrimSpace(d.Description) == "" || len(d.Description) > maxDescription {
			ps = append(ps, Problem{"ScopeDescription", subject, fmt.Sprintf("the description is empty or longer than %d characters, got %q, write what people allow with it", maxDescription, d.Description), d.Site})
		}
		if other, ok := first[d.Scope]; ok {
			ps = append(ps, Problem{"DuplicateScope", subject, fmt.Sprintf("it is declared twice, first at %s, declare it once and share the value", other), d.Site})
			continue
		}
		first[d.Scope] = d.Site
	}
	return ps
}

// String returns `resource server "key"`.
func (s *ResourceServer) String() string { return fmt.Sprintf("resource server %q", s.key) }

func notInKey(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
}

// validScopeName reports whether the name is a scope token of RFC 6749,
// section 3.3, without the "/" that sets it apart from its server.
func validScopeName(name string) bool {
	if name == "" || len(name) > maxScopeName {
		return false
	}
	for _, b := range []byte(name) {
		if b <= ' ' || b > '~' || b == '"' || b == '\\' || b == '/' {
			return false
		}
	}
	return true
}
