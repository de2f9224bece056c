package gateway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/judge"
)

func theirHttpApi(s *shop) awsapigatewayv2.IHttpApi {
	return awsapigatewayv2.HttpApi_FromHttpApiAttributes(s.stack, jsii.String("Theirs"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: jsii.String("abc123")})
}

func theirRestApi(s *shop) awsapigateway.IRestApi {
	return awsapigateway.RestApi_FromRestApiAttributes(s.stack, jsii.String("Theirs"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("abc123"), RootResourceId: jsii.String("root1")})
}

func (s *shop) adopt(api gateway.Api) {
	api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	admins := api.Group("/admin", access.Require(s.write))
	admins.Handle("GET /", gateway.ToLambda(s.other))
}

func (s *shop) existing() gateway.ExistingProps {
	return gateway.ExistingProps{Trusts: []identity.Identity{s.users}}
}

func TestRoutesOnAnHttpApiMadeElsewhere(t *testing.T) {
	s := newShop(t)
	props := s.existing()
	s.adopt(gateway.HttpApi_FromExisting(s.stack, "Adopted", theirHttpApi(s), &props))
	template := mustSynth(t, s.app)
	if n := len(template.ofType("AWS::ApiGatewayV2::Api")) + len(template.ofType("AWS::ApiGatewayV2::Stage")); n != 0 {
		t.Errorf("got %d APIs and stages, want none: they are somebody else's", n)
	}
	authorizer := template.one(t, "AWS::ApiGatewayV2::Authorizer").Properties
	if authorizer["ApiId"] != "abc123" || !strings.HasPrefix(authorizer["Name"].(string), "Scopeway-Adopted-") {
		t.Errorf("authorizer = %v", authorizer)
	}
	for _, r := range template.ofType("AWS::ApiGatewayV2::Route") {
		if r.Properties["ApiId"] != "abc123" || r.Properties["AuthorizationType"] != "CUSTOM" {
			t.Errorf("route = %v", r.Properties)
		}
	}
}

func TestAuthorizersThatMeetOnOneApiHaveNamesOfTheirOwn(t *testing.T) {
	s := newShop(t)
	names := map[any]bool{}
	for _, id := range []string{"First", "Second"} {
		stack := newStack(s.app, id)
		props := s.existing()
		gateway.HttpApi_FromExisting(stack, "Adopted", theirHttpApi(&shop{stack: stack}), &props).
			Handle("GET /"+id, access.Require(s.read, s.write), gateway.ToUrl("https://a.example.com", &gateway.UrlProps{ForwardsToken: "it is ours"}))
	}
	templates, failure := synth(s.app)
	if failure != "" {
		t.Fatal(failure)
	}
	for _, id := range []string{"First", "Second"} {
		names[templates[id].one(t, "AWS::ApiGatewayV2::Authorizer").Properties["Name"]] = true
	}
	if len(names) != 2 {
		t.Errorf("the authorizers are called %v, want two names", names)
	}
}

func TestRoutesOnARestApiMadeElsewhereAreDeployed(t *testing.T) {
	s := newShop(t)
	s.adopt(gateway.RestApi_FromExisting(s.stack, "Adopted", theirRestApi(s), &gateway.ExistingRestApiProps{ExistingProps: s.existing(), StageName: "prod"}))
	template := mustSynth(t, s.app)
	d := template.one(t, "AWS::ApiGateway::Deployment")
	if d.Properties["RestApiId"] != "abc123" || d.Properties["StageName"] != "prod" || d.DeletionPolicy != "Retain" {
		t.Errorf("deployment = %v", d)
	}
	for id, m := range template.Resources {
		if m.Type != "AWS::ApiGateway::Method" {
			continue
		}
		if m.Properties["AuthorizationType"] != "CUSTOM" || !has(fmt.Sprint(d.DependsOn), id) {
			t.Errorf("method %s = %v, and the deployment waits for %v", id, m.Properties, d.DependsOn)
		}
	}
}

func TestRoutesBelowAResourceThatExists(t *testing.T) {
	s := newShop(t)
	theirs := theirRestApi(s)
	orders := awsapigateway.Resource_FromResourceAttributes(s.stack, jsii.String("Orders"), &awsapigateway.ResourceAttributes{Path: jsii.String("/orders"), ResourceId: jsii.String("res1"), RestApi: theirs})
	api := gateway.RestApi_FromExisting(s.stack, "Adopted", theirs, &gateway.ExistingRestApiProps{ExistingProps: s.existing(), StageName: "prod", Below: orders})
	api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
	template := mustSynth(t, s.app)
	r := template.one(t, "AWS::ApiGateway::Resource").Properties
	if r["ParentId"] != "res1" || r["PathPart"] != "{id}" {
		t.Errorf("resource = %v, want it below the one that exists", r)
	}
}

func TestWhatAnApiMadeElsewhereRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(s *shop)
		ids   []string
	}{
		{"no API", func(s *shop) { p := s.existing(); s.adopt(gateway.HttpApi_FromExisting(s.stack, "A", nil, &p)) }, []string{"NoApi"}},
		{"no REST API", func(s *shop) {
			s.adopt(gateway.RestApi_FromExisting(s.stack, "A", nil, &gateway.ExistingRestApiProps{ExistingProps: s.existing(), StageName: "prod"}))
		}, []string{"NoApi"}},
		{"no stage", func(s *shop) {
			s.adopt(gateway.RestApi_FromExisting(s.stack, "A", theirRestApi(s), &gateway.ExistingRestApiProps{ExistingProps: s.existing()}))
		}, []string{"StageName"}},
		{"no identity", func(s *shop) { s.adopt(gateway.HttpApi_FromExisting(s.stack, "A", theirHttpApi(s), nil)) }, []string{"TrustsNobody"}},
		{"a route that is not below the resource", func(s *shop) {
			theirs := theirRestApi(s)
			orders := awsapigateway.Resource_FromResourceAttributes(s.stack, jsii.String("Orders"), &awsapigateway.ResourceAttributes{Path: jsii.String("/orders"), ResourceId: jsii.String("res1"), RestApi: theirs})
			api := gateway.RestApi_FromExisting(s.stack, "A", theirs, &gateway.ExistingRestApiProps{ExistingProps: s.existing(), StageName: "prod", Below: orders})
			api.Handle("GET /other", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"OutsideResource"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			c.build(s)
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}

func TestOpeningsOfAnApiMadeElsewhere(t *testing.T) {
	for _, c := range []struct {
		name  string
		open  func(s *shop)
		want  []string
		other string // why there may be other routes
	}{
		{"a route that may be there", func(s *shop) { rawRoute(s.stack, "abc123") }, nil, "they are moved one by one"},
		{"a route beside the declared ones", func(s *shop) { rawRoute(s.stack, "abc123") }, []string{judge.UndeclaredRoute}, ""},
		{"a route of another API", func(s *shop) { rawRoute(s.stack, "other1") }, nil, ""},
		{"a route in another stack", func(s *shop) { rawRoute(newStack(s.app, "Other"), "abc123") }, []string{judge.UndeclaredRoute}, ""},
	} {
		s := newShop(t)
		props := s.existing()
		props.OtherRoutes = c.other
		s.adopt(gateway.HttpApi_FromExisting(s.stack, "Adopted", theirHttpApi(s), &props))
		c.open(s)
		synth(s.app)
		if got := violationsOf(s.app); c.want == nil && len(got) > 0 && !has(got[0], "no such file") || c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: violations = %v, want %v", c.name, got, c.want)
		}
	}
}
