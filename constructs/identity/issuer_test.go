package identity_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestAnIssuerWithoutAMarkIsOfRFC9068(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		got := identity.NewIssuer(stack, "Partner", issuerProps(orders)).Trust()
		if got.Profile != "rfc9068" || got.Mark != nil || got.ScopeClaim != "" || got.ScopeList || got.ClientClaim != "" || got.Spellings != nil {
			t.Errorf("Trust() = %+v, want RFC 9068 and nothing else", got)
		}
	})
}

func TestAnIssuerWithAMarkSaysWhereItsClaimsAre(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := issuerProps(orders)
		props.AccessTokenMark = identity.Mark{Claim: "token_use", Value: "access"}
		props.ScopesClaim, props.ScopesList, props.ClientClaim = "scp", true, "azp"
		got := identity.NewIssuer(stack, "Partner", props).Trust()
		if got.Profile != "oidc" || !reflect.DeepEqual(got.Mark, []string{"token_use", "access"}) || got.ScopeClaim != "scp" || !got.ScopeList || got.ClientClaim != "azp" {
			t.Errorf("Trust() = %+v, want the claims that were given", got)
		}
		bare := issuerProps(orders)
		bare.AccessTokenMark, bare.ScopesClaim, bare.ClientClaim = identity.Mark{Claim: "scope"}, "scope", "client_id"
		if got := identity.NewIssuer(stack, "Bare", bare).Trust(); got.Profile != "oidc" || !reflect.DeepEqual(got.Mark, []string{"scope"}) {
			t.Errorf("Trust() = %+v, want the mark", got)
		}
	})
}

func TestWhichShapesOfTokensFailSynth(t *testing.T) {
	marked := func(change func(*identity.IssuerProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := issuerProps(orders)
			props.AccessTokenMark = identity.Mark{Claim: "scope"}
			change(props)
			identity.NewIssuer(stack, "Issuer", props)
		}
	}
	unmarked := func(change func(*identity.IssuerProps)) builder {
		return marked(func(p *identity.IssuerProps) {
			p.AccessTokenMark = identity.Mark{}
			change(p)
		})
	}
	token := func() string { return *awscdk.Fn_ImportValue(jsii.String("Name")) }
	refused(t, []refusal{
		{"a claim of scopes without a mark", unmarked(func(p *identity.IssuerProps) { p.ScopesClaim = "scp" }), []string{"Mark"}, "no AccessTokenMark"},
		{"scopes in a list without a mark", unmarked(func(p *identity.IssuerProps) { p.ScopesList = true }), []string{"Mark"}, "no AccessTokenMark"},
		{"a claim of the client without a mark", unmarked(func(p *identity.IssuerProps) { p.ClientClaim = "azp" }), []string{"Mark"}, "RFC 9068 says where"},
		{"a mark that ID tokens have", marked(func(p *identity.IssuerProps) { p.AccessTokenMark.Claim = "azp" }), []string{"Mark"}, `AccessTokenMark is a claim that other tokens of an issuer have too, got "azp"`},
		{"a mark that ID tokens may have", marked(func(p *identity.IssuerProps) { p.AccessTokenMark.Claim = "email" }), []string{"Mark"}, `got "email"`},
		{"a mark with a value and no claim", marked(func(p *identity.IssuerProps) { p.AccessTokenMark = identity.Mark{Value: "access"} }), []string{"Mark"}, "has no claim"},
		{"a mark that tells by its value, without one", marked(func(p *identity.IssuerProps) { p.AccessTokenMark.Claim = "token_use" }), []string{"Mark"}, "write the value of access tokens"},
		{"scopes in the audience", marked(func(p *identity.IssuerProps) { p.ScopesClaim = "aud" }), []string{"ClaimPath"}, `ScopesClaim is a claim that holds something else, got "aud", write one such as "scp"`},
		{"scopes in the client", marked(func(p *identity.IssuerProps) { p.ScopesClaim = "client_id" }), []string{"ClaimPath"}, "ScopesClaim"},
		{"the client in the subject", marked(func(p *identity.IssuerProps) { p.ClientClaim = "sub" }), []string{"ClaimPath"}, `ClientClaim is a claim that holds something else, got "sub"`},
		{"scopes known at deploy only", marked(func(p *identity.IssuerProps) { p.ScopesClaim = token() }), []string{"ClaimPath"}, "ScopesClaim is known at deploy only"},
		{"the client known at deploy only", marked(func(p *identity.IssuerProps) { p.ClientClaim = token() }), []string{"ClaimPath"}, "ClientClaim is known at deploy only"},
	})
}
