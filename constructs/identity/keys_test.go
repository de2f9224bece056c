package identity_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

// The public keys of RFC 7517, appendix A.1, and of RFC 8037, appendix A.2.
const (
	rsaKey  = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	edKey   = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	goodSet = `{"keys":[` + rsaKey + `]}`
)

func TestShippedKeysStandInForTheirURL(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := issuerProps(orders)
		props.KeysUrl, props.Keys = "", goodSet
		if got := identity.NewIssuer(stack, "Partner", props).Trust(); got.Keys != "shipped" || got.Shipped == nil {
			t.Errorf("Trust() = %+v, want shipped keys", got)
		}
		staff := identity.CognitoFromUserPool(stack, "Staff", &identity.CognitoFromUserPoolProps{
			UserPool: theirPool(stack), Serves: identity.Serve(orders), Clients: []string{theirClient}, Keys: goodSet,
		})
		if got := staff.Trust(); got.Keys != "shipped" || got.Shipped == nil || got.Issuer != "https://cognito-idp.us-east-1.amazonaws.com/"+theirId {
			t.Errorf("Trust() = %+v, want shipped keys", got)
		}
		if got := identity.NewIssuer(stack, "Fetched", issuerProps(orders)).Trust(); got.Keys != "https://issuer.example.com/keys" || got.Shipped != nil {
			t.Errorf("Trust() = %+v, want a URL", got)
		}
	})
}

func theirPool(stack awscdk.Stack) awscognito.IUserPool {
	return awscognito.UserPool_FromUserPoolId(stack, jsii.String("Theirs"), jsii.String(theirId))
}

func TestWhichKeysFailSynth(t *testing.T) {
	issuer := func(change func(*identity.IssuerProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := issuerProps(orders)
			props.KeysUrl = ""
			change(props)
			identity.NewIssuer(stack, "Issuer", props)
		}
	}
	pool := func(change func(*identity.CognitoFromUserPoolProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := &identity.CognitoFromUserPoolProps{
				UserPool: theirPool(stack), Serves: identity.Serve(orders), Clients: []string{theirClient},
			}
			change(props)
			identity.CognitoFromUserPool(stack, "Staff", props)
		}
	}
	private := `{"keys":[` + strings.Replace(rsaKey, `{`, `{"d":"hunter2",`, 1) + `]}`
	refused(t, []refusal{
		{"neither keys nor a URL", issuer(func(p *identity.IssuerProps) {}), []string{"IssuerUrl"}, "it has no keys"},
		{"keys and a URL", issuer(func(p *identity.IssuerProps) { p.Keys, p.KeysUrl = goodSet, "https://issuer.example.com/keys" }), []string{"KeysTwice"}, "both Keys and KeysUrl"},
		{"keys and a URL that is none", issuer(func(p *identity.IssuerProps) { p.Keys, p.KeysUrl = goodSet, "keys" }), []string{"IssuerUrl", "KeysTwice"}, "KeysUrl is not a URL"},
		{"garbage", issuer(func(p *identity.IssuerProps) { p.Keys = "hunter2" }), []string{"ShippedKeys"}, "is not strict JSON"},
		{"an empty set", issuer(func(p *identity.IssuerProps) { p.Keys = `{"keys":[]}` }), []string{"ShippedKeys"}, "has no key"},
		{"keys of another algorithm", issuer(func(p *identity.IssuerProps) { p.Keys = `{"keys":[` + edKey + `]}` }), []string{"ShippedKeys"}, `got ["RS256"]`},
		{"a private key", issuer(func(p *identity.IssuerProps) { p.Keys = private }), []string{"PrivateKeys"}, "Keys must be public"},
		{"keys known at deploy only", issuer(func(p *identity.IssuerProps) { p.Keys = *awscdk.Fn_ImportValue(jsii.String("Keys")) }), []string{"ShippedKeys"}, "known at deploy only"},
		{"keys in a part known at deploy only", issuer(func(p *identity.IssuerProps) {
			p.Keys = strings.Replace(goodSet, "2011-04-29", *awscdk.Aws_ACCOUNT_ID(), 1)
		}), []string{"ShippedKeys"}, "known at deploy only"},
		{"keys and a URL for a user pool", pool(func(p *identity.CognitoFromUserPoolProps) {
			p.Keys, p.KeysUrl = goodSet, "https://keys.example.com/{userPoolId}"
		}), []string{"KeysTwice"}, "both Keys and KeysUrl"},
		{"a user pool with keys that Cognito has not", pool(func(p *identity.CognitoFromUserPoolProps) { p.Keys = `{"keys":[` + edKey + `]}` }), []string{"ShippedKeys"}, `got ["RS256"]`},
		{"a user pool with a private key", pool(func(p *identity.CognitoFromUserPoolProps) { p.Keys = private }), []string{"PrivateKeys"}, "Keys must be public"},
	})
}
