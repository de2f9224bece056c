//go:build localcloud

package browser

import (
	"context"
	_ "embed"
	"fmt"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/browser/orders"
	"github.com/scopeway/scopeway/test/internal/assembly"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/internal/stacks"
)

// The example's stack, and one with its routes and rules on a REST API: on the
// local cloud pages can read the refusals of REST APIs only.
const (
	httpStack = "Browser"
	restStack = "BrowserRest"
)

//go:embed backend.js
var restBackend string

// deploy synthesises both stacks for a page of an origin, and deploys them.
func deploy(ctx context.Context, cloud *localcloud.Cloud, origin string) (localcloud.Outputs, error) {
	folder := filepath.Join(cloud.Dir(), "assembly")
	synthesise(folder, cloud, origin)
	adapted := filepath.Join(cloud.Dir(), "adapted")
	changes, err := assembly.Adapt(folder, adapted)
	if err != nil {
		return nil, err
	}
	if len(changes) > 0 {
		folder = adapted
	}
	if err := cloud.Bootstrap(ctx); err != nil {
		return nil, err
	}
	outputs, err := cloud.Deploy(ctx, folder)
	if err != nil {
		return nil, err
	}
	if apis, err := cloud.ApplyCORS(ctx); err != nil || apis != 1 {
		return nil, fmt.Errorf("HTTP APIs with CORS, got %d, want 1: %w", apis, err)
	}
	return outputs, nil
}

func synthesise(folder string, cloud *localcloud.Cloud, origin string) {
	defer jsii.Close()
	architecture := awslambda.Architecture_X86_64()
	if localcloud.LambdaArchitecture() == "arm64" {
		architecture = awslambda.Architecture_ARM_64()
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: &folder})
	example := orders.NewOrders(app, httpStack, &orders.Props{
		PageOrigin:   origin,
		KeysUrl:      cloud.Endpoint() + "/{userPoolId}/.well-known/jwks.json",
		Architecture: architecture,
	})
	users := example.Node().FindChild(jsii.String("Users")).(identity.Cognito)

	stack := awscdk.NewStack(app, jsii.String(restStack), nil)
	api := gateway.NewRestApi(stack, "Api", &gateway.RestApiProps{
		Trusts:     []identity.Identity{users},
		Cors:       &gateway.Cors{AllowOrigins: []string{origin}},
		Authorizer: &gateway.AuthorizerProps{Architecture: architecture},
	})
	backend := gateway.ToLambda(awslambda.NewFunction(stack, jsii.String("Backend"), &awslambda.FunctionProps{
		Runtime:     awslambda.Runtime_NODEJS_22_X(),
		Handler:     jsii.String("index.handler"),
		Code:        awslambda.Code_FromInline(&restBackend),
		Environment: &map[string]*string{"PAGE_ORIGIN": &origin},
	}))
	api.Handle("GET /menu", access.Public("the menu hangs on the door"), backend)
	people := func(more ...access.Rule) access.Rule { return access.All(access.Person(), more...) }
	api.Handle("GET /orders/{id}", people(access.Require(orders.Read)), backend)
	api.Handle("POST /orders", people(access.Require(orders.Write)), backend)
	api.Handle("DELETE /orders/{id}", people(access.Require(orders.Write), access.MemberOf(orders.Staff)), backend)
	stacks.Output(stack, deployment.APIID, api.Api().RestApiId())
	stacks.Output(stack, deployment.AuditLog, api.AuditLog().LogGroupName())
	app.Synth(nil)
}
