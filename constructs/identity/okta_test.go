package identity_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestWhichOktaFailsSynth(t *testing.T) {
	okta := func(change func(*identity.OktaProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := &identity.OktaProps{Org: "acme.okta.com", Serves: identity.Serves{orders: "https://orders.example.com"}}
			change(props)
			identity.NewOkta(stack, "Okta", props)
		}
	}
	org := func(host string) builder { return okta(func(p *identity.OktaProps) { p.Org = host }) }
	server := func(id string) builder { return okta(func(p *identity.OktaProps) { p.AuthorizationServer = id }) }
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewOkta(stack, "Okta", nil)
		}, []string{"ServesNothing", "Tenant"}, `Okta identity "Main/Okta", Org is missing`},
		{"a URL", org("https://acme.okta.com"), []string{"Tenant"}, `Org is a URL, got "https://acme.okta.com", write the host alone, such as "acme.okta.com"`},
		{"a URL with a password", org("https://me:hunter2@acme.okta.com"), []string{"Tenant"}, "not repeated here"},
		{"a query", org("acme.okta.com?token=hunter2"), []string{"Tenant"}, "not repeated here"},
		{"a slash", org("acme.okta.com/"), []string{"Tenant"}, "Org has a slash"},
		{"the issuer", org("acme.okta.com/oauth2/default"), []string{"Tenant"}, "Org has a slash"},
		{"a port", org("acme.okta.com:443"), []string{"Tenant"}, "Org has a port"},
		{"a space", org("acme.okta.com "), []string{"Tenant"}, "Org is no name of a host"},
		{"capitals", org("Acme.okta.com"), []string{"Tenant"}, "Org has capitals"},
		{"an address", org("127.0.0.1"), []string{"Tenant"}, "Org is an address"},
		{"the name alone", org("acme"), []string{"Tenant"}, "Org has no domain"},
		{"a dot at the end", org("acme.okta.com."), []string{"Tenant"}, "Org is no name of a host"},
		{"letters beyond ASCII", org("äcme.okta.com"), []string{"Tenant"}, "Org is no name of a host"},
		{"the admin console", org("acme-admin.okta.com"), []string{"Tenant"}, `write that of the org, "acme.okta.com"`},
		{"the admin console of a preview org", org("acme-admin.oktapreview.com"), []string{"Tenant"}, `"acme.oktapreview.com"`},
		{"the org authorization server", server("org"), []string{"AuthorizationServer"}, "for Okta itself"},
		{"a server's URL", server("https://acme.okta.com/oauth2/default"), []string{"AuthorizationServer"}, "is no id"},
		{"a server with a slash", server("default/"), []string{"AuthorizationServer"}, `got "default/"`},
		{"a server with a space", server(" default"), []string{"AuthorizationServer"}, "is no id"},
		{"a client as audience", okta(func(p *identity.OktaProps) { p.Clients = []string{"https://orders.example.com"} }), []string{"Audience"}, "the audience of ID tokens"},
		{"a client twice", okta(func(p *identity.OktaProps) { p.Clients = []string{"0oa1", "0oa1"} }), []string{"ClientId"}, `the client "0oa1" twice`},
		{"an empty client", okta(func(p *identity.OktaProps) { p.Clients = []string{""} }), []string{"ClientId"}, "write the cid of its tokens"},
		{"groups at an empty name", okta(func(p *identity.OktaProps) { p.GroupsClaim = []string{""} }), []string{"ClaimPath"}, "GroupsClaim has an empty name"},
		{"roles at a name known at deploy only", okta(func(p *identity.OktaProps) {
			p.RolesClaim = []string{*awscdk.Fn_ImportValue(jsii.String("Roles"))}
		}), []string{"ClaimPath"}, "RolesClaim has a name that is known at deploy only"},
		{"keys over http", okta(func(p *identity.OktaProps) { p.KeysUrl = "http://acme.okta.com/keys" }), []string{"IssuerUrl"}, "KeysUrl is not https"},
		{"keys and a URL", okta(func(p *identity.OktaProps) { p.KeysUrl, p.Keys = "https://keys.example.com", goodSet }), []string{"KeysTwice"}, "both"},
		{"keys of another algorithm", okta(func(p *identity.OktaProps) { p.Keys = `{"keys":[` + edKey + `]}` }), []string{"ShippedKeys"}, `got ["RS256"]`},
		{"no audience", okta(func(p *identity.OktaProps) {
			for server := range p.Serves {
				p.Serves[server] = ""
			}
		}), []string{"NoAudience"}, "has no audience"},
		{"a server that is nil", okta(func(p *identity.OktaProps) { p.Serves[nil] = "x" }), []string{"NilServer"}, "is nil"},
	})
}
