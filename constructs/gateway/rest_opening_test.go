package gateway_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// within finds the first resource of a type below a construct.
func within[T any](c constructs.IConstruct, fits func(T) bool) T {
	for _, found := range *c.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if r, ok := found.(T); ok && fits(r) {
			return r
		}
	}
	panic("no such resource")
}

func anyOf[T any](T) bool { return true }

func methodOf(api gateway.RestApi, method string) awsapigateway.CfnMethod {
	return within(api, func(m awsapigateway.CfnMethod) bool { return *m.HttpMethod() == method })
}

func TestOpeningsOfARestApi(t *testing.T) {
	for _, c := range []struct {
		name string
		open func(s *shop, api gateway.RestApi)
		want string // "" for none
	}{
		{"nothing", func(*shop, gateway.RestApi) {}, ""},
		{"a method through the API", func(s *shop, api gateway.RestApi) {
			api.Api().Root().AddResource(jsii.String("back"), nil).AddMethod(jsii.String("GET"), awsapigateway.NewMockIntegration(nil), &awsapigateway.MethodOptions{AuthorizationType: awsapigateway.AuthorizationType_NONE})
		}, judge.UndeclaredRoute},
		{"a method that inherits the authorizer", func(s *shop, api gateway.RestApi) {
			api.Api().Root().AddResource(jsii.String("back"), nil).AddMethod(jsii.String("GET"), awsapigateway.NewMockIntegration(nil), nil)
		}, judge.UndeclaredRoute},
		{"a proxy for all paths", func(s *shop, api gateway.RestApi) {
			api.Api().Root().AddProxy(&awsapigateway.ProxyResourceOptions{DefaultIntegration: awsapigateway.NewMockIntegration(nil)})
		}, judge.UndeclaredRoute},
		{"a preflight that Cors did not ask for", func(s *shop, api gateway.RestApi) {
			api.Api().Root().ResourceForPath(jsii.String("/orders")).AddCorsPreflight(&awsapigateway.CorsOptions{AllowOrigins: jsii.Strings("*")})
		}, judge.UndeclaredRoute},
		{"a method in another stack", func(s *shop, api gateway.RestApi) {
			other := newStack(s.app, "Other")
			awscdk.NewCfnResource(other, jsii.String("M"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::ApiGateway::Method"), Properties: &map[string]any{
				"RestApiId": api.Api().RestApiId(), "ResourceId": api.Api().RestApiRootResourceId(), "HttpMethod": "GET", "AuthorizationType": "NONE"}})
		}, judge.UndeclaredRoute},
		{"no authorizer by override", func(s *shop, api gateway.RestApi) {
			methodOf(api, "GET").AddPropertyOverride(jsii.String("AuthorizationType"), "NONE")
		}, judge.ChangedRoute},
		{"no authorizer by setter", func(s *shop, api gateway.RestApi) {
			methodOf(api, "GET").SetAuthorizationType(jsii.String("NONE"))
		}, judge.ChangedRoute},
		{"another integration", func(s *shop, api gateway.RestApi) {
			methodOf(api, "GET").AddPropertyOverride(jsii.String("Integration.Uri"), "https://elsewhere.example.com")
		}, judge.ChangedRoute},
		{"a method that stays", func(s *shop, api gateway.RestApi) {
			methodOf(api, "GET").AddOverride(jsii.String("DeletionPolicy"), "Retain")
		}, judge.ChangedRoute},
		{"another path", func(s *shop, api gateway.RestApi) {
			within(api, func(r awsapigateway.CfnResource) bool { return *r.PathPart() == "orders" }).AddPropertyOverride(jsii.String("PathPart"), "{path+}")
		}, judge.ChangedResource},
		{"a shorter cache key", func(s *shop, api gateway.RestApi) {
			within(api, anyOf[awsapigateway.CfnAuthorizer]).SetIdentitySource(jsii.String("method.request.header.Authorization"))
		}, judge.ChangedResource},
		{"a longer life of cached answers", func(s *shop, api gateway.RestApi) {
			within(api, anyOf[awsapigateway.CfnAuthorizer]).AddPropertyOverride(jsii.String("AuthorizerResultTtlInSeconds"), 3600)
		}, judge.ChangedResource},
		{"a canary", func(s *shop, api gateway.RestApi) {
			within(api, anyOf[awsapigateway.CfnStage]).AddPropertyOverride(jsii.String("CanarySetting.PercentTraffic"), 50)
		}, judge.ChangedResource},
		{"an older deployment", func(s *shop, api gateway.RestApi) {
			within(api, anyOf[awsapigateway.CfnStage]).SetDeploymentId(jsii.String("older1"))
		}, judge.ChangedResource},
		{"a second deployment", func(s *shop, api gateway.RestApi) {
			awsapigateway.NewCfnDeployment(s.stack, jsii.String("D"), &awsapigateway.CfnDeploymentProps{RestApiId: api.Api().RestApiId(), StageName: jsii.String("open")})
		}, judge.ChangedResource},
		{"a second stage of the same deployment without a log", func(s *shop, api gateway.RestApi) {
			awsapigateway.NewCfnStage(s.stack, jsii.String("S"), &awsapigateway.CfnStageProps{RestApiId: api.Api().RestApiId(), StageName: jsii.String("blue"), DeploymentId: api.Api().LatestDeployment().DeploymentId()})
		}, judge.ChangedResource},
		{"a second stage of the same deployment with a log and a throttle", func(s *shop, api gateway.RestApi) {
			awsapigateway.NewStage(s.stack, jsii.String("S"), &awsapigateway.StageProps{
				Deployment: api.Api().LatestDeployment(), StageName: jsii.String("blue"), ThrottlingRateLimit: jsii.Number(10), ThrottlingBurstLimit: jsii.Number(5),
				AccessLogDestination: awsapigateway.NewLogGroupLogDestination(api.AccessLog()), AccessLogFormat: awsapigateway.AccessLogFormat_JsonWithStandardFields(nil),
			})
		}, ""},
		{"an OpenAPI body", func(s *shop, api gateway.RestApi) {
			within(api, anyOf[awsapigateway.CfnRestApi]).AddPropertyOverride(jsii.String("Body"), map[string]any{"openapi": "3.0.1"})
		}, judge.ChangedResource},
		{"an error that is a success", func(s *shop, api gateway.RestApi) {
			within(api, func(g awsapigateway.CfnGatewayResponse) bool { return *g.ResponseType() == "ACCESS_DENIED" }).SetStatusCode(jsii.String("200"))
		}, judge.ChangedResource},
		{"errors in the log of every request", func(s *shop, api gateway.RestApi) {
			within(api, anyOf[awsapigateway.CfnStage]).AddPropertyOverride(jsii.String("MethodSettings.0.DataTraceEnabled"), true)
		}, judge.ChangedResource},
		{"a domain while the default endpoint is open", func(s *shop, api gateway.RestApi) {
			awscdk.NewCfnResource(s.stack, jsii.String("M"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::ApiGateway::BasePathMapping"), Properties: &map[string]any{"RestApiId": api.Api().RestApiId(), "DomainName": "x"}})
		}, judge.OpenEndpoint},
		{"a usage plan", func(s *shop, api gateway.RestApi) {
			api.Api().AddUsagePlan(jsii.String("Plan"), nil)
		}, ""},
		{"a forged caller's header", func(s *shop, api gateway.RestApi) {
			methodOf(api, "PUT").AddPropertyOverride(jsii.String(`Integration.RequestParameters.integration\.request\.header\.ScopewayCaller`), "method.request.header.ScopewayCaller")
		}, judge.ChangedRoute},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.rest(nil)
			api.Handle("PUT /stock", access.Require(s.write), gateway.ToUrl("https://stock.example.com", nil))
			c.open(s, api)
			_, failure := synth(s.app)
			var got []string
			if failure != "" {
				got = slices.Compact(violationsOf(s.app))
				// awscdk has findings of its own.
				got = slices.DeleteFunc(got, func(rule string) bool { return !slices.Contains(judge.Rules(), rule) })
			}
			if want := slices.DeleteFunc([]string{c.want}, func(w string) bool { return w == "" }); !slices.Equal(got, want) {
				t.Errorf("violations = %v, want %v\n%s", got, want, failure)
			}
		})
	}
}

func TestOpeningsOfPreflightAnswers(t *testing.T) {
	const response = "Integration.IntegrationResponses.0."
	origin := response + `ResponseParameters.method\.response\.header\.Access-Control-Allow-Origin`
	for _, c := range []struct {
		name string
		path string
		to   any
		want string // "" for none
	}{
		{"nothing", "", nil, ""},
		{"every origin", origin, "'*'", judge.ChangedRoute},
		{"the caller's origin", origin, "method.request.header.Origin", judge.ChangedRoute},
		{"credentials", response + `ResponseParameters.method\.response\.header\.Access-Control-Allow-Credentials`, "'true'", judge.ChangedRoute},
		{"every header", response + `ResponseParameters.method\.response\.header\.Access-Control-Allow-Headers`, "'*'", judge.ChangedRoute},
		{"a template that takes every origin", response + "ResponseTemplates", map[string]any{"application/json": "#set($context.responseOverride.header.Access-Control-Allow-Origin = '*')"}, judge.ChangedRoute},
		{"another request template", "Integration.RequestTemplates", map[string]any{"application/json": "{ statusCode: 500 }"}, judge.ChangedRoute},
		{"a backend", "Integration.Type", "HTTP_PROXY", judge.ChangedRoute},
		{"an address", "Integration.Uri", "https://elsewhere.example.com", judge.ChangedRoute},
		{"another status", "MethodResponses.0.StatusCode", "200", judge.ChangedRoute},
		{"an authorizer", "AuthorizationType", "CUSTOM", judge.ChangedRoute},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.rest(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"https://a.example.com", "https://b.example.com"}}})
			if c.path != "" {
				methodOf(api, "OPTIONS").AddPropertyOverride(jsii.String(c.path), c.to)
			}
			_, failure := synth(s.app)
			var got []string
			if failure != "" {
				got = slices.Compact(violationsOf(s.app))
			}
			if want := slices.DeleteFunc([]string{c.want}, func(w string) bool { return w == "" }); !slices.Equal(got, want) {
				t.Errorf("violations = %v, want %v\n%s", got, want, failure)
			}
		})
	}
}

func TestAMaxAgeOfNothingIsSaid(t *testing.T) {
	s := newShop(t)
	s.rest(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"*"}, MaxAge: awscdk.Duration_Seconds(jsii.Number(0)), ExposeHeaders: []string{"X-Total"}}})
	answer := mustSynth(t, s.app).methods()["OPTIONS /orders"].Properties["Integration"].(map[string]any)["IntegrationResponses"].([]any)[0].(map[string]any)["ResponseParameters"].(map[string]any)
	if answer["method.response.header.Access-Control-Max-Age"] != "'0'" || answer["method.response.header.Access-Control-Expose-Headers"] != "'X-Total'" {
		t.Errorf("preflights are answered with %v, which browsers keep for as long as they like", answer)
	}
}

func TestAPolicyForTheWholeAppLeavesWhatIsRemovedToGo(t *testing.T) {
	for name, keep := range map[string]func(s *shop){
		"retain":           func(s *shop) { awscdk.RemovalPolicies_Of(s.app).Retain(nil) },
		"missing policies": func(s *shop) { awscdk.MissingRemovalPolicies_Of(s.app).Retain(nil) },
	} {
		s := newShop(t)
		s.rest(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"*"}}})
		keep(s)
		template := mustSynth(t, s.app)
		for _, kind := range []string{"AWS::ApiGateway::Method", "AWS::ApiGateway::Stage"} {
			for _, r := range template.ofType(kind) {
				if r.DeletionPolicy != "" {
					t.Errorf("%s: %v stays in the API when it is removed", name, r.Properties)
				}
			}
		}
	}
}
