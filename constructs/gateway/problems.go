package gateway

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// API Gateway's and Lambda's quotas that cannot be raised.
const (
	maxRoutes      = 300
	maxEnvironment = 4096
)

// Problems returns everything that is wrong with the API.
func (c *core) Problems() access.Problems {
	ps := c.propsProblems()
	if c.noApi {
		ps = append(ps, c.problem("NoApi", "the API that its routes belong to is nil, import it before, for example with %s", c.kind.importer()))
	}
	if n := utf8.RuneCountInString(c.otherRoutes); n > maxReason || n > 0 && strings.TrimSpace(c.otherRoutes) == "" {
		ps = append(ps, c.problem("NoReason", "other routes are let be without a reason, or with one of more than %d characters, write OtherRoutes: \"why they may be there\"", maxReason))
	}
	ps = append(ps, c.trustProblems()...)
	ps = append(ps, c.problems...)
	var compiled access.Problems
	table, err := access.Compile(c.declarations...)
	if errors.As(err, &compiled) {
		ps = append(ps, compiled...)
	} else if made := c.authorizer.code.digest; made != "" && made != table.Digest() {
		ps = append(ps, c.problem("LateRoute", "a route was declared while the app was being synthesised, after its table was made, declare it before app.Synth and not in an aspect"))
	}
	ps = append(ps, c.between()...)
	ps = append(ps, c.routeProblems()...)
	ps = append(ps, c.tokenRuleProblems()...)
	ps = append(ps, c.publicPaths()...)
	ps = append(ps, c.kind.problems()...)
	if failure := c.authorizer.code.failure(); failure != nil {
		ps = append(ps, *failure)
	}
	return ps
}

// trustProblems returns what is wrong with the identities together; each
// reports what is wrong with itself.
func (c *core) trustProblems() access.Problems {
	var ps access.Problems
	issuers, ids := map[string]string{}, map[string]string{}
	var before []trust.Trust
	servers := map[string]*access.ResourceServer{}
	for i, identity := range c.props.Trusts {
		if identity == nil {
			ps = append(ps, c.problem("NilIdentity", "identity %d of Trusts is nil, make it before the API", i+1))
			continue
		}
		if identity.Node().Root() != c.construct.Node().Root() {
			ps = append(ps, c.problem("OtherApp", "identity %q is part of another app, make it in this one", *identity.Node().Path()))
			continue
		}
		if stage := app.Stage(identity); stage != app.Stage(c.construct) {
			ps = append(ps, c.problem("OtherStage", "identity %q is part of another stage (%q), so that CloudFormation cannot refer to it: make one in each stage", *identity.Node().Path(), stage))
			continue
		}
		for _, server := range trust.Sorted(identity.Serves()) {
			if server == nil {
				continue
			}
			if other := servers[server.Key()]; other != nil && other != server {
				ps = append(ps, c.problem("DuplicateServer", "its identities serve two resource servers with the key %q, declared at %s and %s, so that tokens for one would open the other's routes: give each its own", server.Key(), other.Site(), server.Site()))
			}
			servers[server.Key()] = server
		}
		t := identity.Trust()
		if n := slices.IndexFunc(before, t.Shares); n >= 0 && t.Issuer != "" && issuers[t.Issuer] == "" {
			ps = append(ps, c.problem("SharedKeys", "identities %q and %q have one key-set URL or one key, so that one could sign for the other: give each its own keys", before[n].Name, t.Name))
		}
		before = append(before, t)
		if other, ok := ids[t.ID]; ok && issuers[t.Issuer] == "" {
			ps = append(ps, c.problem("SharedId", "identities %q and %q have one construct id (%q), by which rules name them: give each its own", other, t.Name, t.ID))
		}
		ids[t.ID] = t.Name
		if other, ok := issuers[t.Issuer]; ok {
			ps = append(ps, c.problem("SharedIssuer", "identities %q and %q have one issuer, so that nobody could tell whose token it is: serve all resource servers with one of them", other, t.Name))
		}
		issuers[t.Issuer] = t.Name
	}
	if len(c.props.Trusts) == 0 && c.needsToken() {
		ps = append(ps, c.problem("TrustsNobody", "it trusts no identity, so that nobody could call its routes, write Trusts: []identity.Identity{users}"))
	}
	if ps != nil {
		return ps
	}
	if n := environmentSize(c.identities()); n > maxEnvironment {
		ps = append(ps, c.problem("Environment", "what it has to know of its identities is too long for a Lambda function's environment, got about %d bytes, at most %d: set AnyClient on identities with many clients", n, maxEnvironment))
	}
	return ps
}

func (c *core) needsToken() bool {
	return slices.ContainsFunc(c.declarations, func(d access.Declaration) bool { return !d.Rule.IsPublic() })
}

// tokens are texts that CloudFormation fills in at deploy: ids and names that
// are about as long as this pattern's replacement.
var tokens = regexp.MustCompile(`\$\{Token\[[^\]]*\]\}`)

func environmentSize(text string) int {
	return len(identitiesVariable) + len(tokens.ReplaceAllString(text, strings.Repeat("x", 32)))
}

func (c *core) routeProblems() access.Problems {
	var ps access.Problems
	if len(c.declarations) == 0 && c.skipped == 0 {
		ps = append(ps, c.problem("NoRoutes", "it has no route, write api.Handle(\"GET /orders\", access.Require(Read), gateway.ToLambda(fn))"))
	}
	if n := len(c.declarations); n > maxRoutes {
		ps = append(ps, c.problem("TooManyRoutes", "it has too many routes, got %d, at most %d: use {path+} or a second API", n, maxRoutes))
	}
	known := c.knownScopes()
	for _, d := range c.declarations {
		subject := fmt.Sprintf("route %q", d.Route)
		if _, path, _ := strings.Cut(d.Route, " "); path == "/ping" || path == "/sping" {
			ps = append(ps, access.Problem{ID: "ReservedPath", Subject: subject, Text: fmt.Sprintf("API Gateway keeps the path %q for itself, write another, for example %q", path, "/health"), Site: d.Site})
		}
		if text := d.Rule.String(); trust.Unresolved(text) {
			ps = append(ps, access.Problem{ID: "TokenInRule", Subject: subject, Text: "a scope, name, value or reason of its rule is known at deploy only, write a literal: the table is the same in every environment", Site: d.Site})
		}
		for _, s := range d.Rule.Scopes() {
			if s == (access.Scope{}) || known[s] || len(c.props.Trusts) == 0 {
				continue // reported elsewhere
			}
			ps = append(ps, access.Problem{ID: "UnknownScope", Subject: subject, Text: fmt.Sprintf("no identity the API trusts serves the scope, got %q, %s: declare it at its resource server, and add that to an identity's Serves", s, spelled(known)), Site: d.Site})
		}
	}
	return ps
}

// knownScopes are the scopes that some trusted identity can grant.
func (c *core) knownScopes() map[access.Scope]bool {
	known := map[access.Scope]bool{}
	for _, identity := range c.props.Trusts {
		if identity == nil || !identity.Trust().HasScopes() {
			continue
		}
		for _, server := range trust.Sorted(identity.Serves()) {
			if server == nil {
				continue
			}
			for _, d := range server.Scopes() {
				known[d.Scope] = true
			}
		}
	}
	return known
}

func spelled(scopes map[access.Scope]bool) string {
	words := []string{}
	for s := range maps.Keys(scopes) {
		words = append(words, fmt.Sprintf("%q", s))
	}
	slices.Sort(words)
	if len(words) > 10 {
		words = append(words[:10], fmt.Sprintf("and %d more", len(words)-10))
	}
	if len(words) == 0 {
		return "they serve none"
	}
	return "want one of " + strings.Join(words, ", ")
}
