// Package orders puts routes with rules on an API that another team made, for
// people and programs that sign in to a user pool of another team's.
package orders

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
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

// What exists. Write yours.
const (
	UserPoolArn  = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_EXAMPLE"
	LoginUrl     = "https://login.example.com"  // the user pool's domain
	ShopClientId = "1h57kf5cpq17m0eml12EXAMPLE" // of the shop's page, which its team owns
	ApiId        = "a1b2c3d4e5"
	Support      = "support" // a group of the user pool
)

// Props are what differs between environments; nil is right for AWS.
type Props struct {
	// UserPool is the user pool, Client the id of the client in it that its
	// owner made. Default: those above.
	UserPool awscognito.IUserPool
	Client   string
	// Api is the API. Default: that above.
	Api awsapigatewayv2.IHttpApi
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
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	pool, client, theirs := props.UserPool, props.Client, props.Api
	if pool == nil {
		pool = awscognito.UserPool_FromUserPoolArn(stack, jsii.String("TheirPool"), jsii.String(UserPoolArn))
	}
	if client == "" {
		client = ShopClientId
	}
	if theirs == nil {
		theirs = awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("TheirApi"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: jsii.String(ApiId)})
	}
	getOrder, refund, restock := backend(stack, "GetOrder"), backend(stack, "Refund"), backend(stack, "Restock")

	users := identity.CognitoFromUserPool(stack, "Users", &identity.CognitoFromUserPoolProps{
		UserPool:  pool,
		Serves:    identity.Serve(Orders), // registered in their user pool, by this stack
		Clients:   []string{client},
		DomainUrl: LoginUrl,
		KeysUrl:   props.KeysUrl,
		Rotation:  &identity.RotationProps{Architecture: props.Architecture},
	})
	nightly := users.AddMachineClient("Nightly", &identity.MachineClientProps{Scopes: []access.Scope{Read, Write}})

	api := gateway.HttpApi_FromExisting(stack, "Orders", theirs, &gateway.ExistingHttpApiProps{
		Trusts:     []identity.Identity{users},
		Authorizer: &gateway.AuthorizerProps{Architecture: props.Architecture},
	})
	api.Handle("GET /orders/{id}", access.Require(Read), gateway.ToLambda(getOrder))

	changes := api.Group("/orders/{id}", access.Require(Write))
	changes.Group("", access.All(access.MemberOf(Support), access.Person())).Handle("POST /refund", gateway.ToLambda(refund))
	changes.Group("", access.Machine()).Handle("POST /restock", gateway.ToLambda(restock))

	output(stack, "ApiId", theirs.ApiId())
	output(stack, "AuditLog", api.AuditLog().LogGroupName())
	output(stack, "NightlySecretArn", nightly.Secret().SecretArn())
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
