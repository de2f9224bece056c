// Infra is the CDK program of the shop: one API in two stages.
package main

import (
	"os"

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

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	for _, name := range []string{"Staging", "Production"} {
		stack := awscdk.NewStack(awscdk.NewStage(app, jsii.String(name), nil), jsii.String("Shop"), nil)
		orders := awslambda.NewFunction(stack, jsii.String("Orders"), &awslambda.FunctionProps{
			Runtime: awslambda.Runtime_NODEJS_22_X(),
			Handler: jsii.String("index.handler"),
			Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ statusCode: 200 })")),
		})
		users := identity.NewCognito(stack, "Users", &identity.CognitoProps{
			Serves:   identity.Serve(Orders),
			Rotation: &identity.RotationProps{Architecture: awslambda.Architecture_X86_64(), Code: os.Getenv("SHOP_ROTATOR")},
		})
		users.AddMachineClient("Till", &identity.MachineClientProps{Scopes: []access.Scope{Read, Write}})
		api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{
			Trusts: []identity.Identity{users},
			Authorizer: &gateway.AuthorizerProps{
				Architecture: awslambda.Architecture_X86_64(),
				Code:         os.Getenv("SHOP_AUTHORIZER"),
			},
		})
		api.Handle("GET /orders/{id}", access.Require(Read), gateway.ToLambda(orders))
		rule := access.Require(Write)
		if os.Getenv("SHOP_RULE") == "both" {
			rule = access.Require(Read, Write)
		}
		api.Handle("POST /orders", rule, gateway.ToLambda(orders))
	}
	app.Synth(nil)
}
