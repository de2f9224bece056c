package trust

import "testing"

func TestTheEnvironmentHasNothingThatAnIdentityDoesNotSay(t *testing.T) {
	plain := Trust{
		Name: "Main/Users", Issuer: "https://i.example.com", Keys: "https://i.example.com/keys", Profile: RFC9068,
		Algorithms: []string{"RS256"}, Audiences: map[string]string{"orders": "o"}, AnyClient: true,
		Owners: []string{"repository_id"}, TokenURL: "https://i.example.com/token",
	}
	want := `{"version":1,"identities":[{"name":"Main/Users","issuer":"https://i.example.com","keys":"https://i.example.com/keys","profile":"rfc9068","algorithms":["RS256"],"audiences":{"orders":"o"},"anyClient":true}]}`
	if got := Environment([]Trust{plain}); got != want {
		t.Errorf("Environment = %s, want %s", got, want)
	}
}

func TestTheEnvironmentSaysHowAProviderSpells(t *testing.T) {
	own := Trust{
		Name: "Main/Users", Issuer: "https://i.example.com", Keys: "https://i.example.com/keys", Profile: OIDC,
		Algorithms: []string{"RS256"}, Audiences: map[string]string{"orders": "o"}, Clients: []string{"c"},
		Spellings:  map[string]string{"orders/write": "w<&>", "orders/read": "orders:read"},
		ScopeClaim: "scp", ScopeList: true, ClientClaim: "azp", Mark: []string{"kind", "access"},
	}
	want := `{"version":1,"identities":[{"name":"Main/Users","issuer":"https://i.example.com","keys":"https://i.example.com/keys","profile":"oidc","algorithms":["RS256"],"audiences":{"orders":"o"},"clients":["c"],` +
		`"spellings":{"orders/read":"orders:read","orders/write":"w<&>"},"scopeClaim":"scp","scopeList":true,"clientClaim":"azp","mark":["kind","access"]}]}`
	if got := Environment([]Trust{own}); got != want {
		t.Errorf("Environment = %s, want %s", got, want)
	}
}

func TestOnlyWorkloadsHaveNoScopes(t *testing.T) {
	for _, profile := range []string{Cognito, RFC9068, Okta, Auth0, EntraV1, EntraV2, Keycloak, OIDC} {
		if !(Trust{Profile: profile}).HasScopes() {
			t.Errorf("tokens of the profile %q have no scopes", profile)
		}
	}
	if (Trust{Profile: Workload}).HasScopes() {
		t.Error("tokens of workloads have scopes")
	}
}
