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
	"github.com/scopeway/scopeway/constructs/internal/short"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// ToLambda sends a route's requests to a Lambda function, a version or an
// alias: as events of payload format 2.0 from an HTTP API, as proxy events from
// a REST API. The verified caller is in requestContext.authorizer.lambda (HTTP)
// or requestContext.authorizer (REST): sub, client_id, scope, iss, exp, identity,
// kind, table (the table's digest), decision_id and caller, which package caller
// reads. On public routes there is none.
func ToLambda(fn awslambda.IFunction) Backend { return &lambdaBackend{fn} }

type lambdaBackend struct{ fn awslambda.IFunction }

// function is what a backend has to know of a function. Each question to awscdk
// costs a message to another process, so each is asked once for an API and not
// for every route.
type function struct {
	name, path, address string
	arn                 *string
	// wrong is the id and the text of why the API cannot call it, or empty.
	wrong, why string
}

// function returns what is known of a function, nil for no function.
func (c *core) function(fn awslambda.IFunction) *function {
	if fn == nil {
		return nil
	}
	f, known := c.functions[fn]
	if !known {
		f = c.look(fn)
		c.functions[fn] = f
	}
	return f
}

func (c *core) look(fn awslambda.IFunction) *function {
	itself := fn
	if alias, ok := fn.(awslambda.IAlias); ok {
		itself = alias.Version().Lambda()
	} else if version, ok := fn.(awslambda.IVersion); ok {
		itself = version.Lambda()
	}
	f := &function{
		name: *itself.FunctionName(), // a literal, or the token of one resource
		path: *fn.Node().Path(),
		// It is short, does not change when routes do, and tells two functions
		// with one id apart.
		address: short.Text(*fn.Node().Id(), 64) + "-" + (*fn.Node().Addr())[2:10],
		arn:     fn.FunctionArn(),
	}
	f.wrong, f.why = c.unreachable(fn, f.path)
	return f
}

// unreachable says why CloudFormation could not refer to a function, or why
// nobody could permit API Gateway to call it.
func (c *core) unreachable(fn awslambda.IFunction, path string) (id, text string) {
	home := c.construct
	if fn.Node().Root() != home.Node().Root() {
		return "OtherApp", fmt.Sprintf("its function %q is part of another app, import it with awslambda.Function_FromFunctionArn", path)
	}
	if _, ours := fn.(awslambda.Function); ours && app.Stage(fn) != app.Stage(home) {
		return "OtherStage", fmt.Sprintf("its function %q is part of another stage (%q), so that CloudFormation cannot refer to it: make one in each stage", path, app.Stage(fn))
	}
	stack, env := awscdk.Stack_Of(home), fn.Env()
	if differ(*stack.Account(), *env.Account) {
		return "OtherAccount", fmt.Sprintf("its function %q is in account %q, and only that account can permit API Gateway to call it: put a function into this account, or permit it there and use gateway.ToHttpIntegration or gateway.ToRestIntegration", path, *env.Account)
	}
	if differ(*stack.Region(), *env.Region) {
		return "OtherRegion", fmt.Sprintf("its function %q is in region %q, which API Gateway in region %q can call, but nobody can permit it there: put a function into this region", path, *env.Region, *stack.Region())
	}
	return "", ""
}

// differ reports whether two texts that are both known now are different.
func differ(a, b string) bool {
	return a != b && !trust.Unresolved(a) && !trust.Unresolved(b)
}

func (b *lambdaBackend) name(c *core) string {
	if f := c.function(b.fn); f != nil {
		return f.name
	}
	return ""
}

func (b *lambdaBackend) readsPath() bool { return false }

func (b *lambdaBackend) problems(k kind, r *route) access.Problems {
	f := k.core().function(b.fn)
	if f.wrong == "" {
		return nil
	}
	return access.Problems{{ID: f.wrong, Subject: fmt.Sprintf("route %q", r.key), Text: f.why, Site: r.site}}
}

func (b *lambdaBackend) http(h *httpApi, r *route) httpTarget {
	f := h.core().function(b.fn)
	return h.shared(f.address, func() httpTarget {
		h.core().permit(f)
		return h.newIntegration(f.address, f.path, &awsapigatewayv2.CfnIntegrationProps{
			IntegrationType:      jsii.String("AWS_PROXY"),
			IntegrationUri:       f.arn,
			PayloadFormatVersion: jsii.String("2.0"),
		}, map[string]any{
			"IntegrationType": "AWS_PROXY", "IntegrationUri": f.arn, "PayloadFormatVersion": "2.0",
		}, []string{"RequestParameters", "CredentialsArn", "IntegrationSubtype", "IntegrationMethod", "ConnectionId"})
	})
}

func (b *lambdaBackend) rest(a *restApi, r *route) restTarget {
	f := a.core().function(b.fn)
	target, known := a.targets[f.address]
	if !known {
		a.core().permit(f)
		uri := invocations(a, f.arn)
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
		a.targets[f.address] = target
	}
	return target
}

// permit lets the API call the function, on whichever route.
func (c *core) permit(f *function) {
	if c.permitted[f.address] {
		return
	}
	c.permitted[f.address] = true
	awslambda.NewCfnPermission(c.permissions, jsii.String(f.address), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: f.arn,
		Principal:    jsii.String("apigateway.amazonaws.com"),
		SourceArn:    c.executeArn("*/*"),
	})
}
