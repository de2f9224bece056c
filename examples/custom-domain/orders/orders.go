// Package orders is an API on a domain of its own: a certificate, records in a
// hosted zone, and no other way in.
package orders

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
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
	Audit  = Orders.Scope("audit", "See every order")
)

// The zone that exists already, and the name in it that the API gets.
const (
	ZoneName = "example.com"
	ZoneId   = "Z0123456789EXAMPLE"
	Name     = "api.example.com"
)

// Props are what differs between environments; nil is right for AWS.
type Props struct {
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
	getOrder, placeOrder := backend(stack, "GetOrder"), backend(stack, "PlaceOrder")

	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(Orders), KeysUrl: props.KeysUrl, Rotation: &identity.RotationProps{Architecture: props.Architecture}})
	till := users.AddMachineClient("Till", &identity.MachineClientProps{Scopes: []access.Scope{Read, Write}})
	users.AddMachineClient("Auditor", &identity.MachineClientProps{Scopes: []access.Scope{Audit}})

	zone := awsroute53.HostedZone_FromHostedZoneAttributes(stack, jsii.String("Zone"), &awsroute53.HostedZoneAttributes{
		HostedZoneId: jsii.String(ZoneId),
		ZoneName:     jsii.String(ZoneName),
	})
	certificate := awscertificatemanager.NewCertificate(stack, jsii.String("Certificate"), &awscertificatemanager.CertificateProps{
		DomainName: jsii.String(Name),
		Validation: awscertificatemanager.CertificateValidation_FromDns(zone),
	})

	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{
		Trusts:     []identity.Identity{users},
		Domain:     &gateway.Domain{Name: Name, Certificate: certificate, Zone: zone},
		Authorizer: &gateway.AuthorizerProps{Architecture: props.Architecture},
	})
	api.Handle("GET /orders/{id}", access.RequireAnyOf(Read, Audit), gateway.ToLambda(getOrder))
	api.Handle("POST /orders", access.Require(Write), gateway.ToLambda(placeOrder))

	output(stack, "ApiUrl", api.Url())
	output(stack, "ApiId", api.Api().ApiId())
	output(stack, "TokenUrl", users.TokenUrl())
	output(stack, "AuditLog", api.AuditLog().LogGroupName())
	output(stack, "TillSecretArn", till.Secret().SecretArn())
	return stack
}

//go:embed backend.js
var backendSource string

// backend makes a function that answers with the route it was called on.
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
