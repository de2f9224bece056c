package gateway_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
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
