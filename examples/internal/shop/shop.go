// Package shop is the API of the examples that differ in who is trusted, and in
// nothing else: its scopes, its routes and their rules.
package shop

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// The API as identity providers know it, and its scopes.
var (
	Orders = access.NewResourceServer("orders", "Orders API")
	Read   = Orders.Scope("read", "See orders")
	Write  = Orders.Scope("write", "Place and change orders")
)

// NewApi makes the API, with the same routes and rules whoever is trusted.
func NewApi(stack awscdk.Stack, trusts ...identity.Identity) gateway.Api {
	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: trusts})
	api.Handle("GET /orders/{id}", access.Require(Read), gateway.ToLambda(Backend(stack, "GetOrder")))

	changes := api.Group("/orders", access.Require(Write))
	changes.Handle("POST /", gateway.ToLambda(Backend(stack, "PlaceOrder")))
	changes.Group("", access.Machine()).Handle("POST /{id}/restock", gateway.ToLambda(Backend(stack, "Restock")))

	Output(stack, "ApiUrl", api.Url())
	return api
}

//go:embed backend.js
var backendSource string

// Backend makes a function that answers with the caller it was given.
func Backend(stack awscdk.Stack, id string) awslambda.Function {
	fn := awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime:     awslambda.Runtime_NODEJS_24_X(),
		Handler:     jsii.String("index.handler"),
		Code:        awslambda.Code_FromInline(jsii.String(backendSource)),
		Environment: &map[string]*string{"BACKEND": jsii.String(id)},
	})
	accept(fn.Role(), "AwsSolutions-IAM4", "the managed policy lets the function write its log, and nothing else")
	return fn
}

// Output makes an output of the stack.
func Output(stack awscdk.Stack, name string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
}
