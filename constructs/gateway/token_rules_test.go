package gateway_test

import (
	"slices"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// partner is an issuer without scopes, for a resource server of its own.
func (s *shop) partner(props identity.IssuerProps) identity.Identity {
	if props.Serves == nil {
		props.Serves = identity.Serves{access.NewResourceServer("deploys", "Deploys API"): "https://deploys.example.com"}
	}
	props.Url, props.KeysUrl, props.Algorithms = "https://ci.example.com", "https://ci.example.com/keys", []string{"RS256"}
	return identity.NewIssuer(s.stack, "Ci", &props)
}

func TestWhichRulesOnTokensAreRefused(t *testing.T) {
	both := func(s *shop, props identity.IssuerProps) []identity.Identity {
		return []identity.Identity{s.users, s.partner(props)}
	}
	roles := identity.IssuerProps{RolesClaim: []string{"roles"}}
	for _, c := range []struct {
		name   string
		trusts func(s *shop) []identity.Identity
		rule   func(s *shop) access.Rule
		ids    []string
	}{
		{"a scope and a group", nil, func(s *shop) access.Rule { return access.All(access.Require(s.read), access.MemberOf("staff")) }, nil},
		{"a scope and a kind of caller", nil, func(s *shop) access.Rule { return access.All(access.Require(s.read), access.Machine()) }, nil},
		{"a scope, or a role of an identity without scopes", func(s *shop) []identity.Identity { return both(s, roles) },
			func(s *shop) access.Rule {
				return access.Any(access.Require(s.read), access.Role("deployer").From("Ci"))
			}, nil},
		{"whoever is signed in where there are no scopes", func(s *shop) []identity.Identity { return both(s, roles) },
			func(s *shop) access.Rule { return access.SignedIn().From("Ci") }, nil},
		{"a group alone", nil, func(s *shop) access.Rule { return access.MemberOf("staff") }, []string{"RuleWithoutScope"}},
		{"whoever is signed in", nil, func(s *shop) access.Rule { return access.SignedIn() }, []string{"RuleWithoutScope"}},
		{"any machine", nil, func(s *shop) access.Rule { return access.Machine() }, []string{"RuleWithoutScope"}},
		{"a scope or a group", nil, func(s *shop) access.Rule { return access.Any(access.Require(s.read), access.MemberOf("staff")) }, []string{"RuleWithoutScope"}},
		{"a role at whichever of two resource servers", func(s *shop) []identity.Identity {
			return both(s, identity.IssuerProps{RolesClaim: []string{"roles"}, Serves: identity.Serves{
				access.NewResourceServer("staff", "Staff API"): "https://staff.example.com", access.NewResourceServer("reports", "Reports API"): "https://reports.example.com"}})
		}, func(s *shop) access.Rule { return access.Role("admin").From("Ci") }, []string{"WhichServer"}},
		{"a group of nobody knows whom", func(s *shop) []identity.Identity { return both(s, roles) },
			func(s *shop) access.Rule { return access.All(access.Require(s.read), access.MemberOf("staff")) }, []string{"WhoseClaim"}},
		{"a claim of nobody knows whom", func(s *shop) []identity.Identity { return both(s, roles) },
			func(s *shop) access.Rule { return access.All(access.Require(s.read), access.Claim("tenant", "acme")) }, []string{"WhoseClaim"}},
		{"an identity that is not trusted", nil,
			func(s *shop) access.Rule {
				return access.All(access.Require(s.read), access.MemberOf("staff").From("Staff"))
			}, []string{"UnknownIdentity"}},
		{"roles of a user pool", nil, func(s *shop) access.Rule { return access.All(access.Require(s.read), access.Role("admin")) }, []string{"NoRolesClaim"}},
		{"groups of an issuer that has none", func(s *shop) []identity.Identity { return both(s, roles) },
			func(s *shop) access.Rule { return access.MemberOf("staff").From("Ci") }, []string{"NoGroupsClaim"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			props := &gateway.HttpApiProps{}
			if c.trusts != nil {
				props.Trusts = c.trusts(s)
			}
			api := s.bareApi(props)
			api.Handle("GET /all", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			api.Handle("GET /x", c.rule(s), gateway.ToLambda(s.other))
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) || c.ids == nil && failure != "" {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}
