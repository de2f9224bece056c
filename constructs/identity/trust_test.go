package identity_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func issuerProps(orders *access.ResourceServer) *identity.IssuerProps {
	return &identity.IssuerProps{
		Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys",
		Serves: identity.Serves{orders: "https://orders.example.com"}, Algorithms: []string{"RS256"},
	}
}

func TestAnIssuerSaysWhereItsClaimsAre(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := issuerProps(orders)
		props.Clients = []string{"batch", "https://client.example.com"}
		props.RolesClaim = []string{"realm_access", "roles"}
		props.GroupsClaim = []string{"groups"}
		props.PersonClaim = "preferred_username"
		props.TokenUrl = "https://issuer.example.com/token"
		props.AuthorizationUrl = "https://issuer.example.com/authorize"
		got := identity.NewIssuer(stack, "Partner", props).Trust()
		if got.ID != "Partner" || got.AnyClient || got.Person != "preferred_username" ||
			!reflect.DeepEqual(got.Clients, []string{"batch", "https://client.example.com"}) ||
			!reflect.DeepEqual(got.Roles, []string{"realm_access", "roles"}) || !reflect.DeepEqual(got.Groups, []string{"groups"}) ||
			got.TokenURL != "https://issuer.example.com/token" || got.AuthorizationURL != "https://issuer.example.com/authorize" {
			t.Errorf("Trust() = %+v", got)
		}
	})
}

func TestAnIssuerThatSaysNothingOfItsClaimsHasNone(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		got := identity.NewIssuer(stack, "Partner", issuerProps(orders)).Trust()
		if !got.AnyClient || got.Clients != nil || got.Roles != nil || got.Groups != nil || got.Person != "" || got.TokenURL != "" || got.AuthorizationURL != "" {
			t.Errorf("Trust() = %+v, want any client and no claims", got)
		}
	})
}

func TestAnIssuerTakesACopyOfItsProps(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := issuerProps(orders)
		props.Clients, props.RolesClaim, props.GroupsClaim = []string{"batch"}, []string{"roles"}, []string{"groups"}
		partner := identity.NewIssuer(stack, "Partner", props)
		props.Clients[0], props.RolesClaim[0], props.GroupsClaim[0] = "evil", "evil", "evil"
		if got := partner.Trust(); got.Clients[0] != "batch" || got.Roles[0] != "roles" || got.Groups[0] != "groups" {
			t.Errorf("Trust() = %+v, want what was given", got)
		}
	})
}

func TestAUserPoolHasGroupsAndEndpoints(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		users := cognito(stack, orders, read, func(p *identity.CognitoProps) { p.Clients = []string{"1h57kf5cpq17m0eml12EXAMPLE"} })
		got := users.Trust()
		if got.ID != "Users" || !reflect.DeepEqual(got.Groups, []string{"cognito:groups"}) || got.Roles != nil || got.Person != "" {
			t.Errorf("Trust() = %+v, want the groups of Cognito", got)
		}
		if len(got.Clients) != 2 || got.Clients[1] != "1h57kf5cpq17m0eml12EXAMPLE" || got.AnyClient {
			t.Errorf("clients = %q, want its own and the given one", got.Clients)
		}
		if got.TokenURL != *users.TokenUrl() || got.AuthorizationURL != *users.AuthorizationUrl() {
			t.Errorf("endpoints = %q, %q", got.TokenURL, got.AuthorizationURL)
		}
	})
}

func TestAResourceServerMayHaveNoScopes(t *testing.T) {
	resources := accepted(t, func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
		users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(access.NewResourceServer("bare", "Bare"))})
		users.AddWebClient("Page", &identity.WebClientProps{CallbackUrls: []string{"https://app.example.com/"}})
	})
	if got := property(t, resources, "AWS::Cognito::UserPoolClient", "AllowedOAuthScopes"); got != `["openid"]` {
		t.Errorf("scopes = %s, want openid", got)
	}
}

func TestWhichClaimsAndClientsFailSynth(t *testing.T) {
	issuer := func(change func(*identity.IssuerProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := issuerProps(orders)
			change(props)
			identity.NewIssuer(stack, "Issuer", props)
		}
	}
	pool := func(change func(*identity.CognitoProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			cognito(stack, orders, read, change)
		}
	}
	token := func() string {
		return *awscdk.Fn_ImportValue(jsii.String("Name"))
	}
	refused(t, []refusal{
		{"roles at an empty name", issuer(func(p *identity.IssuerProps) { p.RolesClaim = []string{"realm_access", ""} }), []string{"ClaimPath"}, "RolesClaim has an empty name"},
		{"groups at an empty name", issuer(func(p *identity.IssuerProps) { p.GroupsClaim = []string{""} }), []string{"ClaimPath"}, "GroupsClaim has an empty name"},
		{"roles nine members deep", issuer(func(p *identity.IssuerProps) { p.RolesClaim = strings.Split("a.b.c.d.e.f.g.h.i", ".") }), []string{"ClaimPath"}, "got 9 members, at most 8"},
		{"roles at a name known at deploy only", issuer(func(p *identity.IssuerProps) { p.RolesClaim = []string{token()} }), []string{"ClaimPath"}, "known at deploy only"},
		{"a claim of people known at deploy only", issuer(func(p *identity.IssuerProps) { p.PersonClaim = token() }), []string{"ClaimPath"}, "known at deploy only"},
		{"the subject as the claim of people", issuer(func(p *identity.IssuerProps) { p.PersonClaim = "sub" }), []string{"ClaimPath"}, `got "sub"`},
		{"the scope as the claim of people", issuer(func(p *identity.IssuerProps) { p.PersonClaim = "scope" }), []string{"ClaimPath"}, "tokens for machines have too"},
		{"an empty client", issuer(func(p *identity.IssuerProps) { p.Clients = []string{"batch", ""} }), []string{"ClientId"}, "client 2 is empty"},
		{"a client twice", issuer(func(p *identity.IssuerProps) { p.Clients = []string{"batch", "batch"} }), []string{"ClientId"}, "twice"},
		{"a token endpoint over http", issuer(func(p *identity.IssuerProps) { p.TokenUrl = "http://issuer.example.com/token" }), []string{"IssuerUrl"}, "TokenUrl is not https"},
		{"an authorization endpoint with a password", issuer(func(p *identity.IssuerProps) { p.AuthorizationUrl = "https://me:hunter2@issuer.example.com/" }), []string{"IssuerUrl"}, "AuthorizationUrl is a URL with credentials"},
		{"a user pool with an empty client", pool(func(p *identity.CognitoProps) { p.Clients = []string{""} }), []string{"ClientId"}, `got ""`},
		{"a user pool with a client that is an ARN", pool(func(p *identity.CognitoProps) { p.Clients = []string{"arn:aws:cognito-idp:x"} }), []string{"ClientId"}, "write the id"},
		{"a user pool with a client twice", pool(func(p *identity.CognitoProps) { p.Clients = []string{"abc", "abc"} }), []string{"ClientId"}, "twice"},
		{"a user pool with any client and some", pool(func(p *identity.CognitoProps) { p.AnyClient, p.Clients = true, []string{"abc"} }), []string{"ClientId"}, "either AnyClient or Clients"},
	})
}
