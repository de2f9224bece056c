package identity_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func entra(change func(*identity.EntraProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := &identity.EntraProps{Tenant: tenant, Serves: identity.Serves{orders: theirApi}}
		change(props)
		identity.NewEntra(stack, "Entra", props)
	}
}

func entraAudience(version identity.EntraVersion, audience string) builder {
	return entra(func(p *identity.EntraProps) {
		p.Version = version
		for server := range p.Serves {
			p.Serves[server] = audience
		}
	})
}

func TestWhichEntraFailsSynth(t *testing.T) {
	of := func(name string) builder { return entra(func(p *identity.EntraProps) { p.Tenant = name }) }
	v1, v2 := identity.EntraV1, identity.EntraV2
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewEntra(stack, "Entra", nil)
		}, []string{"ServesNothing", "Tenant"}, "Tenant is missing"},
		{"every tenant", of("common"), []string{"Tenant"}, "every tenant there is"},
		{"every organization", of("Organizations"), []string{"Tenant"}, "every tenant there is"},
		{"every consumer", of("consumers"), []string{"Tenant"}, "every tenant there is"},
		{"the tenant of personal accounts", of("9188040d-6c67-4c5b-b112-36a304b66dad"), []string{"Tenant"}, "all personal accounts"},
		{"a domain", of("acme.onmicrosoft.com"), []string{"Tenant"}, `Tenant is no GUID, and tokens name nothing else, got "acme.onmicrosoft.com"`},
		{"a URL", of("https://login.microsoftonline.com/" + tenant), []string{"Tenant"}, "is no GUID"},
		{"a slash", of(tenant + "/"), []string{"Tenant"}, "is no GUID"},
		{"braces", of("{" + tenant + "}"), []string{"Tenant"}, "is no GUID"},
		{"a line break", of(tenant + "\n"), []string{"Tenant"}, "is no GUID"},
		{"a password", of("me:hunter2@acme.onmicrosoft.com"), []string{"Tenant"}, "not repeated here"},
		{"capitals", of(strings.ToUpper("aaaaaaaa-2222-3333-4444-555555555555")), []string{"Tenant"}, `write "aaaaaaaa-2222-3333-4444-555555555555"`},
		{"an unknown version", entra(func(p *identity.EntraProps) { p.Version = "v2" }), []string{"EntraVersion"}, `got "v2"`},
		{"an application ID URI in version 2.0", entraAudience(v2, "api://orders"), []string{"Audience"}, "in every token of version 2.0"},
		{"the same by default", entraAudience("", "api://"+theirApi), []string{"Audience"}, "write the client id of the API's registration"},
		{"a URL in version 2.0", entraAudience(v2, "https://orders.example.com"), []string{"Audience"}, `got "https://orders.example.com"`},
		{"a client id in capitals in version 2.0", entraAudience(v2, strings.ToUpper(theirApi)), []string{"Audience"}, "in lower case"},
		{"the key of a resource server in version 1.0", entraAudience(v1, "orders"), []string{"Audience"}, "neither a client id nor an application ID URI"},
		{"http in version 1.0", entraAudience(v1, "http://orders.example.com"), []string{"Audience"}, "neither"},
		{"a URI without a name in version 1.0", entraAudience(v1, "api://"), []string{"Audience"}, "neither"},
		{"a client id in capitals in version 1.0", entraAudience(v1, strings.ToUpper(theirApi)), []string{"Audience"}, "neither"},
		{"a client twice", entra(func(p *identity.EntraProps) { p.Clients = []string{tenant, tenant} }), []string{"ClientId"}, "twice"},
		{"groups at an empty name", entra(func(p *identity.EntraProps) { p.GroupsClaim = []string{""} }), []string{"ClaimPath"}, "GroupsClaim"},
	})
}

func TestWhichAudiencesEntraHas(t *testing.T) {
	for name, build := range map[string]builder{
		"a client id in version 1.0":           entraAudience(identity.EntraV1, theirApi),
		"an application ID URI":                entraAudience(identity.EntraV1, "api://"+theirApi+"/orders"),
		"a URL of a verified domain":           entraAudience(identity.EntraV1, "https://orders.acme.com/"),
		"the API itself as one of its clients": entra(func(p *identity.EntraProps) { p.Clients = []string{theirApi} }),
	} {
		t.Run(name, func(t *testing.T) { accepted(t, build) })
	}
}
