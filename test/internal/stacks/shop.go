package stacks

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/quickstart/shop"
	"github.com/scopeway/scopeway/test/internal/deployment"
)

// NewShops makes the quick start, and a second stack with its routes and rules
// on a REST API that trusts the same user pool.
func NewShops(scope constructs.Construct, local Locality) {
	quickstart := shop.NewShop(scope, deployment.Quickstart, &shop.Props{KeysUrl: local.KeysURL, Architecture: local.Architecture})
	users, ok := quickstart.Node().FindChild(jsii.String("Users")).(identity.Cognito)
	if !ok {
		panic(fmt.Sprintf("stack %s has no identity %q", deployment.Quickstart, "Users"))
	}
	stack := awscdk.NewStack(scope, jsii.String(deployment.Rest), nil)
	api := gateway.NewRestApi(stack, "Api", &gateway.RestApiProps{Trusts: []identity.Identity{users}, Authorizer: local.Authorizer()})
	handleShop(api, func(id string) gateway.Backend { return gateway.ToLambda(Backend(stack, id)) })

	Output(stack, deployment.APIID, api.Api().RestApiId())
	Output(stack, deployment.AuditLog, api.AuditLog().LogGroupName())
}

// handleShop declares the routes of the quick start on an API of either kind.
func handleShop(api gateway.Api, backend func(id string) gateway.Backend) {
	api.Handle("GET /orders/{id}", access.Require(shop.Read), backend("GetOrder"))
	api.Handle("POST /orders", access.Require(shop.Write), backend("PlaceOrder"))
	api.Handle("GET /menu", access.Public("the menu hangs on the door"), backend("Menu"))
	api.Group("/admin", access.Require(shop.Admin)).Handle("DELETE /orders/{id}", backend("Purge"))
}
