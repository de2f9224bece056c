// Package orders is an API for a page that people sign in to.
package orders

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
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

// Staff is the group of the user pool whose members may cancel orders.
const Staff = "staff"

// Props are what differs between environments; nil is right for AWS.
type Props struct {
	// PageOrigin is where the page is served, by default
	// http://localhost:8080. People come back to the slash behind it.
	PageOrigin string
	// KeysUrl is where the user pool's keys are, by default at AWS.
	KeysUrl string
	// Architecture is what the functions of Scopeway are compiled for, by default arm64.
	Architecture awslambda.Architecture
}

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string, props *Props) awscdk.Stack {
	if props == nil {
		props = &Props{}
	}
	origin := props.PageOrigin
	if origin == "" {
		origin = "http://localhost:8080"
	}
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	menu, getOrder := backend(stack, "Menu"), backend(stack, "GetOrder")
	placeOrder, cancelOrder := backend(stack, "PlaceOrder"), backend(stack, "CancelOrder")

	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(Orders), KeysUrl: props.KeysUrl})
	page := users.AddWebClient("Page", &identity.WebClientProps{
		Scopes:       []access.Scope{Read, Write},
		CallbackUrls: []string{origin + "/"},
		LogoutUrls:   []string{origin + "/"},
	})
	users.UserPool().AddGroup(jsii.String("Staff"), &awscognito.UserPoolGroupOptions{GroupName: jsii.String(Staff)})

	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{
		Trusts:     []identity.Identity{users},
		Cors:       &gateway.Cors{AllowOrigins: []string{origin}},
		Authorizer: &gateway.AuthorizerProps{Architecture: props.Architecture},
	})
	api.Handle("GET /menu", access.Public("the menu hangs on the door"), gateway.ToLambda(menu))

	// No program, whatever scopes it has.
	people := api.Group("/orders", access.Person())
	people.Group("", access.Require(Read)).Handle("GET /{id}", gateway.ToLambda(getOrder)) // GET /orders/{id}

	changes := people.Group("", access.Require(Write))
	changes.Handle("POST /", gateway.ToLambda(placeOrder)) // POST /orders

	staff := changes.Group("/{id}", access.MemberOf(Staff))
	staff.Handle("DELETE /", gateway.ToLambda(cancelOrder)) // DELETE /orders/{id}: a person, Write and staff

	accept(users.UserPool(), "AwsSolutions-COG2", "people may set up a second factor; an app of yours may ask for it with Mfa: awscognito.Mfa_REQUIRED")
	accept(users.UserPool(), "AwsSolutions-COG8", "the PLUS plan is paid for each person; an app of yours may take it with FeaturePlan: awscognito.FeaturePlan_PLUS")
	output(stack, "ApiUrl", api.Url())
	output(stack, "ApiId", api.Api().ApiId())
	output(stack, "AuditLog", api.AuditLog().LogGroupName())
	output(stack, "UserPoolId", users.UserPool().UserPoolId())
	output(stack, "ClientId", page.ClientId())
	output(stack, "AuthorizationUrl", users.AuthorizationUrl())
	output(stack, "TokenUrl", users.TokenUrl())
	output(stack, "LogoutUrl", users.LogoutUrl())
	return stack
}

//go:embed backend.js
var backendSource string

// backend makes a function that answers with the caller it was given.
func backend(stack awscdk.Stack, id string) awslambda.Function {
	fn := awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime:     awslambda.Runtime_NODEJS_24_X(),
		Handler:     jsii.String("index.handler"),
		Code:        awslambda.Code_FromInline(jsii.String(backendSource)),
		Environment: &map[string]*string{"BACKEND": jsii.String(id)},
	})
	accept(fn.Role(), "AwsSolutions-IAM4", "the managed policy lets the function write its log, and nothing else")
	return fn
}

func output(stack awscdk.Stack, id string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: value})
}
