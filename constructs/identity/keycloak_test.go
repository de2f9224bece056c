package identity_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestWhichKeycloakFailsSynth(t *testing.T) {
	keycloak := func(change func(*identity.KeycloakProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := &identity.KeycloakProps{Url: "https://sso.example.com", Realm: "acme", Serves: identity.Serves{orders: "https://orders.example.com"}}
			change(props)
			identity.NewKeycloak(stack, "Keycloak", props)
		}
	}
	url := func(text string) builder { return keycloak(func(p *identity.KeycloakProps) { p.Url = text }) }
	realm := func(name string) builder { return keycloak(func(p *identity.KeycloakProps) { p.Realm = name }) }
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewKeycloak(stack, "Keycloak", nil)
		}, []string{"IssuerUrl", "ServesNothing", "Tenant"}, "Realm is missing"},
		{"a host", url("sso.example.com"), []string{"IssuerUrl"}, "Url is not a URL"},
		{"http", url("http://sso.example.com"), []string{"IssuerUrl"}, "Url is not https"},
		{"http on a name that may be loopback", url("http://localhost:8080"), []string{"IssuerUrl"}, "literal loopback"},
		{"a slash at the end", url("https://sso.example.com/auth/"), []string{"IssuerUrl"}, `write "https://sso.example.com/auth"`},
		{"the issuer", url("https://sso.example.com/realms/acme"), []string{"IssuerUrl"}, "Url has the realm in it"},
		{"what is before the realm's name", url("https://sso.example.com/realms"), []string{"IssuerUrl"}, "Url has the realm in it"},
		{"a password", url("https://me:hunter2@sso.example.com"), []string{"IssuerUrl"}, "credentials"},
		{"a query", url("https://sso.example.com?key=hunter2"), []string{"IssuerUrl"}, "Url has a query"},
		{"an empty query", url("https://sso.example.com?"), []string{"IssuerUrl"}, "Url has a query"},
		{"a fragment", url("https://sso.example.com#x"), []string{"IssuerUrl"}, "fragment"},
		{"a realm with a slash", realm("acme/"), []string{"Tenant"}, `got "acme/"`},
		{"a realm that is a URL", realm("https://sso.example.com/realms/acme"), []string{"Tenant"}, "Realm is no name"},
		{"a realm with a space", realm("my realm"), []string{"Tenant"}, "the same in a URL"},
		{"a realm that is escaped", realm("my%20realm"), []string{"Tenant"}, "the same in a URL"},
		{"a realm that leads elsewhere", realm(".."), []string{"Tenant"}, `got ".."`},
		{"a realm with a query", realm("acme?x=hunter2"), []string{"Tenant"}, "not repeated here"},
		{"the audience that everybody has", keycloak(func(p *identity.KeycloakProps) {
			for server := range p.Serves {
				p.Serves[server] = "account"
			}
		}), []string{"Audience"}, "which the tokens of everybody have"},
		{"roles of a client known at deploy only", keycloak(func(p *identity.KeycloakProps) {
			p.RolesOf = *awscdk.Fn_ImportValue(jsii.String("Client"))
		}), []string{"ClaimPath"}, "RolesOf has a name that is known at deploy only"},
		{"a shared-key algorithm", keycloak(func(p *identity.KeycloakProps) { p.Algorithms = []string{"HS512"} }), []string{"Algorithm"}, `got "HS512"`},
		{"a client twice", keycloak(func(p *identity.KeycloakProps) { p.Clients = []string{"batch", "batch"} }), []string{"ClientId"}, "twice"},
	})
	accepted(t, keycloak(func(p *identity.KeycloakProps) {
		p.Url, p.Realm, p.Clients = "http://[::1]:8080/auth", "my.Realm_1~-", []string{"orders-api"}
		for server := range p.Serves {
			p.Serves[server] = "orders-api" // the client that stands for the API
		}
	}))
}
