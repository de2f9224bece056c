package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// Backend serves a route once its rule is satisfied. [ToLambda] makes one.
type Backend interface {
	// name tells apart what runs behind a route, whatever leads to it: a
	// function and its alias have one name. "" is no backend at all.
	name() string
	// address tells apart what leads to it.
	address() string
	// integrate returns the target of the API's routes to this backend, which
	// is made at the first call.
	integrate(h *httpApi) *string
}

// ToLambda sends a route's requests to a Lambda function, as events of payload
// format 2.0. The verified caller is in requestContext.authorizer.lambda: sub,
// client_id, scope, iss, exp, table (the table's digest) and decision_id. On
// public routes there is none.
func ToLambda(fn awslambda.IFunction) Backend { return &lambdaBackend{fn} }

type lambdaBackend struct{ fn awslambda.IFunction }

func (b *lambdaBackend) name() string {
	fn := b.fn
	if alias, ok := fn.(awslambda.IAlias); ok {
		fn = alias.Version().Lambda()
	} else if version, ok := fn.(awslambda.IVersion); ok {
		fn = version.Lambda()
	}
	if fn == nil {
		return ""
	}
	return *fn.FunctionName() // a literal, or the token of one resource
}

// address is short, does not change when routes do, and tells two functions
// with one id apart.
func (b *lambdaBackend) address() string {
	return *b.fn.Node().Id() + "-" + (*b.fn.Node().Addr())[2:10]
}

func (b *lambdaBackend) integrate(h *httpApi) *string {
	id := b.address()
	resource := awsapigatewayv2.NewCfnIntegration(h.integrations, jsii.String(id), &awsapigatewayv2.CfnIntegrationProps{
		ApiId:                h.api.ApiId(),
		IntegrationType:      jsii.String("AWS_PROXY"),
		IntegrationUri:       b.fn.FunctionArn(),
		PayloadFormatVersion: jsii.String("2.0"),
	})
	h.made = append(h.made, integration{resource, b.fn.FunctionArn(), *b.fn.Node().Path()})
	awslambda.NewCfnPermission(h.permissions, jsii.String(id), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: b.fn.FunctionArn(),
		Principal:    jsii.String("apigateway.amazonaws.com"),
		SourceArn:    h.executeArn("*/*"),
	})
	return awscdk.Fn_Join(jsii.String("/"), &[]*string{jsii.String("integrations"), resource.Ref()})
}
