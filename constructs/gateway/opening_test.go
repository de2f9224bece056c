package gateway_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
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

func TestOpeningsMadeBehindOurBackFailSynth(t *testing.T) {
	for _, c := range []struct {
		name string
		open func(s *shop, api gateway.HttpApi)
		want string
	}{
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
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.api()
			api.Handle("GET /menu", access.Public("it hangs on the door"), gateway.ToLambda(s.other))
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
