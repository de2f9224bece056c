package gateway

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// ToLambda sends a route's requests to a Lambda function, a version or an
// alias: as events of payload format 2.0 from an HTTP API, as proxy events from
// a REST API. The verified caller is in requestContext.authorizer.lambda (HTTP)
// or requestContext.authorizer (REST): sub, client_id, scope, iss, exp, table
// (the table's digest), decision_id and caller, which package caller reads. On
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

func (b *lambdaBackend) readsPath() bool { return false }

// problems refuses a function that CloudFormation could not refer to, or that
// API Gateway could not be permitted to call.
func (b *lambdaBackend) problems(k kind, r *route) access.Problems {
	home := k.core().construct
	problem := func(id, format string, args ...any) access.Problems {
		return access.Problems{{ID: id, Subject: fmt.Sprintf("route %q", r.key), Text: fmt.Sprintf(format, args...), Site: r.site}}
	}
	path := *b.fn.Node().Path()
	if b.fn.Node().Root() != home.Node().Root() {
		return problem("OtherApp", "its function %q is part of another app, import it with awslambda.Function_FromFunctionArn", path)
	}
	if _, ours := b.fn.(awslambda.Function); ours && app.Stage(b.fn) != app.Stage(home) {
		return problem("OtherStage", "its function %q is part of another stage (%q), so that CloudFormation cannot refer to it: make one in each stage", path, app.Stage(b.fn))
	}
	mine, theirs := *awscdk.Stack_Of(home).Account(), *b.fn.Env().Account
	if !trust.Unresolved(mine) && !trust.Unresolved(theirs) && mine != theirs {
		return problem("OtherAccount", "its function %q is in account %q, and only that account can permit API Gateway to call it: put a function into this account, or permit it there and use gateway.ToHttpIntegration or gateway.ToRestIntegration", path, theirs)
	}
	mine, theirs = *awscdk.Stack_Of(home).Region(), *b.fn.Env().Region
	if !trust.Unresolved(mine) && !trust.Unresolved(theirs) && mine != theirs {
		return problem("OtherRegion", "its function %q is in region %q, which API Gateway in region %q can call, but nobody can permit it there: put a function into this region", path, theirs, mine)
	}
	return nil
}

// address is short, does not change when routes do, and tells two functions
// with one id apart.
func (b *lambdaBackend) address() string {
	return cut(*b.fn.Node().Id(), 64) + "-" + (*b.fn.Node().Addr())[2:10]
}

func (b *lambdaBackend) http(h *httpApi, r *route) httpTarget {
	id := b.address()
	return h.shared(id, func() httpTarget {
		b.permit(h.core(), id)
		return h.newIntegration(id, *b.fn.Node().Path(), &awsapigatewayv2.CfnIntegrationProps{
			IntegrationType:      jsii.String("AWS_PROXY"),
			IntegrationUri:       b.fn.FunctionArn(),
			PayloadFormatVersion: jsii.String("2.0"),
		}, map[string]any{
			"IntegrationType": "AWS_PROXY", "IntegrationUri": b.fn.FunctionArn(), "PayloadFormatVersion": "2.0",
		}, []string{"RequestParameters", "CredentialsArn", "IntegrationSubtype", "IntegrationMethod", "ConnectionId"})
	})
}

func (b *lambdaBackend) rest(a *restApi, r *route) restTarget {
	id := b.address()
	target, known := a.targets[id]
	if !known {
		b.permit(a.core(), id)
		uri := invocations(a, b.fn.FunctionArn())
		target = restTarget{
			// awscdk's own integration of a function would make two permissions
			// for each method.
			integration: awsapigateway.NewIntegration(&awsapigateway.IntegrationProps{
				Type:                  awsapigateway.IntegrationType_AWS_PROXY,
				IntegrationHttpMethod: jsii.String("POST"),
				Uri:                   uri,
			}),
			want:   map[string]any{"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri},
			absent: []string{"RequestParameters", "RequestTemplates", "Credentials", "ConnectionId", "CacheKeyParameters", "CacheNamespace"},
		}
		a.targets[id] = target
	}
	return target
}

// permit lets the API call the function, on whichever route.
func (b *lambdaBackend) permit(c *core, id string) {
	if c.permitted[id] {
		return
	}
	c.permitted[id] = true
	awslambda.NewCfnPermission(c.permissions, jsii.String(id), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: b.fn.FunctionArn(),
		Principal:    jsii.String("apigateway.amazonaws.com"),
		SourceArn:    c.executeArn("*/*"),
	})
}
