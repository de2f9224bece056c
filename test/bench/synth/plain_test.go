package synth

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// withPlain declares the API with awscdk's own constructs, as one would by hand
// with care: one authorizer with a role and a log of its own, an access log, a
// throttle, and one permission a function, not one or two a route.
func withPlain(stack awscdk.Stack, a api) { plain(stack, a, false) }

// withPlainDefaults is the same with the permissions that awscdk makes unless
// it is told otherwise: one a route for HTTP APIs, two a method for REST APIs.
func withPlainDefaults(stack awscdk.Stack, a api) { plain(stack, a, true) }

func plain(stack awscdk.Stack, a api, permissionEachRoute bool) {
	plainUsers(stack)
	p := &plainParts{
		backends:            backendFunctions(stack),
		authorizer:          plainAuthorizer(stack),
		accessLog:           keptLog(stack, "AccessLog"),
		permissionEachRoute: permissionEachRoute,
	}
	if a.rest {
		p.restApi(stack, a)
	} else {
		p.httpApi(stack, a)
	}
}

// plainParts are what both kinds of API are made with.
type plainParts struct {
	backends            []awslambda.Function
	authorizer          awslambda.Function
	accessLog           awslogs.LogGroup
	permissionEachRoute bool
}

func plainUsers(stack awscdk.Stack) {
	users := awscognito.NewUserPool(stack, jsii.String("Users"), &awscognito.UserPoolProps{
		SelfSignUpEnabled:  jsii.Bool(false),
		DeletionProtection: jsii.Bool(true),
		RemovalPolicy:      awscdk.RemovalPolicy_RETAIN,
	})
	read := awscognito.NewResourceServerScope(&awscognito.ResourceServerScopeProps{
		ScopeName: jsii.String("read"), ScopeDescription: jsii.String("See records"),
	})
	records := users.AddResourceServer(jsii.String("Records"), &awscognito.UserPoolResourceServerOptions{
		Identifier: jsii.String("records"), UserPoolResourceServerName: jsii.String("Records API"),
		Scopes: &[]awscognito.ResourceServerScope{read},
	})
	users.AddDomain(jsii.String("Domain"), &awscognito.UserPoolDomainOptions{
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String("records-example")},
	})
	users.AddClient(jsii.String("Billing"), &awscognito.UserPoolClientOptions{
		GenerateSecret:      jsii.Bool(true),
		AccessTokenValidity: awscdk.Duration_Minutes(jsii.Number(15)),
		OAuth: &awscognito.OAuthSettings{
			Flows:  &awscognito.OAuthFlows{ClientCredentials: jsii.Bool(true)},
			Scopes: &[]awscognito.OAuthScope{awscognito.OAuthScope_ResourceServer(records, read)},
		},
	})
}

func plainAuthorizer(stack awscdk.Stack) awslambda.Function {
	log := keptLog(stack, "AuditLog")
	role := awsiam.NewRole(stack, jsii.String("AuthorizerRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	log.GrantWrite(role)
	return awslambda.NewFunction(stack, jsii.String("Authorizer"), &awslambda.FunctionProps{
		Runtime:      awslambda.Runtime_NODEJS_22_X(),
		Architecture: awslambda.Architecture_ARM_64(),
		Handler:      jsii.String("index.handler"),
		Code:         awslambda.Code_FromInline(jsii.String("exports.handler = async () => { throw new Error('Unauthorized') }")),
		Role:         role,
		LogGroup:     log,
	})
}

func keptLog(stack awscdk.Stack, id string) awslogs.LogGroup {
	return awslogs.NewLogGroup(stack, jsii.String(id), &awslogs.LogGroupProps{
		Retention: awslogs.RetentionDays_ONE_YEAR, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
}
