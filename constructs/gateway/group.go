package gateway

import (
	"fmt"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// Group is a set of routes that share a prefix and inherit a rule.
type Group interface {
	// Handle declares a route of the group, which inherits the group's rule.
	// The pattern is a route key without the prefix: "DELETE /orders/{id}".
	Handle(pattern string, backend Backend)
	// Group returns a group within this one. Its routes must satisfy both
	// rules; the prefix may be "".
	Group(prefix string, rule access.Rule) Group
}

type group struct {
	api    *core
	prefix string
	rule   access.Rule
	// broken groups are reported by themselves; their routes are not.
	broken bool
}

func (g *group) Handle(pattern string, backend Backend) {
	g.api.handle(g, pattern, g.rule, backend, app.Here())
}

func (g *group) Group(prefix string, rule access.Rule) Group {
	return g.api.group(g, prefix, rule, app.Here())
}

// group makes a group within an outer one, nil for the API itself.
func (c *core) group(outer *group, prefix string, rule access.Rule, at access.Site) *group {
	inner := &group{api: c, prefix: prefix, rule: rule}
	problem := func(id, format string, args ...any) {
		inner.broken = true
		c.problems = append(c.problems, access.Problem{ID: id, Subject: fmt.Sprintf("group %q", inner.prefix), Text: fmt.Sprintf(format, args...), Site: at})
	}
	before := ""
	if outer != nil {
		before, inner.broken = outer.prefix, outer.broken
	}
	joined, err := access.JoinPrefix(before, prefix)
	if err != nil {
		problem("BadPrefix", "%s", err)
	}
	inner.prefix = joined
	switch {
	case rule.IsZero():
		problem("NoRule", "it has no rule, write access.Require(scope) or access.RequireAnyOf(scopes...)")
	case rule.IsPublic():
		problem("PublicInGroup", "its rule is public, declare public routes one by one with api.Handle(pattern, access.Public(reason), backend)")
	case outer != nil && !outer.rule.IsZero():
		inner.rule = outer.rule.Narrow(rule)
	}
	return inner
}
