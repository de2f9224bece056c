package identity_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// What the constructs write the authorizer reads, and can work with.
func TestTheAuthorizerUnderstandsEveryIdentity(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), jsii.String("Main"), nil)
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	serves, spelled := identity.Serves{orders: ordersApi}, map[access.Scope]string{read: "read:orders"}
	all := []identity.Identity{
		identity.NewIssuer(stack, "Issuer", &identity.IssuerProps{Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys", Serves: serves, Algorithms: []string{"ES256"}, Spellings: spelled}),
		identity.NewIssuer(stack, "Marked", &identity.IssuerProps{Url: "https://marked.example.com", KeysUrl: "https://marked.example.com/keys", Serves: serves, Algorithms: []string{"RS256"},
			AccessTokenMark: identity.Mark{Claim: "env", Value: "prod"}, ScopesClaim: "scp", ScopesList: true, ClientClaim: "azp", PersonClaim: "email", RolesClaim: []string{"roles"}}),
		identity.NewOkta(stack, "Okta", &identity.OktaProps{Org: "acme.okta.com", Serves: serves, Spellings: spelled, GroupsClaim: []string{"groups"}, Clients: []string{"0oa"}}),
		identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{Tenant: "acme.eu.auth0.com", Serves: serves, Permissions: true, RolesClaim: []string{"https://acme.example/roles"}}),
		identity.NewAuth0(stack, "Auth0Too", &identity.Auth0Props{Tenant: "other.eu.auth0.com", Serves: serves}),
		identity.NewEntra(stack, "Entra", &identity.EntraProps{Tenant: tenantId, Serves: identity.Serves{orders: apiId}}),
		identity.NewEntra(stack, "EntraV1", &identity.EntraProps{Tenant: tenantId, Version: identity.EntraV1, Serves: identity.Serves{orders: "api://" + apiId}}),
		identity.NewKeycloak(stack, "Keycloak", &identity.KeycloakProps{Url: "https://sso.example.com", Realm: "acme", Serves: serves, RolesOf: "orders-api", Algorithms: []string{"EdDSA"}}),
		identity.NewWorkload(stack, "Cluster", &identity.WorkloadProps{Url: "https://k8s.example.com", KeysUrl: "https://k8s.example.com/openid/v1/jwks", Algorithms: []string{"RS256"}, Serves: serves, Mark: identity.Mark{Claim: "kubernetes.io"}, Subjects: []string{"system:serviceaccount:shop:till"}}),
		identity.NewGitHubActions(stack, "GitHub", &identity.GitHubActionsProps{Serves: serves}),
		identity.NewAwsWorkloads(stack, "Aws", &identity.AwsWorkloadsProps{Url: "https://0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d.tokens.sts.global.api.aws", Serves: serves}),
	}
	profiles := map[token.Profile]bool{token.ProfileCognito: true} // needs a pool
	var trusted []trust.Trust
	for _, i := range all {
		trusted = append(trusted, i.Trust())
		profiles[token.Profile(i.Trust().Profile)] = true
	}
	for _, p := range token.Profiles() {
		if !profiles[p] {
			t.Errorf("no identity has the profile %q", p)
		}
	}
	identities, err := authorizer.ParseIdentities([]byte(trust.Environment(trusted)))
	if err != nil {
		t.Fatal(err)
	}
	issuers, err := authorizer.Issuers(identities, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token.NewVerifier(issuers, token.Known{Scopes: []access.Scope{read}}, nil); err != nil {
		t.Fatal(err)
	}
}
