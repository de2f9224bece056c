package identity_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

type resource struct {
	Type           string
	Properties     map[string]any
	DeletionPolicy string
	DependsOn      []string
	Metadata       map[string]any
}

// synth builds a stack with one identity and returns its resources, the whole
// template, and what was said when it failed.
func synth(t *testing.T, build func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope)) (resources map[string]resource, text, failure string) {
	t.Helper()
	app := newApp(t)
	stack := awscdk.NewStack(app, jsii.String("Main"), nil)
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	build(stack, orders, read)
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Sprint(r)
		}
	}()
	content, err := os.ReadFile(*app.Synth(nil).GetStackByName(jsii.String("Main")).TemplateFullPath())
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources map[string]resource }
	if err := json.Unmarshal(content, &template); err != nil {
		t.Fatal(err)
	}
	return template.Resources, string(content), ""
}

func one(t *testing.T, resources map[string]resource, kind string) resource {
	t.Helper()
	var found []resource
	for _, r := range resources {
		if r.Type == kind {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the template has %d of %s, want 1", len(found), kind)
	}
	return found[0]
}

func cognito(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope, change func(*identity.CognitoProps)) identity.Cognito {
	props := &identity.CognitoProps{Serves: identity.Serve(orders)}
	if change != nil {
		change(props)
	}
	users := identity.NewCognito(stack, "Users", props)
	users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
	return users
}

func TestAUserPoolIsKeptAndNobodySignsUp(t *testing.T) {
	resources, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		cognito(stack, orders, read, nil)
	})
	if failure != "" {
		t.Fatal(failure)
	}
	pool := one(t, resources, "AWS::Cognito::UserPool")
	if pool.DeletionPolicy != "Retain" {
		t.Errorf("deletion policy = %q, want Retain", pool.DeletionPolicy)
	}
	if !reflect.DeepEqual(pool.Properties["AdminCreateUserConfig"], map[string]any{"AllowAdminCreateUserOnly": true}) {
		t.Errorf("pool = %v, want no sign-up", pool.Properties)
	}
}

func TestScopesDeclaredAfterTheIdentityAreRegistered(t *testing.T) {
	resources, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		cognito(stack, orders, read, nil)
		orders.Scope("late", "Come late")
	})
	if failure != "" {
		t.Fatal(failure)
	}
	server := one(t, resources, "AWS::Cognito::UserPoolResourceServer").Properties
	want := []any{
		map[string]any{"ScopeName": "late", "ScopeDescription": "Come late"},
		map[string]any{"ScopeName": "read", "ScopeDescription": "See orders"},
	}
	if !reflect.DeepEqual(server["Scopes"], want) || server["Identifier"] != "orders" || server["Name"] != "Orders API" {
		t.Errorf("resource server = %v, want scopes %v", server, want)
	}
}

func TestAMachineClientHasOneGrantAndItsSecretInNoTemplate(t *testing.T) {
	resources, text, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		cognito(stack, orders, read, func(p *identity.CognitoProps) {
			p.Serves = identity.Serves{orders: "https://orders.example.com"}
		})
	})
	if failure != "" {
		t.Fatal(failure)
	}
	client := one(t, resources, "AWS::Cognito::UserPoolClient")
	for name, want := range map[string]any{
		"AllowedOAuthFlows":   []any{"client_credentials"},
		"AllowedOAuthScopes":  []any{"https://orders.example.com/read"},
		"GenerateSecret":      true,
		"ExplicitAuthFlows":   []any{},
		"AccessTokenValidity": 900.0,
		"CallbackURLs":        nil,
	} {
		if !reflect.DeepEqual(client.Properties[name], want) {
			t.Errorf("client's %s = %v, want %v", name, client.Properties[name], want)
		}
	}
	if len(client.DependsOn) != 1 || resources[client.DependsOn[0]].Type != "AWS::Cognito::UserPoolResourceServer" {
		t.Errorf("the client depends on %v, want its resource server", client.DependsOn)
	}
	for _, never := range []string{"implicit", "https://example.com", "\"ClientSecret\"", "SecretString"} {
		if strings.Contains(text, never) {
			t.Errorf("the template has %q in it", never)
		}
	}
}

func TestTheDomainIsOneNobodyElseHas(t *testing.T) {
	for _, c := range []struct{ id, want string }{
		{"Users", "users-"},
		{"AwsCognitoUsers", "users-"},
		{"Cognito", "pool-"},
		{"ÄÖ", "pool-"},
		{"AnIdThatIsLongerThanAnybodyReads", "anidthatislongert-"},
		{"cogamazonnito", "pool-"},
	} {
		resources, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			users := identity.NewCognito(stack, c.id, &identity.CognitoProps{Serves: identity.Serve(orders)})
			users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		})
		if failure != "" {
			t.Fatal(failure)
		}
		domain, _ := json.Marshal(one(t, resources, "AWS::Cognito::UserPoolDomain").Properties["Domain"])
		head := regexp.MustCompile(`^\{"Fn::Join":\["",\["([a-z0-9-]+-)[0-9a-f]{8}-",\{"Fn::Select":\[2,`).FindSubmatch(domain)
		if head == nil || string(head[1]) != c.want {
			t.Errorf("domain of %q = %s, want %q, eight digits and the stack's UUID", c.id, domain, c.want)
		}
	}
}

func TestClientsMayHaveAnyName(t *testing.T) {
	_, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		users := cognito(stack, orders, read, nil)
		for _, id := range []string{"Pool", "Domain", "Clients", "ResourceServers", "Resource"} {
			users.AddMachineClient(id, &identity.MachineClientProps{Scopes: []access.Scope{read}})
		}
	})
	if failure != "" {
		t.Error(failure)
	}
}

func TestWhatFailsSynth(t *testing.T) {
	issuer := func(change func(*identity.IssuerProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			props := &identity.IssuerProps{
				Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys",
				Serves: identity.Serves{orders: "https://orders.example.com"}, Algorithms: []string{"RS256"},
			}
			change(props)
			identity.NewIssuer(stack, "Issuer", props)
		}
	}
	pool := func(change func(*identity.CognitoProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			cognito(stack, orders, read, change)
		}
	}
	client := func(props func(read access.Scope) *identity.MachineClientProps) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			cognito(stack, orders, read, nil).AddMachineClient("Second", props(read))
		}
	}
	refused(t, []refusal{
		{"an issuer without anything", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewIssuer(stack, "Issuer", nil)
		}, []string{"IssuerUrl", "IssuerUrl", "NoAlgorithms", "ServesNothing"}, "identity.Serve(Orders)"},
		{"an issuer over http", issuer(func(p *identity.IssuerProps) { p.Url = "http://issuer.example.com" }), []string{"IssuerUrl"}, `Url is not https, got "http://issuer.example.com"`},
		{"keys over http", issuer(func(p *identity.IssuerProps) { p.KeysUrl = "http://issuer.example.com/keys" }), []string{"IssuerUrl"}, "KeysUrl is not https"},
		{"keys at a name that may be loopback", issuer(func(p *identity.IssuerProps) { p.KeysUrl = "http://localhost/keys" }), []string{"IssuerUrl"}, "literal loopback"},
		{"an issuer that is no URL", issuer(func(p *identity.IssuerProps) { p.Url = "issuer.example.com" }), []string{"IssuerUrl"}, "not a URL"},
		{"an issuer with a password", issuer(func(p *identity.IssuerProps) { p.Url = "https://me:hunter2@issuer.example.com" }), []string{"IssuerUrl"}, "credentials"},
		{"an issuer that is no URL and has a password", issuer(func(p *identity.IssuerProps) { p.Url = "https:me:hunter2@issuer.example.com" }), []string{"IssuerUrl"}, "not repeated here"},
		{"keys over http with a password in the query", issuer(func(p *identity.IssuerProps) { p.KeysUrl = "http://issuer.example.com/keys?code=hunter2" }), []string{"IssuerUrl"}, "not https"},
		{"an issuer with a fragment", issuer(func(p *identity.IssuerProps) { p.Url = "https://issuer.example.com/#" }), []string{"IssuerUrl"}, "fragment"},
		{"no keys", issuer(func(p *identity.IssuerProps) { p.KeysUrl = "" }), []string{"IssuerUrl"}, "it has no keys"},
		{"no algorithm", issuer(func(p *identity.IssuerProps) { p.Algorithms = nil }), []string{"NoAlgorithms"}, "RS256"},
		{"the algorithm none", issuer(func(p *identity.IssuerProps) { p.Algorithms = []string{"none"} }), []string{"Algorithm"}, `got "none"`},
		{"a shared-key algorithm", issuer(func(p *identity.IssuerProps) { p.Algorithms = []string{"RS256", "HS256"} }), []string{"Algorithm"}, `got "HS256"`},
		{"an algorithm twice", issuer(func(p *identity.IssuerProps) { p.Algorithms = []string{"RS256", "RS256"} }), []string{"Algorithm"}, "twice"},
		{"no audience", issuer(func(p *identity.IssuerProps) {
			for server := range p.Serves {
				p.Serves[server] = ""
			}
		}), []string{"NoAudience"}, "orders"},
		{"one audience for two servers", issuer(func(p *identity.IssuerProps) {
			stock := access.NewResourceServer("stock", "Stock")
			stock.Scope("count", "Count")
			p.Serves[stock] = "https://orders.example.com"
		}), []string{"SharedAudience"}, "give each its own"},
		{"two servers with one key", issuer(func(p *identity.IssuerProps) {
			again := access.NewResourceServer("orders", "Orders again")
			again.Scope("count", "Count")
			p.Serves[again] = "https://again.example.com"
		}), []string{"DuplicateServer"}, `the key "orders"`},
		{"a server that is nil", pool(func(p *identity.CognitoProps) { p.Serves[nil] = "x" }), []string{"NilServer"}, "nil"},
		{"a server with a bad key", pool(func(p *identity.CognitoProps) {
			bad := access.NewResourceServer("my orders", "Orders")
			bad.Scope("read", "See")
			p.Serves[bad] = "bad"
		}), []string{"ServerKey"}, `got "my orders"`},
		{"a user pool that serves nothing", pool(func(p *identity.CognitoProps) { p.Serves = nil }), []string{"ServesNothing", "UnknownScope"}, "serves no resource server"},
		{"an identifier Cognito refuses", pool(func(p *identity.CognitoProps) {
			for server := range p.Serves {
				p.Serves[server] = "my orders"
			}
		}), []string{"Identifier"}, `got "my orders"`},
		{"keys of a user pool over http", pool(func(p *identity.CognitoProps) { p.KeysUrl = "http://keys.example.com/{userPoolId}" }), []string{"IssuerUrl"}, "not https"},
		{"a domain prefix with a reserved word", pool(func(p *identity.CognitoProps) { p.DomainPrefix = "my-aws-users" }), []string{"DomainPrefix"}, "without aws"},
		{"a domain prefix in capitals", pool(func(p *identity.CognitoProps) { p.DomainPrefix = "Users" }), []string{"DomainPrefix"}, "lower-case"},
		{"a user pool without clients", func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(orders)})
		}, []string{"NoClients"}, "AddMachineClient"},
		{"a client without scopes", client(func(access.Scope) *identity.MachineClientProps { return nil }), []string{"ClientWithoutScopes"}, "Scopes: []access.Scope{Read}"},
		{"a client with the zero scope", client(func(access.Scope) *identity.MachineClientProps {
			return &identity.MachineClientProps{Scopes: []access.Scope{{}}}
		}), []string{"NoScope"}, "zero Scope"},
		{"a client with a stranger's scope", client(func(access.Scope) *identity.MachineClientProps {
			return &identity.MachineClientProps{Scopes: []access.Scope{access.NewResourceServer("stock", "Stock").Scope("count", "Count")}}
		}), []string{"UnknownScope"}, `"stock/count"`},
		{"a client with a scope twice", client(func(read access.Scope) *identity.MachineClientProps {
			return &identity.MachineClientProps{Scopes: []access.Scope{read, read}}
		}), []string{"RepeatedScope"}, "twice"},
		{"a client whose tokens last two days", client(func(read access.Scope) *identity.MachineClientProps {
			return &identity.MachineClientProps{Scopes: []access.Scope{read}, AccessTokenLife: awscdk.Duration_Days(jsii.Number(2))}
		}), []string{"AccessTokenLife"}, "got 2 days"},
		{"a client whose tokens last six minutes and a half second", client(func(read access.Scope) *identity.MachineClientProps {
			return &identity.MachineClientProps{Scopes: []access.Scope{read}, AccessTokenLife: awscdk.Duration_Millis(jsii.Number(360500))}
		}), []string{"AccessTokenLife"}, "whole seconds"},
		{"a client whose tokens last as long as a parameter says", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			life := awscdk.NewCfnParameter(stack, jsii.String("Life"), &awscdk.CfnParameterProps{Type: jsii.String("Number")})
			cognito(stack, orders, read, nil).AddMachineClient("Second", &identity.MachineClientProps{
				Scopes: []access.Scope{read}, AccessTokenLife: awscdk.Duration_Minutes(life.ValueAsNumber()),
			})
		}, []string{"AccessTokenLife"}, "known at deploy only"},
		{"a server without a key", pool(func(p *identity.CognitoProps) {
			bad := access.NewResourceServer("", "Orders")
			bad.Scope("read", "See")
			p.Serves[bad] = "bad"
		}), []string{"ServerKey"}, `got ""`},
		{"a server whose key is no name of a construct", pool(func(p *identity.CognitoProps) {
			bad := access.NewResourceServer("${Token[TOKEN.1]}/x", "Orders")
			bad.Scope("read", "See")
			p.Serves[bad] = "bad"
		}), []string{"ServerKey"}, "the key is not usable"},
		{"a server name Cognito refuses", pool(func(p *identity.CognitoProps) {
			bad := access.NewResourceServer("stock", "Stock & more: API (v2)")
			bad.Scope("read", "See")
			p.Serves[bad] = "stock"
		}), []string{"ServerName"}, `got "Stock & more: API (v2)"`},
		{"a client with 51 scopes", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			scopes := []access.Scope{read}
			for i := range 50 {
				scopes = append(scopes, orders.Scope(fmt.Sprintf("s%d", i), "Do"))
			}
			cognito(stack, orders, read, nil).AddMachineClient("Second", &identity.MachineClientProps{Scopes: scopes})
		}, []string{"TooManyScopes"}, "got 51, at most 50"},
	})
}

func TestWhatMayBeKnownAtDeployOnly(t *testing.T) {
	_, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		url := awscdk.NewCfnParameter(stack, jsii.String("Url"), nil).ValueAsString()
		identity.NewIssuer(stack, "Issuer", &identity.IssuerProps{
			Url: *url, KeysUrl: *url + "/keys", Serves: identity.Serves{orders: *url}, Algorithms: []string{"RS256"},
		})
		cognito(stack, orders, read, func(p *identity.CognitoProps) { p.KeysUrl = "http://127.0.0.1:8080/{userPoolId}/keys" })
	})
	if failure != "" {
		t.Error(failure)
	}
}
