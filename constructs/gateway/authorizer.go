package gateway

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// identitiesVariable is the environment variable that says who is trusted.
const identitiesVariable = "SCOPEWAY_IDENTITIES"

// authorizer is the one authorizer of an API.
type authorizer struct {
	function awslambda.Function
	log      awslogs.LogGroup
	resource awsapigatewayv2.CfnAuthorizer
	uri      *string
	code     *lateCode
}

// identitySources are the cache key: the token and the route that the gateway
// matched, so that an answer never serves another route.
var identitySources = []string{"$request.header.Authorization", "$context.routeKey"}

func newAuthorizer(h *httpApi) *authorizer {
	a := &authorizer{}
	scope := constructs.NewConstruct(h, jsii.String("Authorizer"))
	a.log = newLog(h, "AuditLog")
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		Description: jsii.String(described("Writes the audit lines of ", h)),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"AuditLog": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
				Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
					Actions:   jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
					Resources: &[]*string{a.log.LogGroupArn()},
				})},
			}),
		},
	})
	identities := awscdk.Lazy_String(&lateText{produce: func() *string { return jsii.String(h.identities()) }}, nil)
	a.code = newLateCode(h)
	a.function = awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		Description:  jsii.String(described("Evaluates the access tokens of ", h)),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: h.props.architecture(),
		Handler:      jsii.String("bootstrap"),
		Code:         a.code,
		MemorySize:   jsii.Number(256),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(5)), // API Gateway waits for 10
		Role:         role,
		LogGroup:     a.log,
		Environment:  &map[string]*string{identitiesVariable: identities},
	})
	stack := awscdk.Stack_Of(h)
	a.uri = stack.FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("apigateway"),
		Account:      jsii.String("lambda"),
		Resource:     jsii.String("path/2015-03-31/functions"),
		ResourceName: jsii.String(*a.function.FunctionArn() + "/invocations"),
	})
	a.resource = awsapigatewayv2.NewCfnAuthorizer(scope, jsii.String("Authorizer"), &awsapigatewayv2.CfnAuthorizerProps{
		ApiId:                          h.api.ApiId(),
		Name:                           jsii.String("Scopeway"),
		AuthorizerType:                 jsii.String("REQUEST"),
		AuthorizerUri:                  a.uri,
		AuthorizerPayloadFormatVersion: jsii.String("2.0"),
		EnableSimpleResponses:          true,
		IdentitySource:                 jsii.Strings(identitySources...),
		AuthorizerResultTtlInSeconds:   jsii.Number(h.props.cacheSeconds()),
	})
	awslambda.NewCfnPermission(scope, jsii.String("Permission"), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: a.function.FunctionArn(),
		Principal:    jsii.String("apigateway.amazonaws.com"),
		SourceArn:    h.executeArn(fmt.Sprintf("authorizers/%s", *a.resource.Ref())),
	})
	return a
}

// described returns a description that names the API, at most as long as Lambda
// takes it.
func described(text string, h *httpApi) string {
	text += *h.Node().Path()
	return text[:min(len(text), 256)]
}

// identities returns the text of the environment variable that says who is
// trusted, for the authorizer.
func (h *httpApi) identities() string {
	trusted := []trust.Trust{}
	for _, i := range h.props.Trusts {
		// One of another stage is reported; a reference to it would end the
		// synth before that.
		if i != nil && app.Stage(i) == app.Stage(h) {
			trusted = append(trusted, i.Trust())
		}
	}
	return trust.Environment(trusted)
}
