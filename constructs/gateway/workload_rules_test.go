package gateway_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

const sts = "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws"

// github trusts the workflows of GitHub Actions for the shop's own API.
func (s *shop) github(subjects ...string) identity.Identity {
	return identity.NewGitHubActions(s.stack, "GitHub", &identity.GitHubActionsProps{
		Serves: identity.Serves{s.orders: "https://orders.example.com"}, Subjects: subjects,
	})
}

func (s *shop) aws() identity.Identity {
	return identity.NewAwsWorkloads(s.stack, "Aws", &identity.AwsWorkloadsProps{Url: sts, Serves: identity.Serves{s.orders: "https://orders.example.com"}})
}

func TestClaimsAloneDecideForWorkloads(t *testing.T) {
	ours := access.Claim("repository_id", "74").From("GitHub")
	branch := access.Claim("ref", "refs/heads/main").From("GitHub")
	open := func(s *shop) identity.Identity { return s.github() }
	for _, c := range []struct {
		name  string
		trust func(s *shop) identity.Identity
		rule  func(s *shop) access.Rule
		ids   []string
	}{
		{"whose repository it is", open, func(*shop) access.Rule { return ours }, nil},
		{"whose repository it is, and its branch", open, func(*shop) access.Rule { return access.All(ours, branch) }, nil},
		{"a scope of another identity, or whose repository it is", open, func(s *shop) access.Rule { return access.Any(access.Require(s.read), ours) }, nil},
		{"a scope", open, func(s *shop) access.Rule { return access.Require(s.read) }, nil},
		{"a scope, or a branch of anybody's", open, func(s *shop) access.Rule { return access.Any(access.Require(s.read), branch) }, []string{"WhoseWorkload"}},
		{"a branch of anybody's", open, func(*shop) access.Rule { return branch }, []string{"WhoseWorkload"}},
		{"a subject that says whose it is", open, func(*shop) access.Rule {
			return access.Claim("sub", "repo:acme/shop:ref:refs/heads/main").From("GitHub")
		}, nil},
		{"a subject of anybody's", open, func(*shop) access.Rule {
			return access.Claim("sub", "repo:acme/shop:ref:refs/heads/main", "ref:refs/heads/main").From("GitHub")
		}, []string{"WhoseWorkload"}},
		{"who started it", open, func(*shop) access.Rule { return access.Claim("actor_id", "7").From("GitHub") }, []string{"WhoseWorkload"}},
		{"any workflow", open, func(*shop) access.Rule { return access.SignedIn().From("GitHub") }, []string{"WhoseWorkload"}},
		{"any machine", open, func(*shop) access.Rule { return access.Machine().From("GitHub") }, []string{"WhoseWorkload"}},
		{"any machine and any user", open, func(*shop) access.Rule { return access.Machine() }, []string{"RuleWithoutScope", "WhoseWorkload"}},
		{"any of the workflows that are named", func(s *shop) identity.Identity { return s.github("repo:acme/shop:environment:production") },
			func(*shop) access.Rule { return access.SignedIn().From("GitHub") }, nil},
		{"a role of the account", func(s *shop) identity.Identity { return s.aws() },
			func(*shop) access.Rule {
				return access.Claim("sub", "arn:aws:iam::123456789012:role/billing").From("Aws")
			}, nil},
		{"any program of the account", func(s *shop) identity.Identity { return s.aws() }, func(*shop) access.Rule { return access.SignedIn().From("Aws") }, nil},
		{"roles, which workloads have not", func(s *shop) identity.Identity { return s.aws() }, func(*shop) access.Rule { return access.Role("admin").From("Aws") }, []string{"NoRolesClaim"}},
		{"whichever of two resource servers", func(s *shop) identity.Identity {
			return identity.NewAwsWorkloads(s.stack, "Aws", &identity.AwsWorkloadsProps{Url: sts, Serves: identity.Serves{
				s.orders: "https://orders.example.com", access.NewResourceServer("stock", "Stock"): "https://stock.example.com"}})
		}, func(*shop) access.Rule { return access.SignedIn().From("Aws") }, []string{"WhichServer", "WhichServer"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, c.trust(s)}})
			api.Handle("GET /all", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			api.Handle("GET /x", c.rule(s), gateway.ToLambda(s.other))
			_, failure := synth(s.app)
			ids := problemIDs(failure)
			slices.Sort(ids)
			if !slices.Equal(ids, c.ids) || c.ids == nil && failure != "" {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}

func TestNoWorkloadGrantsAScope(t *testing.T) {
	s := newShop(t)
	deploys := access.NewResourceServer("deploys", "Deploys API")
	start := deploys.Scope("start", "Start one")
	github := identity.NewGitHubActions(s.stack, "GitHub", &identity.GitHubActionsProps{Serves: identity.Serves{deploys: "https://deploys.example.com"}})
	api := s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, github}})
	api.Handle("GET /all", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	api.Handle("POST /deploys", access.Require(start), gateway.ToLambda(s.other))
	_, failure := synth(s.app)
	if ids := problemIDs(failure); !slices.Equal(ids, []string{"UnknownScope"}) || !has(failure, `got "deploys/start"`) {
		t.Errorf("problems = %v, want that nobody has the scope\n%s", ids, failure)
	}
}

// Identities of one issuer would be taken for each other, whoever made them.
func TestTwoProvidersOfOneIssuerFailSynth(t *testing.T) {
	const tenant = "11111111-2222-3333-4444-555555555555"
	audience := "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	issuer := func(s *shop, url, keys string) identity.Identity {
		return identity.NewIssuer(s.stack, "Issuer", &identity.IssuerProps{Url: url, KeysUrl: keys, Algorithms: []string{"RS256"}, Serves: identity.Serves{s.orders: audience}})
	}
	okta := func(s *shop, id, server string) identity.Identity {
		return identity.NewOkta(s.stack, id, &identity.OktaProps{Org: "acme.okta.com", AuthorizationServer: server, Serves: identity.Serves{s.orders: audience}})
	}
	entra := func(s *shop, id string, version identity.EntraVersion) identity.Identity {
		return identity.NewEntra(s.stack, id, &identity.EntraProps{Tenant: tenant, Version: version, Serves: identity.Serves{s.orders: audience}})
	}
	keycloak := func(s *shop, id, realm string) identity.Identity {
		return identity.NewKeycloak(s.stack, id, &identity.KeycloakProps{Url: "https://sso.example.com", Realm: realm, Serves: identity.Serves{s.orders: audience}})
	}
	for _, c := range []struct {
		name   string
		trusts func(s *shop) []identity.Identity
		ids    []string
	}{
		{"one authorization server, by its name and by default", func(s *shop) []identity.Identity {
			return []identity.Identity{okta(s, "A", ""), okta(s, "B", "default")}
		}, []string{"SharedIssuer"}},
		{"a realm, by its own names and as any issuer", func(s *shop) []identity.Identity {
			return []identity.Identity{keycloak(s, "A", "acme"), issuer(s, "https://sso.example.com/realms/acme", "https://keys.example.com")}
		}, []string{"SharedIssuer"}},
		{"a realm's keys for another issuer", func(s *shop) []identity.Identity {
			return []identity.Identity{keycloak(s, "A", "acme"), issuer(s, "https://issuer.example.com", "https://sso.example.com/realms/acme/protocol/openid-connect/certs")}
		}, []string{"SharedKeys"}},
		{"two authorization servers of an org", func(s *shop) []identity.Identity {
			return []identity.Identity{okta(s, "A", "default"), okta(s, "B", "aus1")}
		}, nil},
		{"two realms of a server", func(s *shop) []identity.Identity {
			return []identity.Identity{keycloak(s, "A", "acme"), keycloak(s, "B", "staff")}
		}, nil},
		{"both versions of a tenant", func(s *shop) []identity.Identity {
			return []identity.Identity{entra(s, "A", identity.EntraV1), entra(s, "B", identity.EntraV2)}
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.bareApi(&gateway.HttpApiProps{Trusts: c.trusts(s)})
			api.Handle("GET /all", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) || c.ids == nil && failure != "" {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}

func TestMetadataSaysHowScopesAreSpelled(t *testing.T) {
	s := newShop(t)
	late := *awscdk.NewCfnParameter(s.stack, jsii.String("Spelling"), nil).ValueAsString()
	keycloak := identity.NewKeycloak(s.stack, "Keycloak", &identity.KeycloakProps{
		Url: "https://sso.example.com", Realm: "acme", Serves: identity.Serves{s.orders: "https://orders.example.com"},
		Spellings: map[access.Scope]string{s.read: "orders:read", s.write: late},
	})
	api := s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{keycloak, s.aws()}})
	api.Handle("GET /all", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	metadata := mustSynth(t, s.app).one(t, "AWS::ApiGatewayV2::Api").Metadata["scopeway"].(map[string]any)
	described := metadata["identities"].([]any)
	first, second := described[0].(map[string]any), described[1].(map[string]any)
	spellings := first["spellings"].(map[string]any)
	if spellings["orders/read"] != "orders:read" || spellings["orders/write"].(map[string]any)["known"] != "at deploy" || first["profile"] != "keycloak" ||
		first["tokenUrl"] != "https://sso.example.com/realms/acme/protocol/openid-connect/token" {
		t.Errorf("metadata = %v, want spellings and the token endpoint", first)
	}
	if _, spelled := second["spellings"]; spelled || second["profile"] != "workload" || second["tokenUrl"] != nil {
		t.Errorf("metadata = %v, want a workload without spellings", second)
	}
}
