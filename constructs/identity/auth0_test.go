package identity_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestWhichAuth0FailsSynth(t *testing.T) {
	auth0 := func(change func(*identity.Auth0Props)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := &identity.Auth0Props{Tenant: "acme.eu.auth0.com", Serves: identity.Serves{orders: "https://orders.example.com"}}
			change(props)
			identity.NewAuth0(stack, "Auth0", props)
		}
	}
	tenant := func(domain string) builder { return auth0(func(p *identity.Auth0Props) { p.Tenant = domain }) }
	audience := func(text string) builder {
		return auth0(func(p *identity.Auth0Props) {
			for server := range p.Serves {
				p.Serves[server] = text
			}
		})
	}
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewAuth0(stack, "Auth0", nil)
		}, []string{"ServesNothing", "Tenant"}, "Tenant is missing"},
		{"a URL", tenant("https://acme.eu.auth0.com"), []string{"Tenant"}, "Tenant is a URL"},
		{"the issuer", tenant("https://acme.eu.auth0.com/"), []string{"Tenant"}, "Tenant is a URL"},
		{"a slash", tenant("acme.eu.auth0.com/"), []string{"Tenant"}, `Tenant has a slash, got "acme.eu.auth0.com/"`},
		{"a port", tenant("acme.eu.auth0.com:443"), []string{"Tenant"}, "Tenant has a port"},
		{"the name alone", tenant("acme"), []string{"Tenant"}, `such as "acme.eu.auth0.com"`},
		{"capitals", tenant("ACME.eu.auth0.com"), []string{"Tenant"}, "Tenant has capitals"},
		{"a password", tenant("me:hunter2@acme.eu.auth0.com"), []string{"Tenant"}, "not repeated here"},
		{"an audience of 601 characters", audience(strings.Repeat("a", 601)), []string{"Audience"}, "got 601 characters, at most 600"},
		{"the audience of everybody who signs in", audience("https://acme.eu.auth0.com/userinfo"), []string{"Audience"}, "Auth0's own API"},
		{"the audience of the management API", audience("https://acme.eu.auth0.com/api/v2/"), []string{"Audience"}, "Auth0's own API"},
		{"a client as audience", auth0(func(p *identity.Auth0Props) { p.Clients = []string{"https://orders.example.com"} }), []string{"Audience"}, "the id of a client"},
		{"a shared-key algorithm", auth0(func(p *identity.Auth0Props) { p.Algorithms = []string{"HS256"} }), []string{"Algorithm"}, `got "HS256"`},
		{"an algorithm twice", auth0(func(p *identity.Auth0Props) { p.Algorithms = []string{"RS256", "RS256"} }), []string{"Algorithm"}, "twice"},
		{"an empty client", auth0(func(p *identity.Auth0Props) { p.Clients = []string{""} }), []string{"ClientId"}, "write the client id of its tokens"},
		{"roles at an empty name", auth0(func(p *identity.Auth0Props) { p.RolesClaim = []string{""} }), []string{"ClaimPath"}, "RolesClaim"},
	})
	accepted(t, audience(strings.Repeat("a", 600)))
}
