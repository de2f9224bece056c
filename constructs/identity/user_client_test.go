package identity_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

// newUsers makes a user pool without clients.
func newUsers(stack awscdk.Stack, orders *access.ResourceServer, change func(*identity.CognitoProps)) identity.Cognito {
	props := &identity.CognitoProps{Serves: identity.Serve(orders)}
	if change != nil {
		change(props)
	}
	return identity.NewCognito(stack, "Users", props)
}

// web declares a user pool whose only client is a web client.
func web(change func(*identity.WebClientProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		props := &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/callback"}}
		if change != nil {
			change(props)
		}
		newUsers(stack, orders, nil).AddWebClient("Page", props)
	}
}

// native declares a user pool whose only client is a native one.
func native(change func(*identity.NativeClientProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		props := &identity.NativeClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"com.example.app:/callback"}}
		if change != nil {
			change(props)
		}
		newUsers(stack, orders, nil).AddNativeClient("Phone", props)
	}
}

func callback(urls ...string) func(*identity.WebClientProps) {
	return func(p *identity.WebClientProps) { p.CallbackUrls = urls }
}

func nativeCallback(urls ...string) func(*identity.NativeClientProps) {
	return func(p *identity.NativeClientProps) { p.CallbackUrls = urls }
}

func TestAWebClientHasTheCodeGrantAndNoSecret(t *testing.T) {
	resources := accepted(t, web(func(p *identity.WebClientProps) {
		p.LogoutUrls = []string{"http://localhost:8080/"}
		p.OpenIdScopes = []string{"email"}
	}))
	client := one(t, resources, "AWS::Cognito::UserPoolClient")
	for name, want := range map[string]any{
		"AllowedOAuthFlows":               []any{"code"},
		"AllowedOAuthFlowsUserPoolClient": true,
		"AllowedOAuthScopes":              []any{"openid", "email", "orders/read"},
		"CallbackURLs":                    []any{"https://app.example.com/callback"},
		"LogoutURLs":                      []any{"http://localhost:8080/"},
		"SupportedIdentityProviders":      []any{"COGNITO"},
		"ExplicitAuthFlows":               []any{"ALLOW_REFRESH_TOKEN_AUTH"},
		"GenerateSecret":                  false,
		"EnableTokenRevocation":           true,
		"PreventUserExistenceErrors":      "ENABLED",
		"AccessTokenValidity":             900.0,
		"IdTokenValidity":                 900.0,
		"RefreshTokenValidity":            86400.0,
		"TokenValidityUnits":              map[string]any{"AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "seconds"},
		"ClientName":                      "Users-Page",
	} {
		if !reflect.DeepEqual(client.Properties[name], want) {
			t.Errorf("client's %s = %v, want %v", name, client.Properties[name], want)
		}
	}
	if len(client.DependsOn) != 1 || resources[client.DependsOn[0]].Type != "AWS::Cognito::UserPoolResourceServer" {
		t.Errorf("the client depends on %v, want its resource server", client.DependsOn)
	}
	for _, r := range resources {
		if r.Type == "AWS::SecretsManager::Secret" {
			t.Error("a public client has a secret")
		}
	}
}

func TestAConfidentialWebClientKeepsItsSecretInSecretsManager(t *testing.T) {
	resources, text, failure := synth(t, web(func(p *identity.WebClientProps) { p.Confidential = true }))
	if failure != "" {
		t.Fatal(failure)
	}
	if one(t, resources, "AWS::Cognito::UserPoolClient").Properties["GenerateSecret"] != true {
		t.Error("the client has no secret")
	}
	one(t, resources, "AWS::SecretsManager::Secret")
	if strings.Contains(text, "SecretString") || strings.Contains(text, "\"ClientSecret\"") {
		t.Error("the template has the secret, or a reference to it")
	}
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		users := newUsers(stack, orders, nil)
		public := users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}})
		if public.Secret() != nil || public.Settings() != nil {
			t.Error("a public client has a secret or settings")
		}
		public.GrantRead(awsiam.NewAccountRootPrincipal()) // nothing
	})
}

func TestANativeClientIsPublicAndStaysSignedInLonger(t *testing.T) {
	resources := accepted(t, native(nil))
	client := one(t, resources, "AWS::Cognito::UserPoolClient").Properties
	if client["GenerateSecret"] != false || client["RefreshTokenValidity"] != 2592000.0 || !reflect.DeepEqual(client["AllowedOAuthFlows"], []any{"code"}) {
		t.Errorf("client = %v, want a public one with the code grant and 30 days", client)
	}
}

func TestLivesOfTokensAreAsAskedFor(t *testing.T) {
	resources := accepted(t, web(func(p *identity.WebClientProps) {
		p.AccessTokenLife = awscdk.Duration_Minutes(jsii.Number(5))
		p.IdTokenLife = awscdk.Duration_Hours(jsii.Number(1))
		p.RefreshTokenLife = awscdk.Duration_Hours(jsii.Number(1))
	}))
	client := one(t, resources, "AWS::Cognito::UserPoolClient").Properties
	if client["AccessTokenValidity"] != 300.0 || client["IdTokenValidity"] != 3600.0 || client["RefreshTokenValidity"] != 3600.0 {
		t.Errorf("client = %v, want 300, 3600 and 3600 seconds", client)
	}
}

func TestManagedLoginIsThereForPeopleOnly(t *testing.T) {
	version := func(resources map[string]resource) any {
		return one(t, resources, "AWS::Cognito::UserPoolDomain").Properties["ManagedLoginVersion"]
	}
	brandings := func(resources map[string]resource) (n int) {
		for _, r := range resources {
			if r.Type == "AWS::Cognito::ManagedLoginBranding" {
				n++
				if r.Properties["UseCognitoProvidedValues"] != true || r.Properties["ClientId"] == nil {
					t.Errorf("branding = %v", r.Properties)
				}
			}
		}
		return n
	}
	for _, c := range []struct {
		name      string
		build     builder
		version   any
		brandings int
	}{
		{"machines only", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			cognito(stack, orders, read, nil)
		}, nil, 0},
		{"a web client", web(nil), 2.0, 1},
		{"a native client", native(nil), 2.0, 1},
		{"a web client with its own branding", web(func(p *identity.WebClientProps) { p.OwnBranding = true }), 2.0, 0},
		{"the classic pages", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			newUsers(stack, orders, func(p *identity.CognitoProps) {
				p.ManagedLoginVersion = awscognito.ManagedLoginVersion_CLASSIC_HOSTED_UI
			}).AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}})
		}, 1.0, 0},
		{"the plan without managed login", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			newUsers(stack, orders, func(p *identity.CognitoProps) { p.FeaturePlan = awscognito.FeaturePlan_LITE }).
				AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}})
		}, 1.0, 0},
		{"machines on newer pages", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			cognito(stack, orders, read, func(p *identity.CognitoProps) {
				p.ManagedLoginVersion = awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN
			})
		}, 2.0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			resources := accepted(t, c.build)
			if v, n := version(resources), brandings(resources); v != c.version || n != c.brandings {
				t.Errorf("version %v, %d brandings, want %v, %d", v, n, c.version, c.brandings)
			}
		})
	}
}

func TestWherePeopleMayComeBackTo(t *testing.T) {
	accepted(t, web(callback(
		"https://app.example.com", "https://app.example.com/callback?tenant=1", "https://app.example.com:8443/",
		"http://localhost/", "http://localhost:3000/callback", "http://127.0.0.1:3000/", "http://[::1]:3000/",
	)))
	accepted(t, native(nativeCallback(
		"com.example.app:/callback", "com.example.app://callback", "com.example.my-app:/", "https://app.example.com/claimed", "http://127.0.0.1:49152/",
	)))
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		host := awscdk.NewCfnParameter(stack, jsii.String("Host"), nil).ValueAsString()
		newUsers(stack, orders, nil).AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://" + *host + "/"}})
	})
}

func TestWhereNobodyMayComeBackTo(t *testing.T) {
	var cases []refusal
	for _, c := range []struct{ name, url, text string }{
		{"http", "http://app.example.com/callback", "not https"},
		{"a name that starts like localhost", "http://localhost.example.com/", "not https"},
		{"a name that ends like localhost", "http://app.localhost/", "not https"},
		{"an address that is not loopback", "http://10.0.0.1/", "not https"},
		{"every address of this machine", "http://0.0.0.0:3000/", "not https"},
		{"a fragment", "https://app.example.com/#/callback", "fragment"},
		{"an empty fragment", "https://app.example.com/#", "fragment"},
		{"a wildcard host", "https://*.example.com/callback", "wildcard"},
		{"a wildcard path", "https://app.example.com/*", "wildcard"},
		{"credentials", "https://me:hunter2@app.example.com/", "credentials"},
		{"credentials over http", "http://me:hunter2@app.example.com/", "credentials"},
		{"no scheme", "app.example.com/callback", "not an absolute URL"},
		{"a path", "/callback", "not an absolute URL"},
		{"nothing", "", "not an absolute URL"},
		{"no host", "https:///callback", "not one that people can be sent to"},
		{"a port without a host", "https://:443/callback", "not one that people can be sent to"},
		{"a script", "javascript:alert(1)", "not one that people can be sent to"},
		{"a file", "file:///etc/passwd", "not one that people can be sent to"},
		{"a scheme of an app", "com.example.app:/callback", "not one that people can be sent to"},
		{"a blank", "https://app.example.com/call back", "not an absolute URL"},
		{"a line feed", "https://app.example.com/\n", "not an absolute URL"},
		{"a backslash", "https://app.example.com\\@evil.example.com/", "not an absolute URL"},
		{"letters beyond ASCII", "https://äpp.example.com/", "not an absolute URL"},
		{"1025 characters", "https://app.example.com/" + strings.Repeat("a", 1001), "too long"},
	} {
		cases = append(cases, refusal{"callback: " + c.name, web(callback(c.url)), []string{"CallbackUrl"}, c.text})
	}
	for _, c := range []struct{ name, url, text string }{
		{"a scheme without a dot", "myapp://callback", "another app may claim"},
		{"a scheme in capitals", "Com.example.app:/callback", "another app may claim"},
		{"a script", "javascript:alert(1)", "another app may claim"},
		{"a scheme and nothing", "com.example.app:", "not one that people can be sent to"},
		{"a scheme and no slash", "com.example.app:callback", "not one that people can be sent to"},
		{"a scheme with a fragment", "com.example.app:/callback#x", "fragment"},
		{"http", "http://app.example.com/", "not https"},
		{"the out-of-band URN", "urn:ietf:wg:oauth:2.0:oob", "another app may claim"},
	} {
		cases = append(cases, refusal{"native callback: " + c.name, native(nativeCallback(c.url)), []string{"CallbackUrl"}, c.text})
	}
	cases = append(cases,
		refusal{"logout over http", web(func(p *identity.WebClientProps) { p.LogoutUrls = []string{"http://app.example.com/"} }), []string{"LogoutUrl"}, "logout URL 1 is not https"},
		refusal{"native logout anywhere", native(func(p *identity.NativeClientProps) { p.LogoutUrls = []string{"myapp://"} }), []string{"LogoutUrl"}, "another app may claim"},
		refusal{"no callback", web(callback()), []string{"CallbackUrl"}, "could not come back"},
		refusal{"no callback of a native client", native(nativeCallback()), []string{"CallbackUrl"}, "could not come back"},
		refusal{"a callback twice", web(callback("https://a.example.com/", "https://a.example.com/")), []string{"CallbackUrl"}, "URL 2 twice"},
		refusal{"101 callbacks", web(func(p *identity.WebClientProps) {
			for i := range 100 {
				p.CallbackUrls = append(p.CallbackUrls, fmt.Sprintf("https://app.example.com/%d", i))
			}
		}), []string{"CallbackUrl"}, "got 101, at most 100"},
	)
	refused(t, cases)
}

func TestWhichClientsOfPeopleFailSynth(t *testing.T) {
	life := func(change func(*identity.WebClientProps)) builder { return web(change) }
	refused(t, []refusal{
		{"nothing at all", func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			newUsers(stack, orders, nil).AddWebClient("Page", nil)
		}, []string{"CallbackUrl", "ClientWithoutScopes"}, "web client"},
		{"a native client of nothing", func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			newUsers(stack, orders, nil).AddNativeClient("Phone", nil)
		}, []string{"CallbackUrl", "ClientWithoutScopes"}, "native client"},
		{"no scopes", web(func(p *identity.WebClientProps) { p.Scopes = nil }), []string{"ClientWithoutScopes"}, "no scope of the resource servers"},
		{"the zero scope", web(func(p *identity.WebClientProps) { p.Scopes = []access.Scope{{}} }), []string{"NoScope"}, "zero Scope"},
		{"a stranger's scope", native(func(p *identity.NativeClientProps) {
			p.Scopes = []access.Scope{access.NewResourceServer("stock", "Stock").Scope("count", "Count")}
		}), []string{"UnknownScope"}, `"stock/count"`},
		{"a scope twice", web(func(p *identity.WebClientProps) { p.Scopes = append(p.Scopes, p.Scopes[0]) }), []string{"RepeatedScope"}, "twice"},
		{"50 scopes and openid", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			scopes := []access.Scope{read}
			for i := range 49 {
				scopes = append(scopes, orders.Scope(fmt.Sprintf("s%d", i), "Do"))
			}
			newUsers(stack, orders, nil).AddWebClient("Page", &identity.WebClientProps{Scopes: scopes, CallbackUrls: []string{"https://app.example.com/"}})
		}, []string{"TooManyScopes"}, "got 51, at most 50"},
		{"openid asked for", web(func(p *identity.WebClientProps) { p.OpenIdScopes = []string{"openid"} }), []string{"OpenIdScope"}, "always there"},
		{"the scope that changes accounts", web(func(p *identity.WebClientProps) { p.OpenIdScopes = []string{"aws.cognito.signin.user.admin"} }), []string{"OpenIdScope"}, "not usable"},
		{"email twice", web(func(p *identity.WebClientProps) { p.OpenIdScopes = []string{"email", "email"} }), []string{"OpenIdScope"}, "twice"},
		{"a nameless provider", web(func(p *identity.WebClientProps) { p.IdentityProviders = []string{""} }), []string{"IdentityProvider"}, "no name"},
		{"a provider twice", native(func(p *identity.NativeClientProps) { p.IdentityProviders = []string{"Google", "Google"} }), []string{"IdentityProvider"}, "twice"},
		{"access tokens of four minutes", life(func(p *identity.WebClientProps) { p.AccessTokenLife = awscdk.Duration_Minutes(jsii.Number(4)) }), []string{"AccessTokenLife"}, "got 4 minutes"},
		{"ID tokens of two days", life(func(p *identity.WebClientProps) { p.IdTokenLife = awscdk.Duration_Days(jsii.Number(2)) }), []string{"IdTokenLife"}, "got 2 days"},
		{"refresh tokens of a minute", life(func(p *identity.WebClientProps) { p.RefreshTokenLife = awscdk.Duration_Minutes(jsii.Number(1)) }), []string{"RefreshTokenLife"}, "1 hour to 3650 days"},
		{"refresh tokens for ever", life(func(p *identity.WebClientProps) { p.RefreshTokenLife = awscdk.Duration_Days(jsii.Number(3651)) }), []string{"RefreshTokenLife"}, "1 hour to 3650 days"},
		{"access tokens that outlast refresh tokens", life(func(p *identity.WebClientProps) {
			p.AccessTokenLife = awscdk.Duration_Hours(jsii.Number(2))
			p.RefreshTokenLife = awscdk.Duration_Hours(jsii.Number(1))
		}), []string{"AccessTokenLife"}, "outlast its refresh tokens"},
		{"ID tokens of half a second too much", life(func(p *identity.WebClientProps) { p.IdTokenLife = awscdk.Duration_Millis(jsii.Number(360500)) }), []string{"IdTokenLife"}, "whole seconds"},
	})
}
