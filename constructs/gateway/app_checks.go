package gateway

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
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
	var apis []*core
	for _, m := range c.state.Members() {
		if api, ok := m.(*core); ok {
			apis = append(apis, api)
		}
	}
	return append(unusedScopes(apis), sharedTrust(apis)...)
}

// unusedScopes returns a problem for each scope that a trusted identity offers
// and no route of the app asks for.
func unusedScopes(apis []*core) access.Problems {
	used := map[access.Scope]bool{}
	served := map[*access.ResourceServer]string{}
	for _, c := range apis {
		if c.skipped > 0 {
			return nil // what the broken routes would use is not known
		}
		for _, d := range c.declarations {
			for _, s := range d.Rule.Scopes() {
				used[s] = true
			}
		}
		for _, i := range c.props.Trusts {
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

// environment is what an API is for: what the props call it, or its
// awscdk.Stage and its account, "" where that is not known.
type environment struct{ given, stage, account string }

func environmentOf(c *core) environment {
	if c.props.Environment != "" {
		return environment{given: c.props.Environment}
	}
	e := environment{stage: app.Stage(c.construct)}
	if account := *awscdk.Stack_Of(c.construct).Account(); !trust.Unresolved(account) {
		e.account = account
	}
	return e
}

// differs reports whether two environments are certainly two. An account that is
// not known may be the other's.
func (e environment) differs(other environment) bool {
	return e.given != other.given || e.stage != other.stage ||
		e.account != other.account && e.account != "" && other.account != ""
}

func (e environment) String() string {
	if e.given != "" {
		return fmt.Sprintf("environment %q", e.given)
	}
	name := "the app"
	if e.stage != "" {
		name = fmt.Sprintf("stage %q", e.stage)
	}
	if e.account != "" {
		name += fmt.Sprintf(" in account %q", e.account)
	}
	return name
}

// sharedTrust returns a problem for each pair of environments in which an
// identity has the same issuer and the same audience: each would take the
// other's tokens.
func sharedTrust(apis []*core) access.Problems {
	type claim struct{ issuer, audience string }
	seen := map[claim][]environment{}
	var ps access.Problems
	reported := map[string]bool{}
	for _, c := range apis {
		here := environmentOf(c)
		for _, i := range c.props.Trusts {
			if i == nil || i.Node().Root() != c.construct.Node().Root() || isCreatedHere(i, app.Stage(c.construct)) {
				continue
			}
			t := i.Trust()
			if trust.Unresolved(t.Issuer) {
				continue
			}
			for _, key := range slices.Sorted(maps.Keys(t.Audiences)) {
				of := claim{t.Issuer, t.Audiences[key]}
				others := seen[of]
				if !slices.Contains(others, here) {
					seen[of] = append(others, here)
				}
				at := slices.IndexFunc(others, here.differs)
				if at < 0 {
					continue
				}
				other := others[at]
				if pair := fmt.Sprint(other, here, of); !reported[pair] {
					reported[pair] = true
					ps = append(ps, c.problem("SharedTrust", "%s and %s trust one issuer (%q) for one audience (%q), so that each takes the other's tokens: give each its own audience, or, if they are one environment, one name in Props.Environment", other, here, of.issuer, of.audience))
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
