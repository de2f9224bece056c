package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/quickstart/shop"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/stacks"
)

// estate is what was there before Scopeway.
type estate struct {
	http awsapigatewayv2.HttpApi
	rest awsapigateway.RestApi
	pool awscognito.UserPool
	// old is a client of the user pool.
	old awscognito.UserPoolClient
}

// newEstate makes it, with awscdk alone.
func newEstate(app awscdk.App) estate {
	stack := awscdk.NewStack(app, jsii.String(names.Estate), nil)
	backend := stacks.Backend(stack, "Old")
	http := awsapigatewayv2.NewHttpApi(stack, jsii.String("Http"), nil)
	http.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
		Path:        jsii.String("/old"),
		Methods:     &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod_GET},
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Old"), backend, nil),
	})
	rest := awsapigateway.NewRestApi(stack, jsii.String("Rest"), &awsapigateway.RestApiProps{CloudWatchRole: jsii.Bool(false)})
	rest.Root().AddResource(jsii.String("old"), nil).AddMethod(jsii.String("GET"), awsapigateway.NewLambdaIntegration(backend, nil), nil)

	pool := awscognito.NewUserPool(stack, jsii.String("Pool"), nil)
	var scopes []awscognito.ResourceServerScope
	for _, s := range shop.Orders.Scopes() {
		scopes = append(scopes, awscognito.NewResourceServerScope(&awscognito.ResourceServerScopeProps{
			ScopeName: jsii.String(s.Scope.Name()), ScopeDescription: jsii.String(s.Description)}))
	}
	server := pool.AddResourceServer(jsii.String("Orders"), &awscognito.UserPoolResourceServerOptions{
		Identifier: jsii.String(shop.Orders.Key()), Scopes: &scopes})
	client := func(id string) awscognito.UserPoolClient {
		granted := make([]awscognito.OAuthScope, len(scopes))
		for i, scope := range scopes {
			granted[i] = awscognito.OAuthScope_ResourceServer(server, scope)
		}
		return pool.AddClient(jsii.String(id), &awscognito.UserPoolClientOptions{
			GenerateSecret: jsii.Bool(true),
			OAuth:          &awscognito.OAuthSettings{Flows: &awscognito.OAuthFlows{ClientCredentials: jsii.Bool(true)}, Scopes: &granted},
		})
	}
	old, other := client("OldClient"), client("OtherClient")

	stacks.Output(stack, deployment.APIID, http.ApiId())
	stacks.Output(stack, deployment.RestAPIID, rest.RestApiId())
	stacks.Output(stack, names.UserPoolID, pool.UserPoolId())
	stacks.Output(stack, names.OldClient, old.UserPoolClientId())
	stacks.Output(stack, names.OtherClient, other.UserPoolClientId())
	return estate{http, rest, pool, old}
}

// newAdopted adds routes with rules to the estate's APIs, and leaves the rest of
// them alone.
func newAdopted(app awscdk.App, theirs estate, local stacks.Locality) {
	stack := awscdk.NewStack(app, jsii.String(names.Adopted), nil)
	users := identity.CognitoFromUserPool(stack, names.Users, &identity.CognitoFromUserPoolProps{
		UserPool: theirs.pool, Serves: identity.Serve(shop.Orders), ServersExist: true,
		Clients: []string{*theirs.old.UserPoolClientId()}, KeysUrl: local.KeysURL,
		DomainUrl: "https://login.example.com", Rotation: &identity.RotationProps{Architecture: local.Architecture},
	})
	own := users.AddMachineClient("Own", &identity.MachineClientProps{Scopes: []access.Scope{shop.Read}})
	props := gateway.ExistingProps{Trusts: []identity.Identity{users}, Authorizer: local.Authorizer(), OtherRoutes: "they were there before"}

	http := gateway.HttpApi_FromExisting(stack, "Http",
		awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("TheirHttp"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: theirs.http.ApiId()}), &props)
	rest := gateway.RestApi_FromExisting(stack, "Rest",
		awsapigateway.RestApi_FromRestApiAttributes(stack, jsii.String("TheirRest"), &awsapigateway.RestApiAttributes{
			RestApiId: theirs.rest.RestApiId(), RootResourceId: theirs.rest.RestApiRootResourceId()}),
		&gateway.ExistingRestApiProps{ExistingProps: props, StageName: deployment.RestStage})
	backend := gateway.ToLambda(stacks.Backend(stack, "New"))
	for _, api := range []gateway.Api{http, rest} {
		api.Handle("GET /orders/{id}", access.Require(shop.Read), backend)
		api.Handle("POST /orders", access.Require(shop.Write), backend)
	}

	stacks.Output(stack, deployment.AuditLog, http.AuditLog().LogGroupName())
	stacks.Output(stack, deployment.RestAuditLog, rest.AuditLog().LogGroupName())
	stacks.Output(stack, names.OwnSecret, own.Secret().SecretArn())
}
