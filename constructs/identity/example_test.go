package identity_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

var (
	exampleOrders = access.NewResourceServer("orders", "Orders API")
	exampleRead   = exampleOrders.Scope("read", "See orders")
)

func Example() {
	var stack awscdk.Stack
	var nightly awslambda.Function

	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(exampleOrders)})
	billing := users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{exampleRead}})
	billing.Secret().GrantRead(nightly, nil)
}

func ExampleNewIssuer() {
	var stack awscdk.Stack

	identity.NewIssuer(stack, "Partner", &identity.IssuerProps{
		Url:        "https://issuer.example.com", // byte for byte the iss of its tokens
		KeysUrl:    "https://issuer.example.com/keys",
		Serves:     identity.Serves{exampleOrders: "https://orders.example.com"},
		Algorithms: []string{"RS256", "ES256"},
	})
}
