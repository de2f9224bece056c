// Package orders is an API that moves from a user pool of Amazon Cognito to Okta:
// for a while it trusts both.
package orders

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/internal/shop"
)

// What is yours.
const (
	Org      = "acme.okta.com"
	Audience = "https://orders.example.com"
)

// The people who refund, as each provider tells them. What one calls "support"
// may be anybody at the other: such a rule says whose word counts.
var supporters = access.Any(
	access.MemberOf("support").From("Pool"),
	access.MemberOf("Customer Support").From("Okta"),
)

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	// 1. What there was. 3. Take it out of Trusts, and then away, when its tokens
	// are gone from the audit lines.
	pool := identity.NewCognito(stack, "Pool", &identity.CognitoProps{Serves: identity.Serve(shop.Orders)})
	till := pool.AddMachineClient("Till", &identity.MachineClientProps{Scopes: []access.Scope{shop.Read, shop.Write}})

	// 2. What is to come.
	okta := identity.NewOkta(stack, "Okta", &identity.OktaProps{
		Org:         Org,
		Serves:      identity.Serves{shop.Orders: Audience},
		GroupsClaim: []string{"groups"},
		Spellings: map[access.Scope]string{
			shop.Read:  "orders:read", // "orders/read" in tokens of the user pool
			shop.Write: "orders:write",
		},
	})

	api := shop.NewApi(stack, pool, okta)
	api.Handle("POST /orders/{id}/refund", access.All(access.Require(shop.Write), supporters), gateway.ToLambda(shop.Backend(stack, "Refund")))
	shop.Output(stack, "TillSecretArn", till.Secret().SecretArn())
	return stack
}
