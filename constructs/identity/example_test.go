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

// Tokens that are not of RFC 9068 need a claim that ID tokens never carry.
func ExampleNewIssuer_otherTokens() {
	var stack awscdk.Stack

	identity.NewIssuer(stack, "Partner", &identity.IssuerProps{
		Url:             "https://auth.example.com/env/as",
		KeysUrl:         "https://auth.example.com/env/as/jwks",
		Serves:          identity.Serves{exampleOrders: "https://orders.example.com"},
		Algorithms:      []string{"RS256"},
		AccessTokenMark: identity.Mark{Claim: "scp"},
		ScopesClaim:     "scp",
		ScopesList:      true, // ["orders:read"], and no text
		Spellings:       map[access.Scope]string{exampleRead: "orders:read"},
	})
}

func ExampleNewOkta() {
	var stack awscdk.Stack

	identity.NewOkta(stack, "Okta", &identity.OktaProps{
		Org:                 "acme.okta.com",
		AuthorizationServer: "aus1a2b3c4d5e6f7g8h9", // "default" if left out
		Serves:              identity.Serves{exampleOrders: "https://orders.example.com"},
		Spellings:           map[access.Scope]string{exampleRead: "orders:read"},
	})
}

func ExampleNewAuth0() {
	var stack awscdk.Stack

	identity.NewAuth0(stack, "Auth0", &identity.Auth0Props{
		Tenant:      "acme.eu.auth0.com",
		Serves:      identity.Serves{exampleOrders: "https://orders.example.com"},
		Permissions: true, // the API has RBAC
		Spellings:   map[access.Scope]string{exampleRead: "read:orders"},
	})
}

func ExampleNewEntra() {
	var stack awscdk.Stack

	identity.NewEntra(stack, "Entra", &identity.EntraProps{
		Tenant:    "11111111-2222-3333-4444-555555555555",
		Serves:    identity.Serves{exampleOrders: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}, // the API's client id
		Spellings: map[access.Scope]string{exampleRead: "Orders.Read"},                    // the scope, and the app role
	})
}

func ExampleNewKeycloak() {
	var stack awscdk.Stack

	identity.NewKeycloak(stack, "Keycloak", &identity.KeycloakProps{
		Url:     "https://sso.example.com",
		Realm:   "acme",
		Serves:  identity.Serves{exampleOrders: "https://orders.example.com"}, // added by an audience mapper
		RolesOf: "orders-api",                                                 // for access.Role("admin").From("Keycloak")
	})
}

func ExampleNewWorkload() {
	var stack awscdk.Stack

	identity.NewWorkload(stack, "Cluster", &identity.WorkloadProps{
		Url:        "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE",
		KeysUrl:    "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE/keys",
		Algorithms: []string{"RS256"},
		Serves:     identity.Serves{exampleOrders: "https://orders.example.com"},
		Mark:       identity.Mark{Claim: "kubernetes.io"},
		Subjects:   []string{"system:serviceaccount:shop:billing"},
	})
}

func ExampleNewGitHubActions() {
	var stack awscdk.Stack

	identity.NewGitHubActions(stack, "GitHub", &identity.GitHubActionsProps{
		Serves: identity.Serves{exampleOrders: "https://orders.example.com"},
	})
	_ = access.All( // the rule of a route
		access.Claim("repository_id", "74").From("GitHub"),
		access.Claim("ref", "refs/heads/main").From("GitHub"),
	)
}

func ExampleNewAwsWorkloads() {
	var stack awscdk.Stack

	identity.NewAwsWorkloads(stack, "Aws", &identity.AwsWorkloadsProps{
		Url:    "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws",
		Serves: identity.Serves{exampleOrders: "https://orders.example.com"},
		Roles:  []string{"arn:aws:iam::123456789012:role/billing"},
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
