package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/quickstart/shop"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/stacks"
)

// What the partner's issuer speaks for. The shop's orders are the user pool's.
var (
	stock     = access.NewResourceServer("stock", "Stock API")
	stockRead = stock.Scope("read", "See the stock")
)

// newMixed makes an API of each kind with the same routes.
func newMixed(app awscdk.App, local stacks.Locality) {
	stack := awscdk.NewStack(app, jsii.String(names.Mixed), nil)
	users := newUsers(stack, local)
	partner := identity.NewIssuer(stack, names.Partner, &identity.IssuerProps{
		Url:         local.Issuer,
		KeysUrl:     local.IssuerKeys,
		Serves:      identity.Serves{stock: names.StockAudience},
		Algorithms:  []string{"RS256"},
		RolesClaim:  []string{"realm", "roles"},
		GroupsClaim: []string{"groups"},
	})
	trusts := []identity.Identity{users, partner}
	server := stacks.ContextValue(app, names.Upstream) + "/base"
	tells := gateway.ToLambda(goBackend(app, stack, local))

	http := gateway.NewHttpApi(stack, "Http", &gateway.HttpApiProps{
		Trusts: trusts, Authorizer: local.Authorizer(),
		Cors: &gateway.Cors{AllowOrigins: []string{names.PageOrigin, names.SecondOrigin}},
	})
	handleMixed(http, gateway.ToUrl(server, &gateway.UrlProps{ForwardsToken: names.ForwardsToken}), tells)
	rest := gateway.NewRestApi(stack, "Rest", &gateway.RestApiProps{
		Trusts: trusts, Authorizer: local.Authorizer(), NoCloudWatchRole: true,
		Cors: &gateway.Cors{AllowOrigins: []string{names.PageOrigin}},
	})
	handleMixed(rest, gateway.ToUrl(server, nil), tells)

	stacks.Output(stack, deployment.APIID, http.Api().ApiId())
	stacks.Output(stack, deployment.AuditLog, http.AuditLog().LogGroupName())
	stacks.Output(stack, deployment.RestAPIID, rest.Api().RestApiId())
	stacks.Output(stack, deployment.RestAuditLog, rest.AuditLog().LogGroupName())
}

// handleMixed declares a route for each kind of rule.
func handleMixed(api gateway.Api, server, tells gateway.Backend) {
	read, readStock := access.Require(shop.Read), access.Require(stockRead)
	api.Handle("GET /orders/{id}", read, server)
	api.Handle("PUT /orders/{id}", access.Require(shop.Write), server)
	api.Handle("GET /stock/{id}", readStock, server)
	api.Handle("GET /either", access.Any(read, readStock), tells)
	api.Handle("GET /ours", access.RequireAnyOf(shop.Read, stockRead).From(names.Users), tells)
	api.Handle("GET /theirs", access.RequireAnyOf(shop.Read, stockRead).From(names.Partner), tells)
	api.Handle("GET /people", access.All(read, access.Person()), tells)
	api.Handle("GET /machines", access.All(read, access.Machine()), tells)
	api.Handle("GET /staff", access.All(read, access.MemberOf("staff").From(names.Users)), tells)
	api.Handle("GET /keepers", access.All(readStock, access.Role("keeper").From(names.Partner)), tells)
	api.Handle("GET /sales", access.All(readStock, access.Claim("department", "sales").From(names.Partner)), tells)
	api.Handle("GET /menu", access.Public("the menu hangs on the door"), server)
	api.Handle("GET /nobody", access.Public("shows what a backend is told on a public route"), tells)
}

// newUsers makes a user pool with a client for a program, one for a page, and
// the group staff. It has a resource server of the partner's name as well, of
// which the program may get tokens although nobody trusts the user pool with it.
func newUsers(stack awscdk.Stack, local stacks.Locality) identity.Cognito {
	users := identity.NewCognito(stack, names.Users, &identity.CognitoProps{Serves: identity.Serve(shop.Orders), KeysUrl: local.KeysURL, Rotation: &identity.RotationProps{Architecture: local.Architecture}})
	robot := users.AddMachineClient("Robot", &identity.MachineClientProps{Scopes: []access.Scope{shop.Read}})
	page := users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{shop.Read}, CallbackUrls: []string{names.Callback}})
	awscognito.NewCfnUserPoolGroup(stack, jsii.String("Staff"), &awscognito.CfnUserPoolGroupProps{
		UserPoolId: users.UserPool().UserPoolId(), GroupName: jsii.String("staff")})

	forged := awscognito.NewCfnUserPoolResourceServer(stack, jsii.String("Forged"), &awscognito.CfnUserPoolResourceServerProps{
		UserPoolId: users.UserPool().UserPoolId(), Identifier: jsii.String(stock.Key()), Name: jsii.String("Not that of the partner"),
		Scopes: []any{&awscognito.CfnUserPoolResourceServer_ResourceServerScopeTypeProperty{
			ScopeName: jsii.String(stockRead.Name()), ScopeDescription: jsii.String("See a stock")}}})
	for _, child := range *robot.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if client, ok := child.(awscognito.CfnUserPoolClient); ok {
			client.AddPropertyOverride(jsii.String("AllowedOAuthScopes"), jsii.Strings(shop.Read.String(), stockRead.String()))
			client.AddResourceDependency(forged, nil)
		}
	}

	stacks.Output(stack, names.UserPoolID, users.UserPool().UserPoolId())
	stacks.Output(stack, names.PageClient, page.ClientId())
	stacks.Output(stack, names.RobotSecret, robot.Secret().SecretArn())
	return users
}

// goBackend makes the function of ../backend, compiled before.
func goBackend(app awscdk.App, stack awscdk.Stack, local stacks.Locality) awslambda.Function {
	return awslambda.NewFunction(stack, jsii.String("Tells"), &awslambda.FunctionProps{
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(stacks.ContextValue(app, names.GoBackend)), nil),
		Architecture: local.Architecture,
	})
}
