// Package orders is the API of examples/internal/shop for the people and programs
// of an Auth0 tenant.
package orders

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/internal/shop"
)

// What is yours.
const (
	Tenant          = "acme.eu.auth0.com"
	Audience        = "https://orders.example.com"
	NightlyClientId = "jRh2fXmGz9kQ0eVb7nTs4yLcW1uPaD6o"
	Credential      = "auth0/rotator" // a secret: {"client_id": "…", "client_secret": "…"}
)

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	users := identity.NewAuth0(stack, "Users", &identity.Auth0Props{
		Tenant:      Tenant,
		Serves:      identity.Serves{shop.Orders: Audience},
		Permissions: true, // the API has RBAC and adds permissions to access tokens
		Spellings: map[access.Scope]string{
			shop.Read:  "read:orders",
			shop.Write: "write:orders",
		},
	})
	nightly := users.AddMachineClient("Nightly", &identity.ExternalClientProps{
		ClientId:   NightlyClientId,
		Scopes:     []access.Scope{shop.Read, shop.Write},
		Credential: awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("Credential"), jsii.String(Credential)),
	})

	shop.NewApi(stack, users)
	shop.Output(stack, "NightlySecretArn", nightly.Secret().SecretArn())
	return stack
}
