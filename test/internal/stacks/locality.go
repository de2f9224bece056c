package stacks

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/test/internal/deployment"
)

// Locality is where things are on the local cloud.
type Locality struct {
	// KeysURL is where a user pool's keys are, for CognitoProps.
	KeysURL string
	// Issuer and IssuerKeys are the partner's issuer and its key set.
	Issuer, IssuerKeys string
	// Architecture is that of this machine.
	Architecture awslambda.Architecture
}

// Authorizer are the props of an API's authorizer.
func (l Locality) Authorizer() *gateway.AuthorizerProps {
	return &gateway.AuthorizerProps{Architecture: l.Architecture}
}

// ReadLocality reads it from the app's context. What is missing ends the app.
func ReadLocality(app awscdk.App) Locality {
	local := Locality{
		KeysURL:    ContextValue(app, deployment.KeysURL),
		Issuer:     ContextValue(app, deployment.Issuer),
		IssuerKeys: ContextValue(app, deployment.IssuerKeys),
	}
	switch architecture := ContextValue(app, deployment.Architecture); architecture {
	case "arm64":
		local.Architecture = awslambda.Architecture_ARM_64()
	case "x86_64":
		local.Architecture = awslambda.Architecture_X86_64()
	default:
		fail("context %s is not an architecture, got %q, write arm64 or x86_64", deployment.Architecture, architecture)
	}
	return local
}

// ContextValue returns a value that must be given with -c. What is missing ends
// the app.
func ContextValue(app awscdk.App, key string) string {
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

// Output makes an output of a stack.
func Output(stack awscdk.Stack, name string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
}
