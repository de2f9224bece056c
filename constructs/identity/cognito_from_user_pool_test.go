package identity_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

const (
	theirId     = "us-east-1_Abcdefghi"
	theirArn    = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + theirId
	theirClient = "1h57kf5cpq17m0eml12EXAMPLE"
)

// home is where the tests' own stacks are.
func home() *awscdk.StackProps { return at("111111111111", "us-east-1") }

func at(account, region string) *awscdk.StackProps {
	return &awscdk.StackProps{Env: &awscdk.Environment{Account: &account, Region: &region}}
}

func byArn(scope constructs.Construct, arn string) awscognito.IUserPool {
	return awscognito.UserPool_FromUserPoolArn(scope, jsii.String("Theirs"), &arn)
}

func byId(scope constructs.Construct, id string) awscognito.IUserPool {
	return awscognito.UserPool_FromUserPoolId(scope, jsii.String("Theirs"), &id)
}

// imported declares an identity of a user pool in a stack of home, with one
// client of somebody else's.
func imported(pool func(awscdk.Stack) awscognito.IUserPool, change func(*identity.CognitoFromUserPoolProps)) func(t *testing.T) (awscdk.Stack, identity.ImportedCognito, access.Scope) {
	return func(t *testing.T) (awscdk.Stack, identity.ImportedCognito, access.Scope) {
		app := newApp(t)
		stack := awscdk.NewStack(app, jsii.String("Main"), home())
		orders := access.NewResourceServer("orders", "Orders API")
		read := orders.Scope("read", "See orders")
		props := &identity.CognitoFromUserPoolProps{UserPool: pool(stack), Serves: identity.Serve(orders), Clients: []string{theirClient}}
		if change != nil {
			change(props)
		}
		return stack, identity.CognitoFromUserPool(stack, "Staff", props), read
	}
}

func theirs(arn string) func(awscdk.Stack) awscognito.IUserPool {
	return func(stack awscdk.Stack) awscognito.IUserPool { return byArn(stack, arn) }
}

func theirsById(id string) func(awscdk.Stack) awscognito.IUserPool {
	return func(stack awscdk.Stack) awscognito.IUserPool { return byId(stack, id) }
}

// synthesised returns the template of a stack, and what was said when the app
// failed.
func synthesised(t *testing.T, stack awscdk.Stack) (text, failure string) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Sprint(r)
		}
	}()
	app := stack.Node().Root().(awscdk.App)
	content, err := os.ReadFile(*app.Synth(nil).GetStackByName(stack.StackName()).TemplateFullPath())
	if err != nil {
		t.Fatal(err)
	}
	return string(content), ""
}

func TestTheIssuerIsWhereTheUserPoolIs(t *testing.T) {
	exist := func(p *identity.CognitoFromUserPoolProps) { p.ServersExist = true }
	for _, c := range []struct {
		name   string
		pool   func(awscdk.Stack) awscognito.IUserPool
		change func(*identity.CognitoFromUserPoolProps)
		want   string
	}{
		{"by ARN", theirs(theirArn), nil, "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abcdefghi"},
		{"by ARN in another region", theirs("arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_Abcdefghi"), exist, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abcdefghi"},
		{"by ARN in another account", theirs("arn:aws:cognito-idp:us-east-1:222222222222:userpool/us-east-1_Abcdefghi"), exist, "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abcdefghi"},
		{"by ARN in China", theirs("arn:aws-cn:cognito-idp:cn-north-1:111111111111:userpool/cn-north-1_Abcdefghi"), exist, "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Abcdefghi"},
		{"by ARN in GovCloud", theirs("arn:aws-us-gov:cognito-idp:us-gov-west-1:111111111111:userpool/us-gov-west-1_Abcdefghi"), exist, "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Abcdefghi"},
		{"by id", theirsById(theirId), nil, "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abcdefghi"},
		{"by id in another region", theirsById("eu-west-1_Abcdefghi"), exist, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abcdefghi"},
		{"by an id known at deploy", theirsById(*awscdk.Fn_ImportValue(jsii.String("Pool"))), nil, `https://cognito-idp.us-east-1.amazonaws.com/{"Fn::ImportValue":"Pool"}`},
		{"by an id known at deploy, in a region", theirsById(*awscdk.Fn_ImportValue(jsii.String("Pool"))), func(p *identity.CognitoFromUserPoolProps) {
			p.ServersExist, p.Region = true, "eu-west-1"
		}, `https://cognito-idp.eu-west-1.amazonaws.com/{"Fn::ImportValue":"Pool"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack, staff, _ := imported(c.pool, c.change)(t)
			got := strings.NewReplacer(`{"Fn::Join":["",["`, "", `",{`, "{", `}]]}`, "}").Replace(resolved(t, stack, *staff.IssuerUrl()))
			if strings.Trim(got, `"`) != c.want {
				t.Errorf("issuer = %s, want %s", got, c.want)
			}
			if tr := staff.Trust(); tr.Issuer != *staff.IssuerUrl() || tr.Keys != tr.Issuer+"/.well-known/jwks.json" || tr.ID != "Staff" || len(tr.Groups) != 1 {
				t.Errorf("Trust() = %+v", tr)
			}
			if _, failure := synthesised(t, stack); failure != "" {
				t.Error(failure)
			}
		})
	}
}

func TestServersAndClientsAreAddedToAUserPoolOfOthers(t *testing.T) {
	stack, staff, read := imported(theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) {
		p.DomainUrl = "https://login.example.com/"
		p.ManagedLoginVersion = awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN
	})(t)
	staff.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
	staff.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}})
	staff.AddNativeClient("Phone", &identity.NativeClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"com.example.app:/"}})
	if got := staff.Trust(); len(got.Clients) != 4 || got.Clients[3] != theirClient || got.AnyClient {
		t.Errorf("clients = %q, want three of its own and the given one", got.Clients)
	}
	text, failure := synthesised(t, stack)
	if failure != "" {
		t.Fatal(failure)
	}
	for what, want := range map[string]int{
		`"AWS::Cognito::UserPool"`: 0, "AWS::Cognito::UserPoolDomain": 0, "AWS::Cognito::UserPoolResourceServer": 1,
		`"AWS::Cognito::UserPoolClient"`: 3, "AWS::Cognito::ManagedLoginBranding": 2, "AWS::SecretsManager::Secret": 1, `"UserPoolId": "us-east-1_Abcdefghi"`: 6,
	} {
		if got := strings.Count(text, what); got != want {
			t.Errorf("the template has %d of %s, want %d", got, what, want)
		}
	}
}

func TestServersThatExistAreLeftAlone(t *testing.T) {
	stack, staff, read := imported(theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) {
		p.ServersExist = true
		p.DomainUrl = "https://login.example.com"
	})(t)
	staff.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
	text, failure := synthesised(t, stack)
	if failure != "" || strings.Contains(text, "UserPoolResourceServer") {
		t.Errorf("template = %s, said %s, want no resource server", text, failure)
	}
}

func TestADomainOfOthersIsKnownByNameOrUrl(t *testing.T) {
	for _, c := range []struct{ name, domain, url, arn, want string }{
		{"none", "", "", theirArn, ""},
		{"a URL", "", "https://login.example.com/", theirArn, "https://login.example.com/oauth2/token"},
		{"a prefix", "staff", "", theirArn, "https://staff.auth.us-east-1.amazoncognito.com/oauth2/token"},
		{"a whole name", "login.example.com", "", theirArn, "https://login.example.com/oauth2/token"},
		{"a prefix in GovCloud", "staff", "", "arn:aws-us-gov:cognito-idp:us-gov-west-1:1:userpool/us-gov-west-1_A", "https://staff.auth-fips.us-gov-west-1.amazoncognito.com/oauth2/token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, staff, _ := imported(theirs(c.arn), func(p *identity.CognitoFromUserPoolProps) {
				p.DomainUrl = c.url
				if c.domain != "" {
					p.Domain = awscognito.UserPoolDomain_FromDomainName(p.UserPool.Stack(), jsii.String("Domain"), &c.domain)
				}
			})(t)
			got := ""
			if u := staff.TokenUrl(); u != nil {
				got = *u
			}
			if got != c.want || staff.Trust().TokenURL != c.want || (staff.LogoutUrl() == nil) != (c.want == "") {
				t.Errorf("token endpoint = %q, want %q", got, c.want)
			}
		})
	}
}

// twoStacks returns a stack with a user pool and one that takes it.
func twoStacks(t *testing.T, pool, mine *awscdk.StackProps) (awscognito.UserPool, awscdk.Stack, *identity.CognitoFromUserPoolProps) {
	app := newApp(t)
	owner := awscdk.NewStack(app, jsii.String("Owner"), pool)
	stack := awscdk.NewStack(app, jsii.String("Main"), mine)
	orders := access.NewResourceServer("orders", "Orders API")
	orders.Scope("read", "See orders")
	made := awscognito.NewUserPool(owner, jsii.String("Pool"), nil)
	return made, stack, &identity.CognitoFromUserPoolProps{UserPool: made, Serves: identity.Serve(orders), AnyClient: true}
}

// uses makes a stack depend on an identity, as an authorizer's environment does.
func uses(stack awscdk.Stack, i identity.Identity) {
	t := i.Trust()
	awscdk.NewCfnOutput(stack, jsii.String("Issuer"), &awscdk.CfnOutputProps{Value: jsii.String(t.Issuer + " " + t.Keys)})
}

func TestAUserPoolOfAnotherStackIsReferredTo(t *testing.T) {
	pool, stack, props := twoStacks(t, home(), home())
	props.Domain = pool.AddDomain(jsii.String("Domain"), &awscognito.UserPoolDomainOptions{CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String("staff")}})
	staff := identity.CognitoFromUserPool(stack, "Staff", props)
	uses(stack, staff)
	if staff.AuthorizationUrl() == nil {
		t.Error("the domain is not known")
	}
	text, failure := synthesised(t, stack)
	if failure != "" || !strings.Contains(text, "AWS::Cognito::UserPoolResourceServer") || !strings.Contains(text, "Fn::ImportValue") {
		t.Errorf("template = %s, said %s, want a resource server in the other stack's pool", text, failure)
	}
}

func TestAUserPoolOfANestedStackIsReferredTo(t *testing.T) {
	app := newApp(t)
	stack := awscdk.NewStack(app, jsii.String("Main"), nil)
	nested := awscdk.NewNestedStack(stack, jsii.String("Nested"), nil)
	orders := access.NewResourceServer("orders", "Orders API")
	users := cognito(nested, orders, orders.Scope("read", "See"), nil)
	uses(stack, users)
	if text, failure := synthesised(t, stack); failure != "" || !strings.Contains(text, "Outputs.") {
		t.Errorf("template = %s, said %s, want an output of the nested stack", text, failure)
	}
}

func TestAUserPoolInAnotherRegionOfTheAppIsReferredTo(t *testing.T) {
	_, stack, props := twoStacks(t, at("111111111111", "eu-west-1"), home())
	props.ServersExist = true
	uses(stack, identity.CognitoFromUserPool(stack, "Staff", props))
	text, failure := synthesised(t, stack)
	if failure != "" || !strings.Contains(text, "Custom::CrossRegionExportReader") {
		t.Errorf("template = %s, said %s, want a reader of the other region", text, failure)
	}
}

func TestAUserPoolInAnotherAccountOfTheAppIsReferredTo(t *testing.T) {
	_, stack, props := twoStacks(t, at("222222222222", "us-east-1"), home())
	props.ServersExist = true
	uses(stack, identity.CognitoFromUserPool(stack, "Staff", props))
	text, failure := synthesised(t, stack)
	if failure != "" || !strings.Contains(text, "Fn::GetStackOutput") {
		t.Errorf("template = %s, said %s, want an output of the other account's stack", text, failure)
	}
}

func TestAUserPoolOfTheAppInAnotherRegionTakesNoServersFromHere(t *testing.T) {
	_, stack, props := twoStacks(t, at("111111111111", "eu-west-1"), home())
	props.AnyClient = false
	staff := identity.CognitoFromUserPool(stack, "Staff", props)
	staff.AddWebClient("Page", &identity.WebClientProps{CallbackUrls: []string{"https://app.example.com/"}, Scopes: nil})
	_, failure := synthesised(t, stack)
	check(t, failure, []string{"ClientWithoutScopes", "ForeignPool", "ForeignPool"}, "the user pool is in region eu-west-1")
}

func TestAnotherRegionNeedsStacksThatKnowTheirs(t *testing.T) {
	_, stack, props := twoStacks(t, at("111111111111", "eu-west-1"), nil)
	props.ServersExist = true
	uses(stack, identity.CognitoFromUserPool(stack, "Staff", props))
	// awscdk itself says what to do.
	if _, failure := synthesised(t, stack); !strings.Contains(failure, "explicit region") {
		t.Errorf("synth said %s, want a word of an explicit region", failure)
	}
}

func TestAnIdentityMadeInAnotherRegionOfTheAppIsUsed(t *testing.T) {
	app := newApp(t)
	owner := awscdk.NewStack(app, jsii.String("Owner"), at("111111111111", "eu-west-1"))
	orders := access.NewResourceServer("orders", "Orders API")
	users := cognito(owner, orders, orders.Scope("read", "See"), nil)
	stack := awscdk.NewStack(app, jsii.String("Main"), home())
	uses(stack, users)
	trusted := users.Trust()
	awscdk.NewCfnOutput(stack, jsii.String("Client"), &awscdk.CfnOutputProps{Value: jsii.String(trusted.Clients[0] + trusted.TokenURL)})
	text, failure := synthesised(t, stack)
	if failure != "" || !strings.Contains(text, ".auth.eu-west-1.amazoncognito.com/oauth2/token") {
		t.Errorf("template = %s, said %s, want the endpoint in eu-west-1", text, failure)
	}
}

func TestWhichUserPoolsOfOthersFailSynth(t *testing.T) {
	elsewhere := "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_Abcdefghi"
	for _, c := range []struct {
		name   string
		pool   func(awscdk.Stack) awscognito.IUserPool
		change func(*identity.CognitoFromUserPoolProps)
		then   func(identity.ImportedCognito, access.Scope)
		ids    []string
		text   string
	}{
		{"none", func(awscdk.Stack) awscognito.IUserPool { return nil }, nil, nil, []string{"NoUserPool"}, "UserPool_FromUserPoolArn"},
		{"one that serves nothing", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.Serves = nil }, nil, []string{"ServesNothing"}, "serves no resource server"},
		{"no clients", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.Clients = nil }, nil, []string{"NoClients"}, "Clients: []string"},
		{"a client that is none", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.Clients = []string{"no client"} }, nil, []string{"ClientId"}, `got "no client"`},
		{"servers in another region", theirs(elsewhere), nil, nil, []string{"ForeignPool"}, "region eu-west-1"},
		{"servers in another account", theirs("arn:aws:cognito-idp:us-east-1:222222222222:userpool/" + theirId), nil, nil, []string{"ForeignPool"}, "account 222222222222"},
		{"servers in another region by id", theirsById("eu-west-1_Abcdefghi"), nil, nil, []string{"ForeignPool"}, "region eu-west-1"},
		{"a client in another region", theirs(elsewhere), func(p *identity.CognitoFromUserPoolProps) { p.ServersExist = true }, func(i identity.ImportedCognito, read access.Scope) {
			i.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		}, []string{"ForeignPool"}, `add "Billing" where the user pool is`},
		{"a client with a secret that could be tested nowhere", theirs(theirArn), nil, func(i identity.ImportedCognito, read access.Scope) {
			i.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		}, []string{"RotationDomain"}, "write Domain or DomainUrl"},
		{"an id that is none", theirsById("staff"), nil, nil, []string{"PoolRegion"}, `got "staff"`},
		{"a region that is none", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.Region = "Virginia" }, nil, []string{"PoolRegion"}, `got "Virginia"`},
		{"a region that the id denies", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.Region = "eu-west-1" }, nil, []string{"PoolRegion"}, `write "us-east-1"`},
		{"an ARN that its id denies", theirs("arn:aws:cognito-idp:eu-west-1:111111111111:userpool/" + theirId), nil, nil, []string{"PoolRegion"}, "names another region than its id"},
		{"a domain over http", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.DomainUrl = "http://login.example.com" }, nil, []string{"LoginDomain"}, "not https"},
		{"a domain with a password", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.DomainUrl = "https://me:hunter2@login.example.com" }, nil, []string{"LoginDomain"}, "credentials"},
		{"a domain with a query", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.DomainUrl = "https://login.example.com?client_id=x" }, nil, []string{"LoginDomain"}, "query"},
		{"two domains", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) {
			p.DomainUrl = "https://login.example.com"
			p.Domain = awscognito.UserPoolDomain_FromDomainName(p.UserPool.Stack(), jsii.String("Domain"), jsii.String("staff"))
		}, nil, []string{"LoginDomain"}, "two domains"},
		{"a domain known at deploy", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) {
			p.Domain = awscognito.UserPoolDomain_FromDomainName(p.UserPool.Stack(), jsii.String("Domain"), awscdk.Fn_ImportValue(jsii.String("Domain")))
		}, nil, []string{"LoginDomain"}, "write DomainUrl"},
		{"an unknown login version", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.ManagedLoginVersion = "2" }, nil, []string{"LoginDomain"}, `got "2"`},
		{"keys over http", theirs(theirArn), func(p *identity.CognitoFromUserPoolProps) { p.KeysUrl = "http://keys.example.com/" }, nil, []string{"IssuerUrl"}, "KeysUrl is not https"},
		{"a web client that goes anywhere", theirs(theirArn), nil, func(i identity.ImportedCognito, read access.Scope) {
			i.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://*"}})
		}, []string{"CallbackUrl"}, "wildcard"},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack, staff, read := imported(c.pool, c.change)(t)
			if c.then != nil {
				c.then(staff, read)
			}
			_, failure := synthesised(t, stack)
			check(t, failure, c.ids, c.text)
		})
	}
}

func TestAnIdentityOfNothingAtAllIsReported(t *testing.T) {
	app := newApp(t)
	stack := awscdk.NewStack(app, jsii.String("Main"), nil)
	staff := identity.CognitoFromUserPool(stack, "Staff", nil)
	uses(stack, staff)
	_, failure := synthesised(t, stack)
	check(t, failure, []string{"NoClients", "NoUserPool", "ServesNothing"}, "NoUserPool")
}

func TestAUserPoolOfAnotherStageIsReported(t *testing.T) {
	app := newApp(t)
	stage := awscdk.NewStage(app, jsii.String("Prod"), nil)
	theirs := awscognito.NewUserPool(awscdk.NewStack(stage, jsii.String("Owner"), nil), jsii.String("Pool"), nil)
	stack := awscdk.NewStack(app, jsii.String("Main"), nil)
	orders := access.NewResourceServer("orders", "Orders API")
	orders.Scope("read", "See")
	uses(stack, identity.CognitoFromUserPool(stack, "Staff", &identity.CognitoFromUserPoolProps{UserPool: theirs, Serves: identity.Serve(orders), AnyClient: true}))
	_, failure := synthesised(t, stack)
	check(t, failure, []string{"OtherStage"}, "import it by its ARN")
}

func TestOneServerIsRegisteredOnce(t *testing.T) {
	build := func(same bool) string {
		app := newApp(t)
		stack := awscdk.NewStack(app, jsii.String("Main"), nil)
		orders, stock := access.NewResourceServer("orders", "Orders API"), access.NewResourceServer("stock", "Stock")
		stock.Scope("count", "Count")
		users := cognito(stack, orders, orders.Scope("read", "See"), nil)
		second := stock
		if same {
			second = orders
		}
		identity.CognitoFromUserPool(stack, "Again", &identity.CognitoFromUserPoolProps{UserPool: users.UserPool(), Serves: identity.Serve(second), AnyClient: true})
		_, failure := synthesised(t, stack)
		return failure
	}
	check(t, build(true), []string{"RegisteredTwice"}, `registered in this user pool by "Main/Users" already`)
	if failure := build(false); failure != "" {
		t.Errorf("two servers in one user pool: synth said %s", failure)
	}
}
