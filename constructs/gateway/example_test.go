package gateway_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

var (
	exampleOrders = access.NewResourceServer("orders", "Orders API")
	exampleRead   = exampleOrders.Scope("read", "See orders")
	exampleAdmin  = exampleOrders.Scope("admin", "Run the shop")
)

func Example() {
	var stack awscdk.Stack
	var users identity.Identity
	var getOrder, purge awslambda.IFunction

	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{users}})
	api.Handle("GET /orders/{id}", access.Require(exampleRead), gateway.ToLambda(getOrder))

	admins := api.Group("/admin", access.Require(exampleAdmin))
	admins.Handle("DELETE /orders/{id}", gateway.ToLambda(purge)) // DELETE /admin/orders/{id}
}

func ExampleNewHttpApi() {
	var stack awscdk.Stack
	var users identity.Identity

	gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{
		Trusts:   []identity.Identity{users},
		Cache:    awscdk.Duration_Seconds(jsii.Number(0)), // evaluate every request
		Throttle: &gateway.Throttle{Rate: 50, Burst: 20},
	})
}

// The same rules and routes on a REST API, which pages may call.
func ExampleNewRestApi() {
	var stack awscdk.Stack
	var users identity.Identity
	var getOrder awslambda.IFunction

	api := gateway.NewRestApi(stack, "Api", &gateway.RestApiProps{
		Trusts: []identity.Identity{users},
		Cors:   &gateway.Cors{AllowOrigins: []string{"https://app.example.com"}},
	})
	api.Handle("GET /orders/{id}", access.Require(exampleRead), gateway.ToLambda(getOrder))
}

// A server in the VPC, which a load balancer leads to.
func ExampleToUrl() {
	var api gateway.HttpApi
	var link awsapigatewayv2.IVpcLink
	var listenerArn *string

	api.Handle("GET /stock/{id}", access.Require(exampleRead), gateway.ToUrl("https://stock.internal", &gateway.UrlProps{
		ForwardsToken: "it is ours, and keeps no tokens",
		VpcLink:       &gateway.VpcLink{Http: link, Target: listenerArn},
	}))
}

// Routes with rules on an API that another team made.
func Example_existingApi() {
	var stack awscdk.Stack
	var users identity.Identity
	var getOrder awslambda.IFunction

	theirs := awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("Theirs"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: jsii.String("a1b2c3d4e5")})
	api := gateway.HttpApi_FromExisting(stack, "Orders", theirs, &gateway.ExistingHttpApiProps{Trusts: []identity.Identity{users}})
	api.Handle("GET /orders/{id}", access.Require(exampleRead), gateway.ToLambda(getOrder))
}
