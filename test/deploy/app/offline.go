package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/stacks"
)

// newOffline makes an API that trusts an issuer whose keys are shipped.
func newOffline(app awscdk.App, local stacks.Locality) {
	stack := awscdk.NewStack(app, jsii.String(names.Offline), nil)
	away := identity.NewIssuer(stack, "Away", &identity.IssuerProps{
		Url:        stacks.ContextValue(app, names.OfflineIssuer),
		Keys:       stacks.ContextValue(app, names.OfflineKeys),
		Serves:     identity.Serves{stock: names.StockAudience},
		Algorithms: []string{"RS256"},
	})
	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{away}, Authorizer: local.Authorizer()})
	api.Handle("GET /stock/{id}", access.Require(stockRead), gateway.ToLambda(stacks.Backend(stack, "Stock")))

	stacks.Output(stack, deployment.APIID, api.Api().ApiId())
	stacks.Output(stack, deployment.AuditLog, api.AuditLog().LogGroupName())
}
