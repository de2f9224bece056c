// App is what the demo and the deploy tests put on the local cloud: the quick
// start as it is, and a second stack for what Cognito does not issue.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/quickstart/shop"
	"github.com/scopeway/scopeway/test/internal/deployment"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	local := locality{
		keysURL:    contextValue(app, deployment.KeysURL),
		issuer:     contextValue(app, deployment.Issuer),
		issuerKeys: contextValue(app, deployment.IssuerKeys),
	}
	switch architecture := contextValue(app, deployment.Architecture); architecture {
	case "arm64":
		local.architecture = awslambda.Architecture_ARM_64()
	case "x86_64":
		local.architecture = awslambda.Architecture_X86_64()
	default:
		fail("context %s is not an architecture, got %q, write arm64 or x86_64", deployment.Architecture, architecture)
	}
	shop.NewShop(app, deployment.Quickstart, &shop.Props{KeysUrl: local.keysURL, Architecture: local.architecture})
	newPartner(app, deployment.Partner, local)
	app.Synth(nil)
}

// locality is where things are on the local cloud.
type locality struct {
	keysURL, issuer, issuerKeys string
	architecture                awslambda.Architecture
}

//go:embed backend.js
var backendSource string

// newPartner makes a stack with an API whose callers get their tokens from an
// issuer outside AWS, and with a user pool of its own: its tokens name the same
// scope, and no API here trusts them.
func newPartner(scope constructs.Construct, id string, local locality) {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	orders := awslambda.NewFunction(stack, jsii.String("Orders"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_22_X(),
		Handler: jsii.String("index.handler"),
		Code:    awslambda.Code_FromInline(jsii.String(backendSource)),
	})

	partner := identity.NewIssuer(stack, "Issuer", &identity.IssuerProps{
		Url:        local.issuer,
		KeysUrl:    local.issuerKeys,
		Serves:     identity.Serves{shop.Orders: deployment.PartnerAudience},
		Algorithms: []string{"RS256", "ES256"},
	})
	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{partner}, Authorizer: &gateway.AuthorizerProps{Architecture: local.architecture}})
	api.Handle("GET /orders/{id}", access.Require(shop.Read), gateway.ToLambda(orders))
	api.Handle("POST /orders", access.Require(shop.Write), gateway.ToLambda(orders))

	strangers := identity.NewCognito(stack, "Strangers", &identity.CognitoProps{Serves: identity.Serve(shop.Orders), KeysUrl: local.keysURL})
	stranger := strangers.AddMachineClient("Stranger", &identity.MachineClientProps{Scopes: []access.Scope{shop.Read}})

	output(stack, deployment.APIID, api.Api().ApiId())
	output(stack, deployment.AuditLog, api.AuditLog().LogGroupName())
	output(stack, deployment.StrangerSecret, stranger.Secret().SecretArn())
}

func output(stack awscdk.Stack, name string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
}

// contextValue returns a value that must be given with -c.
func contextValue(app awscdk.App, key string) string {
	value, _ := app.Node().TryGetContext(jsii.String(key)).(string)
	if value == "" {
		fail("context %s is missing, write -c %s=...", key, key)
	}
	return value
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(1)
}
