package gateway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// routeOf finds a route's resource as a colleague with an escape hatch would.
func routeOf(api gateway.HttpApi, key string) awsapigatewayv2.CfnRoute {
	for _, c := range *api.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if r, ok := c.(awsapigatewayv2.CfnRoute); ok && *r.RouteKey() == key {
			return r
		}
	}
	panic("no route " + key)
}

func authorizerOf(api gateway.HttpApi) awsapigatewayv2.CfnAuthorizer {
	for _, c := range *api.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if r, ok := c.(awsapigatewayv2.CfnAuthorizer); ok {
			return r
		}
	}
	panic("no authorizer")
}

func cfn[T any](c constructs.IConstruct) T { return c.Node().DefaultChild().(T) }

// rawRoute adds a route without an authorizer to an API, with the API's id
// spelled in any way.
func rawRoute(stack awscdk.Stack, apiID any) {
	awscdk.NewCfnResource(stack, jsii.String("R"), &awscdk.CfnResourceProps{
		Type:       jsii.String("AWS::ApiGatewayV2::Route"),
		Properties: &map[string]any{"ApiId": apiID, "RouteKey": "GET /back", "AuthorizationType": "NONE"},
	})
}

func integrationOf(api gateway.HttpApi) awsapigatewayv2.CfnIntegration {
	for _, c := range *api.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if i, ok := c.(awsapigatewayv2.CfnIntegration); ok {
			return i
		}
	}
	panic("no integration")
}

func logicalID(s *shop, api gateway.HttpApi) string {
	return *s.stack.GetLogicalId(cfn[awsapigatewayv2.CfnApi](api.Api()))
}

// openings are ways to leave an API open behind Scopeway's back, and what they
// are found as.
var openings = []struct {
	name string
	open func(s *shop, api gateway.HttpApi)
	want string
}{
	{"the id in a substitution", func(s *shop, api gateway.HttpApi) {
		rawRoute(s.stack, awscdk.Fn_Sub(jsii.String("${"+logicalID(s, api)+"}"), nil))
	}, judge.UndeclaredRoute},
	{"the id given to a substitution", func(s *shop, api gateway.HttpApi) {
		rawRoute(s.stack, awscdk.Fn_Sub(jsii.String("${Id}"), &map[string]*string{"Id": api.Api().ApiId()}))
	}, judge.UndeclaredRoute},
	{"the id cut out of the URL", func(s *shop, api gateway.HttpApi) {
		host := awscdk.Fn_Select(jsii.Number(1), awscdk.Fn_Split(jsii.String("//"), api.Url(), nil))
		rawRoute(s.stack, awscdk.Fn_Select(jsii.Number(0), awscdk.Fn_Split(jsii.String("."), host, nil)))
	}, judge.UndeclaredRoute},
	{"the id under a condition", func(s *shop, api gateway.HttpApi) {
		awscdk.NewCfnCondition(s.stack, jsii.String("C"), nil)
		rawRoute(s.stack, awscdk.Fn_ConditionIf(jsii.String("C"), api.Api().ApiId(), api.Api().ApiId()))
	}, judge.UndeclaredRoute},
	{"the id as an attribute in one text", func(s *shop, api gateway.HttpApi) {
		rawRoute(s.stack, map[string]any{"Fn::GetAtt": logicalID(s, api) + ".ApiId"})
	}, judge.UndeclaredRoute},
	{"the id through Systems Manager", func(s *shop, api gateway.HttpApi) {
		awsssm.NewStringParameter(s.stack, jsii.String("P"), &awsssm.StringParameterProps{ParameterName: jsii.String("/api/id"), StringValue: api.Api().ApiId()})
		apart := newStack(s.app, "Apart")
		rawRoute(apart, awsssm.StringParameter_ValueForStringParameter(apart, jsii.String("/api/id"), nil))
	}, judge.UndeclaredRoute},
	{"the id under a computed export", func(s *shop, api gateway.HttpApi) {
		awscdk.NewCfnOutput(s.stack, jsii.String("O"), &awscdk.CfnOutputProps{Value: api.Api().ApiId(), ExportName: awscdk.Fn_Sub(jsii.String("${AWS::StackName}-id"), nil)})
		rawRoute(newStack(s.app, "Apart"), awscdk.Fn_ImportValue(jsii.String("Main-id")))
	}, judge.UndeclaredRoute},
	{"a domain in another stack", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnApiMapping(newStack(s.app, "Apart"), jsii.String("M"), &awsapigatewayv2.CfnApiMappingProps{ApiId: api.Api().ApiId(), DomainName: jsii.String("api.example.com"), Stage: jsii.String("$default")})
	}, judge.OpenEndpoint},
	{"a public integration that leads to a closed function", func(s *shop, api gateway.HttpApi) {
		integrationOf(api).SetIntegrationUri(s.fn.FunctionArn()) // the first is the menu's
	}, judge.ChangedResource},
	{"an integration that writes the path", func(s *shop, api gateway.HttpApi) {
		integrationOf(api).SetRequestParameters(map[string]any{"overwrite:path": "/admin"})
	}, judge.ChangedResource},
	{"a transform within the API", func(s *shop, api gateway.HttpApi) {
		cfn[awsapigatewayv2.CfnApi](api.Api()).AddPropertyOverride(jsii.String("Fn::Transform"), map[string]any{"Name": "AWS::Include", "Parameters": map[string]any{"Location": "s3://bucket/body.yaml"}})
	}, judge.Transform},
	{"a transform within a route", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "POST /orders").AddOverride(jsii.String("Fn::Transform"), map[string]any{"Name": "Mine"})
	}, judge.Transform},
	{"a transform of the template", func(s *shop, api gateway.HttpApi) {
		s.stack.AddTransform(jsii.String("Mine"))
	}, judge.Transform},
	{"a route under a condition", func(s *shop, api gateway.HttpApi) {
		awscdk.NewCfnCondition(s.stack, jsii.String("C"), nil)
		routeOf(api, "POST /orders").AddOverride(jsii.String("Condition"), "C")
	}, judge.ChangedRoute},
	{"a route that stays when it is removed", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "GET /menu").AddOverride(jsii.String("DeletionPolicy"), "Retain")
	}, judge.ChangedRoute},
	{"no access log", func(s *shop, api gateway.HttpApi) {
		cfn[awsapigatewayv2.CfnStage](api.Api().DefaultStage()).AddPropertyDeletionOverride(jsii.String("AccessLogSettings"))
	}, judge.ChangedResource},
	{"no throttle", func(s *shop, api gateway.HttpApi) {
		cfn[awsapigatewayv2.CfnStage](api.Api().DefaultStage()).AddPropertyDeletionOverride(jsii.String("DefaultRouteSettings"))
	}, judge.ChangedResource},
	{"no throttle of one route", func(s *shop, api gateway.HttpApi) {
		cfn[awsapigatewayv2.CfnStage](api.Api().DefaultStage()).AddPropertyOverride(jsii.String("RouteSettings"), map[string]any{"POST /orders": map[string]any{"ThrottlingRateLimit": -1, "ThrottlingBurstLimit": -1}})
	}, judge.ChangedResource},
	{"a stage that keeps an old deployment", func(s *shop, api gateway.HttpApi) {
		stage := cfn[awsapigatewayv2.CfnStage](api.Api().DefaultStage())
		stage.SetAutoDeploy(false)
		stage.SetDeploymentId(jsii.String("old"))
	}, judge.ChangedResource},
	{"a further stage that keeps an old deployment", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnStage(s.stack, jsii.String("S"), &awsapigatewayv2.CfnStageProps{ApiId: api.Api().ApiId(), StageName: jsii.String("old"), DeploymentId: jsii.String("old")})
	}, judge.ChangedResource},
	{"a deployment of its own", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnDeployment(s.stack, jsii.String("D"), &awsapigatewayv2.CfnDeploymentProps{ApiId: api.Api().ApiId()})
	}, judge.ChangedResource},
	{"an authorizer that logs elsewhere", func(s *shop, api gateway.HttpApi) {
		cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyDeletionOverride(jsii.String("LoggingConfig"))
	}, judge.ChangedResource},
	{"a debug variable in the authorizer", func(s *shop, api gateway.HttpApi) {
		cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyOverride(jsii.String("Environment.Variables.GODEBUG"), "rsa1024min=0")
	}, judge.ChangedResource},
	{"an API without the construct of its code", func(s *shop, api gateway.HttpApi) {
		api.Node().TryRemoveChild(jsii.String("Code"))
	}, judge.NotCompiled},
	{"an override that takes the authorizer away", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "POST /orders").AddPropertyOverride(jsii.String("AuthorizationType"), "NONE")
	}, judge.ChangedRoute},
	{"a deletion override", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "POST /orders").AddPropertyDeletionOverride(jsii.String("AuthorizationType"))
	}, judge.ChangedRoute},
	{"a setter", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "POST /orders").SetAuthorizationType(jsii.String("AWS_IAM"))
	}, judge.ChangedRoute},
	{"another authorizer", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "POST /orders").SetAuthorizerId(jsii.String("abc123"))
	}, judge.ChangedRoute},
	{"a public route with another key", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "GET /menu").AddPropertyOverride(jsii.String("RouteKey"), "ANY /{proxy+}")
	}, judge.ChangedRoute},
	{"a public route to a closed backend", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "GET /menu").SetTarget(routeOf(api, "POST /orders").Target())
	}, judge.ChangedRoute},
	{"a route removed from the template", func(s *shop, api gateway.HttpApi) {
		routeOf(api, "POST /orders").AddOverride(jsii.String("Type"), "AWS::CloudFormation::WaitConditionHandle")
	}, judge.MissingResource},
	{"a route added through the underlying API", func(s *shop, api gateway.HttpApi) {
		api.Api().AddRoutes(&awsapigatewayv2.AddRoutesOptions{
			Path:        jsii.String("/back"),
			Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("I"), s.fn, nil),
		})
	}, judge.UndeclaredRoute},
	{"an open route added through the underlying API", func(s *shop, api gateway.HttpApi) {
		api.Api().AddRoutes(&awsapigatewayv2.AddRoutesOptions{
			Path:        jsii.String("/back"),
			Authorizer:  awsapigatewayv2.NewHttpNoneAuthorizer(),
			Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("I"), s.fn, nil),
		})
	}, judge.UndeclaredRoute},
	{"an L1 route", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnRoute(s.stack, jsii.String("R"), &awsapigatewayv2.CfnRouteProps{ApiId: api.Api().ApiId(), RouteKey: jsii.String("GET /back")})
	}, judge.UndeclaredRoute},
	{"a generic resource", func(s *shop, api gateway.HttpApi) {
		awscdk.NewCfnResource(s.stack, jsii.String("R"), &awscdk.CfnResourceProps{
			Type:       jsii.String("AWS::ApiGatewayV2::Route"),
			Properties: &map[string]any{"ApiId": api.Api().ApiId(), "RouteKey": "GET /back"},
		})
	}, judge.UndeclaredRoute},
	{"a route in another stack", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnRoute(newStack(s.app, "Apart"), jsii.String("R"), &awsapigatewayv2.CfnRouteProps{ApiId: api.Api().ApiId(), RouteKey: jsii.String("GET /back")})
	}, judge.UndeclaredRoute},
	{"a route in a nested stack", func(s *shop, api gateway.HttpApi) {
		nested := awscdk.NewNestedStack(s.stack, jsii.String("Nested"), nil)
		awsapigatewayv2.NewCfnRoute(nested, jsii.String("R"), &awsapigatewayv2.CfnRouteProps{ApiId: api.Api().ApiId(), RouteKey: jsii.String("GET /back")})
	}, judge.UndeclaredRoute},
	{"a route on an imported API", func(s *shop, api gateway.HttpApi) {
		imported := awsapigatewayv2.HttpApi_FromHttpApiAttributes(s.stack, jsii.String("Imported"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: api.Api().ApiId()})
		awsapigatewayv2.NewHttpRoute(s.stack, jsii.String("R"), &awsapigatewayv2.HttpRouteProps{
			HttpApi: imported, RouteKey: awsapigatewayv2.HttpRouteKey_DEFAULT(),
			Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("I"), s.fn, nil),
		})
	}, judge.UndeclaredRoute},
	{"a body beside the routes", func(s *shop, api gateway.HttpApi) {
		cfn[awsapigatewayv2.CfnApi](api.Api()).SetBody(map[string]any{"openapi": "3.0.1"})
	}, judge.ChangedResource},
	{"a quick-create target", func(s *shop, api gateway.HttpApi) {
		cfn[awsapigatewayv2.CfnApi](api.Api()).SetTarget(s.fn.FunctionArn())
	}, judge.ChangedResource},
	{"a cache key without the route", func(s *shop, api gateway.HttpApi) {
		authorizerOf(api).SetIdentitySource(jsii.Strings("$request.header.Authorization"))
	}, judge.ChangedResource},
	{"a longer cache", func(s *shop, api gateway.HttpApi) {
		authorizerOf(api).AddPropertyOverride(jsii.String("AuthorizerResultTtlInSeconds"), 3600)
	}, judge.ChangedResource},
	{"another function behind the authorizer", func(s *shop, api gateway.HttpApi) {
		authorizerOf(api).SetAuthorizerUri(s.fn.FunctionArn())
	}, judge.ChangedResource},
	{"other code in the authorizer", func(s *shop, api gateway.HttpApi) {
		cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyOverride(jsii.String("Code"), map[string]any{"ZipFile": "exports.handler = async () => ({isAuthorized: true})"})
	}, judge.ChangedResource},
	{"another issuer in the environment", func(s *shop, api gateway.HttpApi) {
		cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyOverride(jsii.String("Environment.Variables.SCOPEWAY_IDENTITIES"), `{"version":1,"identities":[]}`)
	}, judge.ChangedResource},
	{"managed overrides", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnApiGatewayManagedOverrides(s.stack, jsii.String("O"), &awsapigatewayv2.CfnApiGatewayManagedOverridesProps{ApiId: api.Api().ApiId()})
	}, judge.ChangedResource},
	{"a custom domain while the default endpoint stays open", func(s *shop, api gateway.HttpApi) {
		awsapigatewayv2.NewCfnApiMapping(s.stack, jsii.String("M"), &awsapigatewayv2.CfnApiMappingProps{ApiId: api.Api().ApiId(), DomainName: jsii.String("api.example.com"), Stage: jsii.String("$default")})
	}, judge.OpenEndpoint},
}

func TestOpeningsMadeBehindOurBackFailSynth(t *testing.T) {
	for _, flags := range []map[string]any{nil, {"@aws-cdk/core:defaultCrossStackReferences": "weak"}} {
		for _, c := range openings {
			if flags != nil && !strings.Contains(c.name, "another stack") {
				continue // the flag changes references between stacks only
			}
			t.Run(fmt.Sprintf("%s, %d flags", c.name, len(flags)), func(t *testing.T) {
				s := newShopIn(newAppWith(t, flags))
				api := s.bareApi(nil)
				api.Handle("GET /menu", access.Public("it hangs on the door"), gateway.ToLambda(s.other))
				api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
				api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
				c.open(s, api)
				_, failure := synth(s.app)
				if failure == "" {
					t.Fatalf("synth went through, want %s", c.want)
				}
				if got := violationsOf(s.app); !slices.Contains(got, c.want) {
					t.Errorf("violations = %v, want %s among them; synth said %s", got, c.want, failure)
				}
			})
		}
	}
}

func TestNothingIsLeftUncompiledWhenValidationIsSkipped(t *testing.T) {
	s := newShop(t)
	s.api().Handle("GET /x", access.Rule{}, gateway.ToLambda(s.fn))
	defer func() {
		if recover() == nil {
			t.Error("synth went through")
		}
		if got := violationsOf(s.app); !slices.Contains(got, judge.NotCompiled) {
			t.Errorf("violations = %v, want %s", got, judge.NotCompiled)
		}
	}()
	s.app.Synth(&awscdk.StageSynthesisOptions{SkipValidation: jsii.Bool(true)})
}

func TestAStageThatIsSynthesisedFirstIsCompiled(t *testing.T) {
	app := newApp(t)
	orders := access.NewResourceServer("orders", "Orders API")
	read, write := orders.Scope("read", "See orders"), orders.Scope("write", "Change orders")
	build := func(name string, scope access.Scope) awscdk.Stage {
		stage := awscdk.NewStage(app, jsii.String(name), nil)
		stack := newStack(stage, "Main")
		users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(orders), AnyClient: true})
		api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{users}})
		api.Handle("GET /", access.Require(scope), gateway.ToLambda(function(stack, "Fn")))
		return stage
	}
	first := build("First", read) // no route asks for write yet
	first.Synth(nil)
	build("Second", write)
	templates, failure := synth(app)
	if failure != "" {
		t.Fatal(failure)
	}
	for name, template := range templates {
		if has(template.text, "not compiled") {
			t.Errorf("stack %s has no compiled authorizer", name)
		}
	}
}

func TestAnOpeningAlsoFailsTemplateAssertions(t *testing.T) {
	s := newShop(t)
	api := s.api()
	routeOf(api, "POST /orders").AddPropertyOverride(jsii.String("AuthorizationType"), "NONE")
	defer func() {
		if recover() == nil {
			t.Error("Template_FromStack went through")
		}
	}()
	assertions.Template_FromStack(s.stack, nil)
}

func TestADefaultEndpointThatWasClosedStaysClosed(t *testing.T) {
	s := newShop(t)
	api := s.bareApi(&gateway.HttpApiProps{DisableDefaultEndpoint: true})
	api.Handle("GET /", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	cfn[awsapigatewayv2.CfnApi](api.Api()).AddPropertyOverride(jsii.String("DisableExecuteApiEndpoint"), false)
	if _, failure := synth(s.app); failure == "" || !slices.Contains(violationsOf(s.app), judge.ChangedResource) {
		t.Errorf("synth said %q, want %s", failure, judge.ChangedResource)
	}
}

func TestAnApiInANestedStackIsJudgedToo(t *testing.T) {
	for _, open := range []bool{false, true} {
		s := newShop(t)
		nested := awscdk.NewNestedStack(s.stack, jsii.String("Nested"), nil)
		api := gateway.NewHttpApi(nested, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}})
		api.Handle("GET /", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		if open {
			routeOf(api, "GET /").AddPropertyOverride(jsii.String("AuthorizationType"), "NONE")
		}
		if _, failure := synth(s.app); (failure != "") != open {
			t.Errorf("open %v: synth said %q", open, failure)
		}
	}
}

func TestWhatMayBeChangedThroughTheUnderlyingApi(t *testing.T) {
	s := newShop(t)
	api := s.bareApi(&gateway.HttpApiProps{DisableDefaultEndpoint: true})
	api.Handle("GET /", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	cfn[awsapigatewayv2.CfnApi](api.Api()).SetDescription(jsii.String("Orders"))
	api.Api().MetricCount(nil)
	awscdk.RemovalPolicies_Of(s.app).Retain(nil)
	cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyOverride(jsii.String("Environment.Variables.STAGE"), "dev")
	cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyOverride(jsii.String("LoggingConfig.LogFormat"), "JSON")
	cfn[awscdk.CfnResource](api.AuthorizerFunction()).AddPropertyOverride(jsii.String("MemorySize"), 512)
	awsapigatewayv2.NewCfnApiMapping(s.stack, jsii.String("M"), &awsapigatewayv2.CfnApiMappingProps{ApiId: api.Api().ApiId(), DomainName: jsii.String("api.example.com"), Stage: jsii.String("$default")})
	plain := awsapigatewayv2.NewHttpApi(s.stack, jsii.String("Plain"), nil)
	plain.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
		Path:        jsii.String("/theirs"),
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("I"), s.fn, nil),
	})
	if _, failure := synth(s.app); failure != "" {
		t.Errorf("synth said %s, want none of our business", failure)
	}
}

func TestARouteMayHaveAThrottleOfItsOwn(t *testing.T) {
	s := newShop(t)
	api := s.api()
	cfn[awsapigatewayv2.CfnStage](api.Api().DefaultStage()).AddPropertyOverride(jsii.String("RouteSettings"), map[string]any{"POST /orders": map[string]any{"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 0}})
	if _, failure := synth(s.app); failure != "" {
		t.Error(failure)
	}
}
