// Package orders is the API of examples/internal/shop for the people and programs
// of a tenant of Microsoft Entra ID.
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

// What is yours. Each registration has a client id and an object id.
const (
	Tenant          = "72f988bf-86f1-41af-91ab-2d7cd011db47"
	ApiClientId     = "6e74172b-be56-4843-9ff4-e66a39bb12e3"
	NightlyClientId = "1f2d3c4b-5a69-4788-9796-a5b4c3d2e1f0"
	NightlyObjectId = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"
	Credential      = "entra/rotator" // a secret: {"client_id": "…", "client_secret": "…"}
)

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	users := identity.NewEntra(stack, "Users", &identity.EntraProps{
		Tenant: Tenant,
		Serves: identity.Serves{shop.Orders: ApiClientId},
		Spellings: map[access.Scope]string{
			shop.Read:  "Orders.Read", // a scope for people, an app role for programs
			shop.Write: "Orders.Write",
		},
	})
	nightly := users.AddMachineClient("Nightly", &identity.ExternalClientProps{
		ClientId:   NightlyClientId,
		ObjectId:   NightlyObjectId,
		Scopes:     []access.Scope{shop.Read, shop.Write},
		Credential: awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("Credential"), jsii.String(Credential)),
	})

	shop.NewApi(stack, users)
	shop.Output(stack, "NightlySecretArn", nightly.Secret().SecretArn())
	return stack
}
