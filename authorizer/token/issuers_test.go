package token

import "github.com/scopeway/scopeway/authorizer/keyset"

const (
	oktaURL    = "https://acme.okta.com/oauth2/default"
	auth0URL   = "https://acme.eu.auth0.com/"
	entraV1URL = "https://sts.windows.net/" + tenant + "/"
	entraV2URL = "https://login.microsoftonline.com/" + tenant + "/v2.0"
	realmURL   = "https://sso.example.com/realms/acme"
	githubURL  = "https://token.actions.githubusercontent.com"
	awsURL     = "https://a1b2c3d4-0000-4000-8000-000000000000.tokens.sts.global.api.aws"

	tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
	theAPI = "8d3f1c52-0000-4000-8000-00000000aaaa"
	theApp = "3c1b2a90-0000-4000-8000-00000000bbbb"
)

// providerIssuers are an issuer of each provider whose tokens are not those of
// Cognito or RFC 9068. Their keys have the names of the others' keys.
func providerIssuers() []Issuer {
	audiences := func() map[string]string {
		return map[string]string{"orders": "https://orders.example.com", "billing": "https://billing.example.com"}
	}
	list := []Issuer{
		{Name: "Okta", URL: oktaURL, Profile: ProfileOkta, Clients: []string{"0oa1billing", "0oa2website"}, Groups: []string{"groups"}},
		{Name: "Auth0", URL: auth0URL, Profile: ProfileAuth0, Clients: []string{"a1B2c3D4e5F6g7H8", "w1E2b3S4i5T6e"},
			Roles: []string{"https://shop.example.com/roles"}},
		{Name: "Auth0 with RBAC", URL: "https://rbac.eu.auth0.com/", Profile: ProfileAuth0, AnyClient: true, ScopeClaim: permissions},
		{Name: "Entra 2", URL: entraV2URL, Profile: ProfileEntraV2, Clients: []string{theApp}, Groups: []string{"groups"},
			Audiences: map[string]string{"orders": theAPI}},
		{Name: "Entra 1", URL: entraV1URL, Profile: ProfileEntraV1, Clients: []string{theApp},
			Audiences: map[string]string{"orders": "api://" + theAPI}},
		{Name: "Keycloak", URL: realmURL, Profile: ProfileKeycloak, Clients: []string{"billing", "website"}, Groups: []string{"groups"}},
		{Name: "Keycloak, roles of a client", URL: "https://sso.example.com/realms/partners", Profile: ProfileKeycloak, AnyClient: true,
			Roles: []string{"resource_access", "orders-api", "roles"}, Spellings: map[string]string{"orders/read": "orders:read"}},
		{Name: "Hydra", URL: "https://hydra.example.com/", Profile: ProfileOIDC, AnyClient: true, Mark: []string{"ext"},
			ScopeClaim: "scp", ScopeList: true},
		{Name: "PingOne", URL: "https://auth.pingone.eu/e0e0e0e0/as", Profile: ProfileOIDC, Clients: []string{"c1c1c1c1"},
			Mark: []string{"env", "e0e0e0e0"}},
		{Name: "GitHub", URL: githubURL, Profile: ProfileWorkload, AnyClient: true, Mark: []string{"repository_id"}},
		{Name: "Cluster", URL: "https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE", Profile: ProfileWorkload,
			Clients: []string{"system:serviceaccount:shop:billing"}, Mark: []string{"kubernetes.io"}},
		{Name: "AWS", URL: awsURL, Profile: ProfileWorkload, AnyClient: true, Mark: []string{"https://sts.amazonaws.com/"},
			Algorithms: []keyset.Algorithm{keyset.RS256, keyset.ES384}},
	}
	for n := range list {
		i := &list[n]
		i.ID, i.Keys = i.Name, keys()
		if i.Audiences == nil {
			i.Audiences = audiences()
		}
		if i.Algorithms == nil {
			i.Algorithms = []keyset.Algorithm{keyset.RS256}
		}
	}
	return list
}
