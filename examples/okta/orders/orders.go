// Package orders is the API of examples/internal/shop for the people and programs
// of an Okta org.
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
	Org             = "acme.okta.com"
	Audience        = "https://orders.example.com"
	NightlyClientId = "0oa1b2c3d4e5f6g7h8i9"
	Credential      = "okta/rotator" // a secret: {"client_id": "…", "key_id": "…", "private_key": "…"}
)

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	users := identity.NewOkta(stack, "Users", &identity.OktaProps{
		Org:    Org,
		Serves: identity.Serves{shop.Orders: Audience},
		Spellings: map[access.Scope]string{
			shop.Read:  "orders:read",
			shop.Write: "orders:write",
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
