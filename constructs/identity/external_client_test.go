package identity_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

const ordersApi = "https://orders.example.com"

// keeper is an identity whose clients' secrets are kept.
type keeper interface {
	identity.Identity
	AddMachineClient(id string, props *identity.ExternalClientProps) identity.ExternalClient
}

// keepers are all that there are. Object is the id of a client in the management
// API, said what the rotator must be told.
var keepers = map[string]struct {
	make   func(stack awscdk.Stack, orders *access.ResourceServer) keeper
	object string
	said   string
	scope  string
}{
	"okta": {func(stack awscdk.Stack, orders *access.ResourceServer) keeper {
		return identity.NewOkta(stack, "Okta", &identity.OktaProps{Org: "acme.okta.com", Serves: identity.Serves{orders: ordersApi}})
	}, "", `"provider":"okta","tokenUrl":"https://acme.okta.com/oauth2/default/v1/token","everyDays":90,"overlapHours":24,"apiUrl":"https://acme.okta.com","adminTokenUrl":"https://acme.okta.com/oauth2/v1/token",`, "read"},
	"auth0": {func(stack awscdk.Stack, orders *access.ResourceServer) keeper {
		return identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{Tenant: "acme.eu.auth0.com", Serves: identity.Serves{orders: ordersApi}})
	}, "", `"provider":"auth0","tokenUrl":"https://acme.eu.auth0.com/oauth/token","everyDays":90,"overlapHours":24,"apiUrl":"https://acme.eu.auth0.com","adminTokenUrl":"https://acme.eu.auth0.com/oauth/token",`, "read"},
	"entra": {func(stack awscdk.Stack, orders *access.ResourceServer) keeper {
		return identity.NewEntra(stack, "Entra", &identity.EntraProps{Tenant: tenantId, Serves: identity.Serves{orders: apiId}})
	}, "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d", `"provider":"entra","tokenUrl":"https://login.microsoftonline.com/` + tenantId + `/oauth2/v2.0/token","everyDays":90,"overlapHours":24,"apiUrl":"https://graph.microsoft.com/v1.0","adminTokenUrl":"https://login.microsoftonline.com/` + tenantId + `/oauth2/v2.0/token",`, apiId + "/.default"},
	"keycloak": {func(stack awscdk.Stack, orders *access.ResourceServer) keeper {
		return identity.NewKeycloak(stack, "Keycloak", &identity.KeycloakProps{Url: "https://sso.example.com", Realm: "acme", Serves: identity.Serves{orders: ordersApi}})
	}, "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d", `"provider":"keycloak","tokenUrl":"https://sso.example.com/realms/acme/protocol/openid-connect/token","everyDays":90,"overlapHours":24,"apiUrl":"https://sso.example.com/admin/realms/acme","adminTokenUrl":"https://sso.example.com/realms/acme/protocol/openid-connect/token",`, "read"},
}

const (
	tenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47"
	apiId    = "6e74172b-be56-4843-9ff4-e66a39bb12e3"
)

func credential(stack awscdk.Stack) awssecretsmanager.ISecret {
	return awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("Credential"), jsii.String("management"))
}

// kept declares one client of a provider.
func kept(provider string, change func(*identity.ExternalClientProps, awscdk.Stack, *access.ResourceServer)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		k := keepers[provider]
		props := &identity.ExternalClientProps{ClientId: "billing", ObjectId: k.object, Scopes: []access.Scope{read}, Credential: credential(stack)}
		if change != nil {
			change(props, stack, orders)
		}
		k.make(stack, orders).AddMachineClient("Billing", props)
	}
}

func TestClientsOfOtherProvidersAreKeptAlike(t *testing.T) {
	for provider, k := range keepers {
		t.Run(provider, func(t *testing.T) {
			resources := accepted(t, kept(provider, nil))
			environment, _ := json.Marshal(one(t, resources, "AWS::Lambda::Function").Properties["Environment"])
			if said := strings.ReplaceAll(string(environment), `\"`, `"`); !strings.Contains(said, k.said) || !strings.Contains(said, `":"billing"}`) || !strings.Contains(said, ":secret:management") {
				t.Errorf("environment = %s, want %s, the client and the credential in it", said, k.said)
			}
			settings, _ := one(t, resources, "AWS::SSM::Parameter").Properties["Value"].(string)
			var got map[string]string
			if err := json.Unmarshal([]byte(settings), &got); err != nil {
				t.Fatalf("settings = %s: %v", settings, err)
			}
			if got["client_id"] != "billing" || !strings.HasPrefix(got["token_endpoint"], "https://") || got["scope"] != k.scope || (got["audience"] != "") != (provider == "auth0") {
				t.Errorf("settings = %v", got)
			}
			schedule := one(t, resources, "AWS::SecretsManager::RotationSchedule").Properties
			if schedule["RotateImmediatelyOnUpdate"] != false {
				t.Error("the first secret is renewed at once, which pushes out the one that programs have")
			}
			secret := one(t, resources, "AWS::SecretsManager::Secret").Properties
			if secret["SecretString"] != nil || secret["GenerateSecretString"] != nil {
				t.Errorf("the secret has a text in the template: %v", secret)
			}
			policy, _ := json.Marshal(one(t, resources, "AWS::IAM::Policy").Properties)
			if strings.Contains(string(policy), "cognito-idp") || !strings.Contains(string(policy), "secret:management") {
				t.Errorf("the rotator may %s, want the credential read and nothing at Cognito", policy)
			}
		})
	}
}

func TestAKeptClientCountsWhereClientsAreNamed(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		all := keepers["okta"].make(stack, orders)
		all.AddMachineClient("Billing", &identity.ExternalClientProps{ClientId: "billing", Scopes: []access.Scope{read}, Credential: credential(stack)})
		if got := all.Trust(); !got.AnyClient || len(got.Clients) != 0 {
			t.Errorf("clients = %q, any %v, want any", got.Clients, got.AnyClient)
		}
		some := identity.NewOkta(stack, "Some", &identity.OktaProps{Org: "other.okta.com", Serves: identity.Serves{orders: ordersApi}, Clients: []string{"page"}})
		client := some.AddMachineClient("Billing", &identity.ExternalClientProps{ClientId: "billing", Scopes: []access.Scope{read}, Credential: credential(awscdk.NewStack(stack.Node().Root().(awscdk.App), jsii.String("Second"), nil))})
		if got := some.Trust(); got.AnyClient || strings.Join(got.Clients, " ") != "page billing" {
			t.Errorf("clients = %q, want page and billing", got.Clients)
		}
		if *client.ClientId() != "billing" || len(client.RotationAlarms()) != 2 {
			t.Errorf("client %q has %d alarms", *client.ClientId(), len(client.RotationAlarms()))
		}
	})
}

func TestWhichKeptClientsFailSynth(t *testing.T) {
	type change = func(*identity.ExternalClientProps, awscdk.Stack, *access.ResourceServer)
	var cases []refusal
	for _, c := range []struct {
		name, provider string
		change         change
		ids            []string
		text           string
	}{
		{"no client id", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) { p.ClientId = "" }, []string{"ClientId"}, "write the client id"},
		{"no credential", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) { p.Credential = nil }, []string{"Credential"}, "Secret_FromSecretNameV2"},
		{"a credential in the template", "auth0", func(p *identity.ExternalClientProps, stack awscdk.Stack, _ *access.ResourceServer) {
			p.Credential = awssecretsmanager.NewSecret(stack, jsii.String("Plain"), &awssecretsmanager.SecretProps{
				SecretStringValue: awscdk.SecretValue_UnsafePlainText(jsii.String(`{"client_id":"x","client_secret":"hunter2"}`)),
			})
		}, []string{"Credential"}, "put-secret-value"},
		{"a credential in the template, by members", "auth0", func(p *identity.ExternalClientProps, stack awscdk.Stack, _ *access.ResourceServer) {
			p.Credential = awssecretsmanager.NewSecret(stack, jsii.String("Plain"), &awssecretsmanager.SecretProps{SecretObjectValue: &map[string]awscdk.SecretValue{
				"client_id": awscdk.SecretValue_UnsafePlainText(stack.StackName()), "client_secret": awscdk.SecretValue_UnsafePlainText(jsii.String("hunter2")),
			}})
		}, []string{"Credential"}, "put-secret-value"},
		{"a key in the template", "okta", func(p *identity.ExternalClientProps, stack awscdk.Stack, _ *access.ResourceServer) {
			text := `{"client_id": "` + *stack.StackName() + *stack.StackId() + `", "key_id": "k", "private_key" : "-----BEGIN PRIVATE KEY-----hunter2"}`
			p.Credential = awssecretsmanager.NewSecret(stack, jsii.String("Plain"), &awssecretsmanager.SecretProps{SecretStringValue: awscdk.SecretValue_UnsafePlainText(&text)})
		}, []string{"Credential"}, "put-secret-value"},
		{"a credential that is no JSON", "okta", func(p *identity.ExternalClientProps, stack awscdk.Stack, _ *access.ResourceServer) {
			p.Credential = awssecretsmanager.NewSecret(stack, jsii.String("Plain"), &awssecretsmanager.SecretProps{SecretStringValue: awscdk.SecretValue_UnsafePlainText(jsii.String("hunter2"))})
		}, []string{"Credential"}, "put-secret-value"},
		{"a credential in the template of a generated secret", "okta", func(p *identity.ExternalClientProps, stack awscdk.Stack, _ *access.ResourceServer) {
			p.Credential = awssecretsmanager.NewSecret(stack, jsii.String("Plain"), &awssecretsmanager.SecretProps{GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
				SecretStringTemplate: jsii.String(`{"client_id":"x","client_secret":"hunter2"}`), GenerateStringKey: jsii.String("filler"),
			}})
		}, []string{"Credential"}, "put-secret-value"},
		{"a management URL with a query", "auth0", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.ManagementUrl = "https://acme.eu.auth0.com?key=hunter2"
		}, []string{"ManagementUrl"}, "has a query"},
		{"an object id that leads elsewhere", "keycloak", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.ObjectId = "../realm"
		}, []string{"ObjectId"}, `got "../realm", write the UUID`},
		{"a client id with a line break", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.ClientId = "billing\n"
		}, []string{"ClientId"}, "a character that none can have"},
		{"a client id with an accent", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.ClientId = "b\u00edlling"
		}, []string{"ClientId"}, "a character that none can have"},
		{"no UUID of a Keycloak client", "keycloak", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) { p.ObjectId = "" }, []string{"ObjectId"}, "the UUID of the client"},
		{"no object id of an Entra registration", "entra", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) { p.ObjectId = "" }, []string{"ObjectId"}, "another one than its client id"},
		{"an object id at Okta", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) { p.ObjectId = "x" }, []string{"ObjectId"}, "leave it out"},
		{"no scope", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) { p.Scopes = nil }, []string{"ClientWithoutScopes"}, "write Scopes"},
		{"the zero scope", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.Scopes = []access.Scope{{}}
		}, []string{"NoScope"}, "scope 1 is the zero Scope"},
		{"a scope that is not served", "keycloak", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.Scopes = []access.Scope{access.NewResourceServer("stock", "Stock API").Scope("read", "See stock")}
		}, []string{"UnknownScope"}, `does not serve scope "stock/read"`},
		{"a scope twice", "okta", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.Scopes = append(p.Scopes, p.Scopes...)
		}, []string{"RepeatedScope"}, "twice"},
		{"a management URL over http", "auth0", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.ManagementUrl = "http://acme.eu.auth0.com"
		}, []string{"ManagementUrl"}, "not https"},
		{"a management URL with a slash", "auth0", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.ManagementUrl = "https://acme.eu.auth0.com/"
		}, []string{"ManagementUrl"}, "ends with a slash"},
		{"a life of too many days", "entra", func(p *identity.ExternalClientProps, _ awscdk.Stack, _ *access.ResourceServer) {
			p.Rotation = &identity.RotationProps{Every: awscdk.Duration_Days(jsii.Number(400))}
		}, []string{"Rotation"}, "got 400 days"},
	} {
		cases = append(cases, refusal{c.name, kept(c.provider, c.change), c.ids, c.text})
	}
	refused(t, cases)
}

func TestAClientHasTheScopesOfOneAudience(t *testing.T) {
	_, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		stock := access.NewResourceServer("stock", "Stock API")
		count := stock.Scope("count", "Count stock")
		identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{Tenant: "acme.eu.auth0.com", Serves: identity.Serves{orders: ordersApi, stock: "https://stock.example.com"}}).
			AddMachineClient("Billing", &identity.ExternalClientProps{ClientId: "billing", Scopes: []access.Scope{read, count}, Credential: credential(stack)})
	})
	check(t, failure, []string{"OneAudience"}, `got "orders/read" and "stock/count"`)
}

func TestACredentialFromAParameterOrAnotherSecretIsTaken(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		entered := awscdk.NewCfnParameter(stack, jsii.String("Entered"), &awscdk.CfnParameterProps{NoEcho: jsii.Bool(true)})
		okta := keepers["okta"].make(stack, orders)
		for id, value := range map[string]awscdk.SecretValue{
			"Parameter": awscdk.SecretValue_CfnParameter(entered),
			"Other":     awscdk.SecretValue_SecretsManager(jsii.String("other"), nil),
		} {
			credential := awssecretsmanager.NewSecret(stack, jsii.String(id), &awssecretsmanager.SecretProps{SecretObjectValue: &map[string]awscdk.SecretValue{
				"client_id": awscdk.SecretValue_UnsafePlainText(jsii.String("rotator")), "client_secret": value,
			}})
			okta.AddMachineClient(id+"Client", &identity.ExternalClientProps{ClientId: id, Scopes: []access.Scope{read}, Credential: credential})
		}
	})
}

func TestTheSecretOfAClientIsRenewedInOnePlace(t *testing.T) {
	_, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		props := &identity.ExternalClientProps{ClientId: "billing", Scopes: []access.Scope{read}, Credential: credential(stack)}
		okta := keepers["okta"].make(stack, orders)
		okta.AddMachineClient("Billing", props)
		// An app is one of the org, whichever authorization server it asks.
		identity.NewOkta(stack, "Partners", &identity.OktaProps{Org: "acme.okta.com", AuthorizationServer: "partners", Serves: identity.Serves{orders: ordersApi}}).
			AddMachineClient("Billing", props)
	})
	check(t, failure, []string{"ClientTwice"}, `renewed by "Main/Okta/Clients/Billing" already`)
}
