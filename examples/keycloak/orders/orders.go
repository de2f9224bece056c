// Package orders is the API of examples/internal/shop for the people and programs
// of a realm of Keycloak.
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
	Url        = "https://sso.example.com"
	Realm      = "acme"
	Audience   = "https://orders.example.com"
	NightlyId  = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d" // of the client "nightly"
	Credential = "keycloak/rotator"                     // a secret: {"client_id": "…", "client_secret": "…"}
)

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	users := identity.NewKeycloak(stack, "Users", &identity.KeycloakProps{
		Url:    Url,
		Realm:  Realm,
		Serves: identity.Serves{shop.Orders: Audience}, // an audience mapper adds it
		Spellings: map[access.Scope]string{
			shop.Read:  "orders:read",
			shop.Write: "orders:write",
		},
	})
	nightly := users.AddMachineClient("Nightly", &identity.ExternalClientProps{
		ClientId:   "nightly",
		ObjectId:   NightlyId,
		Scopes:     []access.Scope{shop.Read, shop.Write},
		Credential: awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("Credential"), jsii.String(Credential)),
	})

	shop.NewApi(stack, users)
	shop.Output(stack, "NightlySecretArn", nightly.Secret().SecretArn())
	return stack
}
