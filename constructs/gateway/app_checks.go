package gateway

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// addAppChecks adds what can be judged over all APIs of an app only, once.
func addAppChecks(state *app.App, root constructs.IConstruct) {
	if whole, ok := root.(constructs.Construct); ok {
		state.AddOnce("gateway", whole, &appChecks{state})
	}
}

type appChecks struct{ state *app.App }

// Problems returns the scopes that nothing uses and the identities that two
// stages share.
func (c *appChecks) Problems() access.Problems {
	var apis []*httpApi
	for _, m := range c.state.Members() {
		if h, ok := m.(*httpApi); ok {
			apis = append(apis, h)
		}
	}
	return append(unusedScopes(apis), sharedTrust(apis)...)
}

// unusedScopes returns a problem for each scope that a trusted identity offers
// and no route of the app asks for.
func unusedScopes(apis []*httpApi) access.Problems {
	used := map[access.Scope]bool{}
	served := map[*access.ResourceServer]string{}
	for _, h := range apis {
		if h.skipped > 0 {
			return nil // what the broken routes would use is not known
		}
		for _, d := range h.declarations {
			for _, s := range d.Rule.Scopes() {
				used[s] = true
			}
		}
		for _, i := range h.props.Trusts {
			if i != nil {
				maps.Copy(served, i.Serves())
			}
		}
	}
	var ps access.Problems
	for _, server := range trust.Sorted(served) {
		if server == nil {
			continue
		}
		for _, d := range server.Scopes() {
			if !used[d.Scope] {
				ps = append(ps, access.Problem{ID: "UnusedScope", Subject: fmt.Sprintf("scope %q", d.Scope), Text: "no route of the app asks for it, so that clients could be granted what opens nothing: use it in a rule, or remove it", Site: d.Site})
			}
		}
	}
	return ps
}

// sharedTrust returns a problem for each pair of stages in which an identity
// has the same issuer and the same audience: each would take the other's tokens.
func sharedTrust(apis []*httpApi) access.Problems {
	type claim struct{ issuer, audience string }
	type holder struct {
		stage string
		trust trust.Trust
	}
	first := map[claim]holder{}
	var ps access.Problems
	reported := map[string]bool{}
	for _, h := range apis {
		stage := app.Stage(h)
		for _, i := range h.props.Trusts {
			if i == nil || isCreatedHere(i, stage) {
				continue
			}
			t := i.Trust()
			if trust.Unresolved(t.Issuer) {
				continue
			}
			for _, key := range slices.Sorted(maps.Keys(t.Audiences)) {
				c := claim{t.Issuer, t.Audiences[key]}
				other, ok := first[c]
				if !ok {
					first[c] = holder{stage, t}
					continue
				}
				if pair := other.stage + "\n" + stage + "\n" + c.issuer + "\n" + c.audience; other.stage != stage && !reported[pair] {
					reported[pair] = true
					ps = append(ps, h.problem("SharedTrust", "stages %q and %q trust one issuer (%q) for one audience (%q), so that each takes the other's tokens: give each stage its own audience", other.stage, stage, c.issuer, c.audience))
				}
			}
		}
	}
	return ps
}

// isCreatedHere reports whether the identity's issuer is made by the stage
// itself, so that no other stage can have it.
func isCreatedHere(i identity.Identity, stage string) bool {
	_, ok := i.(identity.Cognito)
	return ok && app.Stage(i) == stage
}
