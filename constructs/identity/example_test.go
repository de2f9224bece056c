package identity_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
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
		RolesClaim: []string{"realm_access", "roles"}, // for access.Role("admin").From("Partner")
	})
}

func ExampleCognitoFromUserPool() {
	var stack awscdk.Stack

	theirs := awscognito.UserPool_FromUserPoolArn(stack, jsii.String("Theirs"),
		jsii.String("arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_EXAMPLE"))
	staff := identity.CognitoFromUserPool(stack, "Staff", &identity.CognitoFromUserPoolProps{
		UserPool: theirs,
		Serves:   identity.Serve(exampleOrders),          // registered in their user pool
		Clients:  []string{"1h57kf5cpq17m0eml12EXAMPLE"}, // made by whoever owns it
	})
	staff.AddMachineClient("Nightly", &identity.MachineClientProps{Scopes: []access.Scope{exampleRead}})
}

func ExampleWebClient() {
	var users identity.Cognito

	users.AddWebClient("Shop", &identity.WebClientProps{
		Scopes:       []access.Scope{exampleRead},
		CallbackUrls: []string{"https://shop.example.com/callback", "http://localhost:3000/callback"},
		LogoutUrls:   []string{"https://shop.example.com/"},
	})
}

func ExampleNativeClient() {
	var users identity.Cognito

	users.AddNativeClient("Phone", &identity.NativeClientProps{
		Scopes:       []access.Scope{exampleRead},
		CallbackUrls: []string{"com.example.shop:/callback"},
	})
}
