// Package stock is a server in a VPC behind two APIs, an HTTP and a REST API with
// the same routes and rules.
package stock

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/url-backend/warehouse"
)

// Props are what differs between environments; nil is right for AWS.
type Props struct {
	// KeysUrl is where the user pool's keys are, by default at AWS.
	KeysUrl string
	// Architecture is what the functions of Scopeway are compiled for, by default arm64.
	Architecture awslambda.Architecture
	// ServerUrl is where the server is, if it can be reached without a VPC
	// link. Default: behind the load balancer of [Network].
	ServerUrl string
}

// NewStock makes the stack.
func NewStock(scope constructs.Construct, id string, props *Props) awscdk.Stack {
	if props == nil {
		props = &Props{}
	}
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(warehouse.Stock), KeysUrl: props.KeysUrl, Rotation: &identity.RotationProps{Architecture: props.Architecture}})
	till := users.AddMachineClient("Till", &identity.MachineClientProps{Scopes: []access.Scope{warehouse.Read}})
	count := users.AddMachineClient("Count", &identity.MachineClientProps{Scopes: []access.Scope{warehouse.Read, warehouse.Write}})

	url, link := props.ServerUrl, (*gateway.VpcLink)(nil)
	if url == "" {
		url, link = inside(stack)
	}
	trusts := []identity.Identity{users}
	authorizer := &gateway.AuthorizerProps{Architecture: props.Architecture}

	// A REST API takes the access token away.
	rest := gateway.NewRestApi(stack, "Rest", &gateway.RestApiProps{Trusts: trusts, Authorizer: authorizer})
	handle(rest, gateway.ToUrl(url, &gateway.UrlProps{VpcLink: link}))

	// An HTTP API cannot, so that there has to be a reason.
	http := gateway.NewHttpApi(stack, "Http", &gateway.HttpApiProps{Trusts: trusts, Authorizer: authorizer})
	handle(http, gateway.ToUrl(url, &gateway.UrlProps{VpcLink: link, ForwardsToken: "the warehouse is ours, and neither keeps nor logs tokens"}))

	accept(rest.Api().DeploymentStage(), "AwsSolutions-APIG3", "an example without a web ACL; put one before an API of yours")
	output(stack, "RestUrl", rest.Url())
	output(stack, "RestId", rest.Api().RestApiId())
	output(stack, "RestAuditLog", rest.AuditLog().LogGroupName())
	output(stack, "HttpUrl", http.Url())
	output(stack, "HttpId", http.Api().ApiId())
	output(stack, "HttpAuditLog", http.AuditLog().LogGroupName())
	output(stack, "TokenUrl", users.TokenUrl())
	output(stack, "TillSecretArn", till.Secret().SecretArn())
	output(stack, "CountSecretArn", count.Secret().SecretArn())
	return stack
}

// handle declares the routes on an API of either kind.
func handle(api gateway.Api, server gateway.Backend) {
	api.Handle("GET /opening-hours", access.Public("they hang on the gate"), server)
	api.Handle("GET /stock/{item}", access.RequireAnyOf(warehouse.Read, warehouse.Write), server)
	api.Handle("PUT /stock/{item}", access.All(access.Require(warehouse.Write), access.Machine()), server)
}

func output(stack awscdk.Stack, id string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: value})
}
