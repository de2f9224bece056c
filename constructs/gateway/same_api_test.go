package gateway_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// further adds to an API of the shop's with a construct of its own.
func (s *shop) further(at constructs.Construct, id string, api gateway.Api) gateway.Api {
	props := s.existing()
	switch own := api.(type) {
	case gateway.HttpApi:
		return gateway.HttpApi_FromExisting(at, id, own.Api(), &props)
	case gateway.RestApi:
		return gateway.RestApi_FromExisting(at, id, own.Api(), &gateway.ExistingRestApiProps{ExistingProps: props, StageName: "prod"})
	}
	panic("no API")
}

func TestRoutesOfOneApiAreComparedWhereverTheyAreDeclared(t *testing.T) {
	open := access.Public("anybody may")
	for _, kind := range []string{"HTTP", "REST"} {
		for _, c := range []struct {
			name  string
			build func(s *shop, api gateway.Api)
			ids   []string
		}{
			{"a weaker greedy route", func(s *shop, api gateway.Api) {
				s.further(s.stack, "B", api).Handle("ANY /{path+}", open, gateway.ToLambda(s.fn))
			}, []string{"WeakerRoute"}},
			{"a weaker greedy route in another stack", func(s *shop, api gateway.Api) {
				s.further(newStack(s.app, "Other"), "B", api).Handle("ANY /{path+}", open, gateway.ToLambda(s.fn))
			}, []string{"WeakerRoute"}},
			{"a greedy route to another backend", func(s *shop, api gateway.Api) {
				s.further(s.stack, "B", api).Handle("ANY /{path+}", open, gateway.ToLambda(s.other))
			}, nil},
			{"a greedy route that is as strict", func(s *shop, api gateway.Api) {
				s.further(s.stack, "B", api).Handle("ANY /{path+}", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			}, nil},
			{"the same route", func(s *shop, api gateway.Api) {
				s.further(s.stack, "B", api).Handle("GET /orders/{id}", open, gateway.ToLambda(s.other))
			}, []string{"DuplicateRoute"}},
			{"the same route with another variable", func(s *shop, api gateway.Api) {
				s.further(s.stack, "B", api).Handle("GET /orders/{order}", access.Require(s.read), gateway.ToLambda(s.other))
			}, []string{"DuplicateRoute"}},
			{"routes that cross", func(s *shop, api gateway.Api) {
				b := s.further(s.stack, "B", api)
				b.Handle("GET /{kind}/new", open, gateway.ToLambda(s.other))
			}, []string{"OverlappingRoutes"}},
			{"the same route twice more", func(s *shop, api gateway.Api) {
				s.further(s.stack, "B", api).Handle("GET /b", open, gateway.ToLambda(s.other))
				s.further(s.stack, "C", api).Handle("GET /b", open, gateway.ToLambda(s.other))
			}, []string{"DuplicateRoute"}},
			{"another API", func(s *shop, _ gateway.Api) {
				s.newApi(kind, "Two").Handle("ANY /{path+}", open, gateway.ToLambda(s.fn))
			}, nil},
		} {
			t.Run(c.name+" of "+kind, func(t *testing.T) {
				s := newShop(t)
				api := s.newApi(kind, "Api")
				api.Handle("GET /orders/{id}", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
				c.build(s, api)
				_, failure := synth(s.app)
				ids := slices.DeleteFunc(problemIDs(failure), func(id string) bool { return id == "PathExists" }) // of REST APIs
				if !slices.Equal(slices.Compact(ids), c.ids) || c.ids == nil && failure != "" {
					t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
				}
			})
		}
	}
}

func (s *shop) newApi(kind, id string) gateway.Api {
	if kind == "REST" {
		return gateway.NewRestApi(s.stack, id, &gateway.RestApiProps{Trusts: s.existing().Trusts})
	}
	return gateway.NewHttpApi(s.stack, id, &gateway.HttpApiProps{Trusts: s.existing().Trusts})
}

// What one name imports in two environments or regions are two APIs.
func TestApisThatAreImportedUnderOneNameElsewhereAreOthers(t *testing.T) {
	for _, c := range []struct {
		name   string
		second awscdk.Environment
		stage  bool
		ids    []string
	}{
		{"the same", awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")}, false, []string{"DuplicateRoute"}},
		{"another region", awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("us-east-1")}, false, nil},
		{"another account", awscdk.Environment{Account: jsii.String("444455556666"), Region: jsii.String("eu-west-1")}, false, nil},
		{"another stage", awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")}, true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			for i, env := range []awscdk.Environment{{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")}, c.second} {
				scope := constructs.Construct(s.app)
				if i == 1 && c.stage {
					scope = awscdk.NewStage(s.app, jsii.String("Stage"), nil)
				}
				stack := awscdk.NewStack(scope, jsii.String([]string{"One", "Two"}[i]), &awscdk.StackProps{Env: &env})
				o := &shop{app: s.app, stack: stack, read: s.read, write: s.write, fn: function(stack, "Fn")}
				o.users = identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(s.orders), AnyClient: true})
				theirs := awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("Theirs"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: awscdk.Fn_ImportValue(jsii.String("TheirApi"))})
				props := o.existing()
				gateway.HttpApi_FromExisting(stack, "A", theirs, &props).Handle("GET /orders/{id}", access.Require(s.read, s.write), gateway.ToLambda(o.fn))
			}
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}

func TestAPathThatAwscdkMadeOnOurRestApiIsNotMadeTwice(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after func(own awsapigateway.RestApi)
		ids           []string
	}{
		{"before", func(own awsapigateway.RestApi) { own.Root().AddResource(jsii.String("orders"), nil) }, nil, []string{"PathExists"}},
		{"after", nil, func(own awsapigateway.RestApi) { own.Root().AddResource(jsii.String("orders"), nil) }, []string{"PathExists"}},
		{"below", nil, func(own awsapigateway.RestApi) { own.Root().ResourceForPath(jsii.String("/other/{id}")) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.newApi("REST", "Api").(gateway.RestApi)
			if c.before != nil {
				c.before(api.Api())
			}
			api.Handle("GET /", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Handle("GET /orders/{id}", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			if c.after != nil {
				c.after(api.Api())
			}
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}
