package gateway

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// trusted is an identity as rules see it.
type trusted struct {
	trust.Trust
	scopes  bool // whether its tokens may have any
	servers int  // how many resource servers it serves
}

// tokenRuleProblems returns the rules that name identities the API does not
// trust, that leave open whose word counts, or that a token could satisfy
// without any scope although its identity has scopes, or whoever in the world
// it is for.
func (c *core) tokenRuleProblems() access.Problems {
	var ps access.Problems
	identities := c.trustedIdentities()
	for _, d := range c.declarations {
		if d.Rule.IsPublic() || d.Rule.IsZero() {
			continue
		}
		problem := func(id, format string, args ...any) {
			ps = append(ps, access.Problem{ID: id, Subject: fmt.Sprintf("route %q", d.Route), Text: fmt.Sprintf(format, args...), Site: d.Site})
		}
		for _, name := range d.Rule.Identities() {
			if !slices.ContainsFunc(identities, func(i trusted) bool { return i.ID == name }) {
				problem("UnknownIdentity", "its rule speaks of tokens from %q, which is no identity the API trusts, %s", name, named(identities))
			}
		}
		if len(identities) > 1 && d.Rule.Unnamed() {
			problem("WhoseClaim", "its rule reads a role, a group or a claim, and the API trusts several identities, whose words may mean different things: write .From(id), %s", named(identities))
		}
		for _, i := range identities {
			if !i.scopes && i.servers > 1 && !d.Rule.NeedsScope(i.ID) {
				problem("WhichServer", "a token from %q for any of the %d resource servers it serves can satisfy its rule, whichever this API is: let an identity without scopes serve one resource server", i.ID, i.servers)
			}
			if i.Owners != nil && !d.Rule.NeedsClaim(i.ID, i.SaysWhose) {
				problem("WhoseWorkload", "a token from %q can satisfy its rule whoever it is for, and anybody in the world can have one: write access.Claim(%q, \"…\").From(%q), or another claim of %s (sub where it begins with whose it is), or name Subjects in the identity's props", i.ID, i.Owners[0], i.ID, strings.Join(i.Owners, ", "))
			}
			if i.scopes && !d.Rule.NeedsScope(i.ID) {
				problem("RuleWithoutScope", "a token from %q can satisfy its rule without any scope, so that a token for something else would do: write access.All(access.Require(scope), …)", i.ID)
			}
		}
		ps = append(ps, unreadable(d, identities)...)
	}
	return ps
}

// unreadable reports rules on roles or groups of identities that do not say
// where their tokens hold them: nobody could satisfy those.
func unreadable(d access.Declaration, identities []trusted) access.Problems {
	table, err := access.Compile(access.Declaration{Route: d.Route, Rule: d.Rule, Site: d.Site})
	if err != nil || len(identities) == 0 {
		return nil // reported
	}
	var ps access.Problems
	names := d.Rule.Identities()
	known := func(i trusted) bool { return slices.Contains(names, i.ID) }
	if len(names) > 0 && !slices.ContainsFunc(identities, known) {
		return nil // reported
	}
	reads := func(path func(trusted) []string) bool {
		return slices.ContainsFunc(identities, func(i trusted) bool {
			return len(path(i)) > 0 && (len(names) == 0 || known(i))
		})
	}
	problem := func(id, text string) {
		ps = append(ps, access.Problem{ID: id, Subject: fmt.Sprintf("route %q", d.Route), Text: text, Site: d.Site})
	}
	if len(table.Roles()) > 0 && !reads(func(i trusted) []string { return i.Roles }) {
		problem("NoRolesClaim", "its rule reads roles, and no identity it may mean says which claim holds them, write RolesClaim in the identity's props, or access.MemberOf for the groups of a Cognito user pool")
	}
	if len(table.Groups()) > 0 && !reads(func(i trusted) []string { return i.Groups }) {
		problem("NoGroupsClaim", "its rule reads groups, and no identity it may mean says which claim holds them, write GroupsClaim in the identity's props")
	}
	return ps
}

func (c *core) trustedIdentities() []trusted {
	var all []trusted
	for _, i := range c.props.Trusts {
		if i == nil || !c.isBeside(i) {
			continue // reported
		}
		t := i.Trust()
		all = append(all, trusted{t, t.HasScopes() && servesScopes(i), len(i.Serves())})
	}
	return all
}

func servesScopes(i identity.Identity) bool {
	for server := range i.Serves() {
		if server != nil && len(server.Scopes()) > 0 {
			return true
		}
	}
	return false
}

// named lists what identities may be named.
func named(identities []trusted) string {
	var ids []string
	for _, i := range identities {
		ids = append(ids, fmt.Sprintf("%q", i.ID))
	}
	slices.Sort(ids)
	if len(ids) == 0 {
		return "it trusts none"
	}
	return "with one of " + strings.Join(slices.Compact(ids), ", ")
}
