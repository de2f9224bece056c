package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/quickstart/shop"
	"github.com/scopeway/scopeway/test/internal/deployment"
)

// NewPartner makes a stack with two APIs, one of each kind, whose callers get
// their tokens from an issuer outside AWS, and with a user pool of its own: its
// tokens name the same scope, and no API here trusts them.
func NewPartner(scope constructs.Construct, local Locality) {
	stack := awscdk.NewStack(scope, jsii.String(deployment.Partner), nil)
	orders := gateway.ToLambda(Backend(stack, "Orders"))
	trusts := []identity.Identity{identity.NewIssuer(stack, "Issuer", &identity.IssuerProps{
		Url:        local.Issuer,
		KeysUrl:    local.IssuerKeys,
		Serves:     identity.Serves{shop.Orders: deployment.PartnerAudience},
		Algorithms: []string{"RS256", "ES256"},
	})}
	http := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: trusts, Authorizer: local.Authorizer()})
	rest := gateway.NewRestApi(stack, "RestApi", &gateway.RestApiProps{Trusts: trusts, Authorizer: local.Authorizer(), NoCloudWatchRole: true})
	for _, api := range []gateway.Api{http, rest} {
		api.Handle("GET /orders/{id}", access.Require(shop.Read), orders)
		api.Handle("POST /orders", access.Require(shop.Write), orders)
	}

	strangers := identity.NewCognito(stack, "Strangers", &identity.CognitoProps{Serves: identity.Serve(shop.Orders), KeysUrl: local.KeysURL, Rotation: &identity.RotationProps{Architecture: local.Architecture}})
	stranger := strangers.AddMachineClient("Stranger", &identity.MachineClientProps{Scopes: []access.Scope{shop.Read}})

	Output(stack, deployment.APIID, http.Api().ApiId())
	Output(stack, deployment.AuditLog, http.AuditLog().LogGroupName())
	Output(stack, deployment.RestAPIID, rest.Api().RestApiId())
	Output(stack, deployment.RestAuditLog, rest.AuditLog().LogGroupName())
	Output(stack, deployment.StrangerSecret, stranger.Secret().SecretArn())
}
