// Package shop is the quick start's shop behind a REST API, which the pages of
// one origin may call: the rules and routes are the same to the letter.
package shop

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
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
	Admin  = Orders.Scope("admin", "Run the shop")
)

// Page is the origin of the pages that may call the API.
const Page = "https://shop.example.com"

// Props are what differs between environments; nil is right for AWS.
type Props struct {
	// KeysUrl is where the user pool's keys are, by default at AWS.
	KeysUrl string
	// Architecture is what the functions of Scopeway are compiled for, by default arm64.
	Architecture awslambda.Architecture
}

// NewShop makes the stack.
func NewShop(scope constructs.Construct, id string, props *Props) awscdk.Stack {
	if props == nil {
		props = &Props{}
	}
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	getOrder, placeOrder := backend(stack, "GetOrder"), backend(stack, "PlaceOrder")
	menu, purge := backend(stack, "Menu"), backend(stack, "Purge")

	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(Orders), KeysUrl: props.KeysUrl, Rotation: &identity.RotationProps{Architecture: props.Architecture}})
	billing := users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{Read}})
	till := users.AddMachineClient("Till", &identity.MachineClientProps{Scopes: []access.Scope{Read, Write}})
	office := users.AddMachineClient("Office", &identity.MachineClientProps{Scopes: []access.Scope{Admin}})

	api := gateway.NewRestApi(stack, "Api", &gateway.RestApiProps{
		Trusts:     []identity.Identity{users},
		Cors:       &gateway.Cors{AllowOrigins: []string{Page}},
		Throttle:   &gateway.Throttle{Rate: 100, Burst: 50},
		Logs:       &gateway.Logs{Retention: awslogs.RetentionDays_THREE_MONTHS},
		Authorizer: &gateway.AuthorizerProps{Architecture: props.Architecture},
	})
	api.Handle("GET /orders/{id}", access.Require(Read), gateway.ToLambda(getOrder))
	api.Handle("POST /orders", access.Require(Write), gateway.ToLambda(placeOrder))
	api.Handle("GET /menu", access.Public("the menu hangs on the door"), gateway.ToLambda(menu))

	admins := api.Group("/admin", access.Require(Admin))
	admins.Handle("DELETE /orders/{id}", gateway.ToLambda(purge)) // DELETE /admin/orders/{id}, inherits Admin

	accept(api.Api().DeploymentStage(), "AwsSolutions-APIG3", "an example without a web ACL; put one before an API of yours")
	output(stack, "ApiUrl", api.Url())
	output(stack, "ApiId", api.Api().RestApiId())
	output(stack, "TokenUrl", users.TokenUrl())
	output(stack, "AuditLog", api.AuditLog().LogGroupName())
	output(stack, "BillingSecretArn", billing.Secret().SecretArn())
	output(stack, "TillSecretArn", till.Secret().SecretArn())
	output(stack, "OfficeSecretArn", office.Secret().SecretArn())
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
		Environment: &map[string]*string{"BACKEND": jsii.String(id), "PAGE": jsii.String(Page)},
	})
	accept(fn.Role(), "AwsSolutions-IAM4", "the managed policy lets the function write its log, and nothing else")
	return fn
}

func output(stack awscdk.Stack, id string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: value})
}
