package identity_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

const (
	tenant   = "11111111-2222-3333-4444-555555555555"
	theirApi = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
)

// known is what an identity says that follows from its provider's names.
type known struct {
	issuer, keys, profile, token, authorization string
	algorithms, roles, groups                   []string
}

func knownOf(t trust.Trust) known {
	return known{t.Issuer, t.Keys, t.Profile, t.TokenURL, t.AuthorizationURL, t.Algorithms, t.Roles, t.Groups}
}

// The texts are those of the providers' documents, byte for byte.
func TestWhatFollowsFromAProvidersOwnNames(t *testing.T) {
	rs256 := []string{"RS256"}
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		serves := identity.Serves{orders: "https://orders.example.com"}
		for _, c := range []struct {
			is   identity.Identity
			want known
		}{
			{identity.NewOkta(stack, "Okta", &identity.OktaProps{Org: "acme.okta.com", Serves: serves}), known{
				"https://acme.okta.com/oauth2/default", "https://acme.okta.com/oauth2/default/v1/keys", "okta",
				"https://acme.okta.com/oauth2/default/v1/token", "https://acme.okta.com/oauth2/default/v1/authorize", rs256, nil, nil}},
			{identity.NewOkta(stack, "Custom", &identity.OktaProps{Org: "login.acme.com", AuthorizationServer: "aus1A2b", Serves: serves, GroupsClaim: []string{"groups"}, RolesClaim: []string{"r"}}), known{
				"https://login.acme.com/oauth2/aus1A2b", "https://login.acme.com/oauth2/aus1A2b/v1/keys", "okta",
				"https://login.acme.com/oauth2/aus1A2b/v1/token", "https://login.acme.com/oauth2/aus1A2b/v1/authorize", rs256, []string{"r"}, []string{"groups"}}},
			{identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{Tenant: "acme.eu.auth0.com", Serves: serves}), known{
				"https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/.well-known/jwks.json", "auth0",
				"https://acme.eu.auth0.com/oauth/token", "https://acme.eu.auth0.com/authorize", rs256, nil, nil}},
			{identity.NewEntra(stack, "Entra", &identity.EntraProps{Tenant: tenant, Serves: identity.Serves{orders: theirApi}}), known{
				"https://login.microsoftonline.com/" + tenant + "/v2.0", "https://login.microsoftonline.com/" + tenant + "/discovery/v2.0/keys", "entra-v2",
				"https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token", "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/authorize", rs256, []string{"roles"}, []string{"groups"}}},
			{identity.NewEntra(stack, "Old", &identity.EntraProps{Tenant: tenant, Version: identity.EntraV1, Serves: identity.Serves{orders: "api://orders"}, GroupsClaim: []string{"wids"}}), known{
				"https://sts.windows.net/" + tenant + "/", "https://login.microsoftonline.com/" + tenant + "/discovery/keys", "entra-v1",
				"https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token", "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/authorize", rs256, []string{"roles"}, []string{"wids"}}},
			{identity.NewKeycloak(stack, "Keycloak", &identity.KeycloakProps{Url: "https://sso.example.com/auth", Realm: "Acme", Serves: serves}), known{
				"https://sso.example.com/auth/realms/Acme", "https://sso.example.com/auth/realms/Acme/protocol/openid-connect/certs", "keycloak",
				"https://sso.example.com/auth/realms/Acme/protocol/openid-connect/token", "https://sso.example.com/auth/realms/Acme/protocol/openid-connect/auth", rs256, []string{"realm_access", "roles"}, nil}},
			{identity.NewKeycloak(stack, "Local", &identity.KeycloakProps{Url: "http://127.0.0.1:8080", Realm: "acme", RolesOf: "orders-api", Algorithms: []string{"ES256"}, Serves: serves}), known{
				"http://127.0.0.1:8080/realms/acme", "http://127.0.0.1:8080/realms/acme/protocol/openid-connect/certs", "keycloak",
				"http://127.0.0.1:8080/realms/acme/protocol/openid-connect/token", "http://127.0.0.1:8080/realms/acme/protocol/openid-connect/auth", []string{"ES256"}, []string{"resource_access", "orders-api", "roles"}, nil}},
			{identity.NewGitHubActions(stack, "GitHub", &identity.GitHubActionsProps{Serves: serves}), known{
				"https://token.actions.githubusercontent.com", "https://token.actions.githubusercontent.com/.well-known/jwks", "workload", "", "", rs256, nil, nil}},
			{identity.NewGitHubActions(stack, "Ghes", &identity.GitHubActionsProps{Url: "https://ghes.example.com/_services/token", Serves: serves}), known{
				"https://ghes.example.com/_services/token", "https://ghes.example.com/_services/token/.well-known/jwks", "workload", "", "", rs256, nil, nil}},
			{identity.NewAwsWorkloads(stack, "Aws", &identity.AwsWorkloadsProps{Url: "https://" + tenant + ".tokens.sts.global.api.aws", Serves: serves}), known{
				"https://" + tenant + ".tokens.sts.global.api.aws", "https://" + tenant + ".tokens.sts.global.api.aws/.well-known/jwks.json", "workload", "", "", []string{"RS256", "ES384"}, nil, nil}},
		} {
			got := c.is.Trust()
			if !reflect.DeepEqual(knownOf(got), c.want) {
				t.Errorf("%s: Trust() = %+v, want %+v", got.Name, knownOf(got), c.want)
			}
			if got.ID != *c.is.Node().Id() || got.Name != "Main/"+got.ID || !got.AnyClient || got.Person != "" || got.Shipped != nil || got.Spellings != nil || got.ScopeClaim != "" {
				t.Errorf("%s: Trust() = %+v, want its id, any client and nothing that was not said", got.ID, got)
			}
		}
	})
}

func TestKeysMayLieElsewhere(t *testing.T) {
	const elsewhere = "http://127.0.0.1:9000/keys"
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		serves := identity.Serves{orders: theirApi}
		url, sts := "https://sso.example.com", "https://"+tenant+".tokens.sts.global.api.aws"
		for _, i := range []identity.Identity{
			identity.NewOkta(stack, "Okta", &identity.OktaProps{Org: "acme.okta.com", Serves: serves, KeysUrl: elsewhere}),
			identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{Tenant: "acme.auth0.com", Serves: serves, KeysUrl: elsewhere}),
			identity.NewEntra(stack, "Entra", &identity.EntraProps{Tenant: tenant, Serves: serves, KeysUrl: elsewhere}),
			identity.NewKeycloak(stack, "Keycloak", &identity.KeycloakProps{Url: url, Realm: "acme", Serves: serves, KeysUrl: elsewhere}),
			identity.NewGitHubActions(stack, "GitHub", &identity.GitHubActionsProps{Serves: serves, KeysUrl: elsewhere}),
			identity.NewAwsWorkloads(stack, "Aws", &identity.AwsWorkloadsProps{Url: sts, Serves: serves, KeysUrl: elsewhere}),
		} {
			if got := i.Trust(); got.Keys != elsewhere || got.Issuer[:8] != "https://" {
				t.Errorf("%s: keys = %q, issuer = %q, want the keys elsewhere and the issuer where it was", got.ID, got.Keys, got.Issuer)
			}
		}
		for _, i := range []identity.Identity{
			identity.NewOkta(stack, "Okta2", &identity.OktaProps{Org: "acme.okta.com", Serves: serves, Keys: goodSet}),
			identity.NewAuth0(stack, "Auth02", &identity.Auth0Props{Tenant: "acme.auth0.com", Serves: serves, Keys: goodSet}),
			identity.NewEntra(stack, "Entra2", &identity.EntraProps{Tenant: tenant, Serves: serves, Keys: goodSet}),
			identity.NewKeycloak(stack, "Keycloak2", &identity.KeycloakProps{Url: url, Realm: "acme", Serves: serves, Keys: goodSet}),
			identity.NewGitHubActions(stack, "GitHub2", &identity.GitHubActionsProps{Serves: serves, Keys: goodSet}),
			identity.NewAwsWorkloads(stack, "Aws2", &identity.AwsWorkloadsProps{Url: sts, Serves: serves, Keys: goodSet}),
		} {
			if got := i.Trust(); got.Keys != "shipped" || got.Shipped == nil {
				t.Errorf("%s: keys = %q, want shipped keys", got.ID, got.Keys)
			}
		}
	})
}

func TestAProvidersNamesMayBeKnownAtDeployOnly(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		token := *awscdk.NewCfnParameter(stack, jsii.String("Name"), nil).ValueAsString()
		serves := identity.Serves{orders: token}
		clients, spellings := []string{token}, map[access.Scope]string{read: token}
		identity.NewOkta(stack, "Okta", &identity.OktaProps{Org: token, AuthorizationServer: token, Serves: serves, Clients: clients, Spellings: spellings, KeysUrl: token})
		identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{Tenant: token, Serves: serves, Spellings: spellings, KeysUrl: token})
		identity.NewEntra(stack, "Entra", &identity.EntraProps{Tenant: token, Serves: serves, Clients: clients, Spellings: spellings, KeysUrl: token})
		identity.NewEntra(stack, "Old", &identity.EntraProps{Tenant: token, Version: identity.EntraV1, Serves: serves, Spellings: spellings})
		identity.NewKeycloak(stack, "Keycloak", &identity.KeycloakProps{Url: token, Realm: token, Serves: serves, Clients: clients, Spellings: spellings})
		identity.NewGitHubActions(stack, "GitHub", &identity.GitHubActionsProps{Url: token, Serves: serves, Subjects: clients})
		identity.NewAwsWorkloads(stack, "Aws", &identity.AwsWorkloadsProps{Url: token, Serves: serves, Roles: clients})
		identity.NewWorkload(stack, "Cluster", &identity.WorkloadProps{Url: token, KeysUrl: token, Algorithms: []string{"RS256"}, Serves: serves, Subjects: clients, Mark: identity.Mark{Claim: "kind", Value: token}})
	})
}

func TestAProviderTakesACopyOfItsProps(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		props := &identity.OktaProps{
			Org: "acme.okta.com", Serves: identity.Serves{orders: "o"}, Clients: []string{"batch"}, RolesClaim: []string{"roles"},
			GroupsClaim: []string{"groups"}, Spellings: map[access.Scope]string{read: "orders:read"},
		}
		okta := identity.NewOkta(stack, "Okta", props)
		props.Clients[0], props.RolesClaim[0], props.GroupsClaim[0], props.Serves[orders], props.Spellings[read] = "evil", "evil", "evil", "evil", "evil"
		got := okta.Trust()
		if got.Clients[0] != "batch" || got.AnyClient || got.Roles[0] != "roles" || got.Groups[0] != "groups" || got.Audiences["orders"] != "o" || got.Spellings["orders/read"] != "orders:read" {
			t.Errorf("Trust() = %+v, want what was given", got)
		}
	})
}

func TestAuth0TakesScopesFromPermissionsIfToldSo(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		got := identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{
			Tenant: "acme.auth0.com", Serves: identity.Serve(orders), Permissions: true, Algorithms: []string{"PS256"}, RolesClaim: []string{"https://acme.example/roles"},
		}).Trust()
		if got.ScopeClaim != "permissions" || got.ScopeList || !slices.Equal(got.Algorithms, []string{"PS256"}) || got.Roles[0] != "https://acme.example/roles" {
			t.Errorf("Trust() = %+v, want the permissions", got)
		}
	})
}
