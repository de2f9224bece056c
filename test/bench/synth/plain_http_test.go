package synth

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/jsii-runtime-go"
)

func (p *plainParts) httpApi(stack awscdk.Stack, a api) {
	props := &awsapigatewayv2.HttpApiProps{
		CreateDefaultStage: jsii.Bool(false),
		DefaultAuthorizer: awsapigatewayv2authorizers.NewHttpLambdaAuthorizer(jsii.String("Authorizer"), p.authorizer, &awsapigatewayv2authorizers.HttpLambdaAuthorizerProps{
			ResponseTypes:   &[]awsapigatewayv2authorizers.HttpLambdaResponseType{awsapigatewayv2authorizers.HttpLambdaResponseType_SIMPLE},
			IdentitySource:  jsii.Strings("$request.header.Authorization", "$context.routeKey"),
			ResultsCacheTtl: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
	}
	if a.cors {
		props.CorsPreflight = &awsapigatewayv2.CorsPreflightOptions{
			AllowOrigins: jsii.Strings(origin),
			AllowHeaders: jsii.Strings("Authorization", "Content-Type"),
			AllowMethods: &[]awsapigatewayv2.CorsHttpMethod{
				awsapigatewayv2.CorsHttpMethod_GET, awsapigatewayv2.CorsHttpMethod_POST, awsapigatewayv2.CorsHttpMethod_PUT, awsapigatewayv2.CorsHttpMethod_DELETE,
			},
			MaxAge: awscdk.Duration_Minutes(jsii.Number(10)),
		}
	}
	made := awsapigatewayv2.NewHttpApi(stack, jsii.String("Api"), props)
	made.AddStage(jsii.String("Stage"), &awsapigatewayv2.HttpStageOptions{
		AutoDeploy: jsii.Bool(true),
		Throttle:   &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(1000), BurstLimit: jsii.Number(500)},
		AccessLogSettings: &httpAccessLog{
			destination: awsapigatewayv2.NewLogGroupLogDestination(p.accessLog),
		},
	})
	var integrations []awsapigatewayv2.HttpRouteIntegration
	for i, fn := range p.backends {
		integrations = append(integrations, awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String(fmt.Sprintf("Integration%d", i)), fn, &awsapigatewayv2integrations.HttpLambdaIntegrationProps{
			ScopePermissionToRoute: jsii.Bool(p.permissionEachRoute),
		}))
	}
	a.eachRoute(func(method, path string, function int) {
		made.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
			Path:        jsii.String(path),
			Methods:     &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(method)},
			Integration: integrations[function],
		})
	})
}

// httpAccessLog is where and how a stage writes its access log.
type httpAccessLog struct {
	destination awsapigatewayv2.IAccessLogDestination
}

func (l *httpAccessLog) Destination() awsapigatewayv2.IAccessLogDestination { return l.destination }
func (l *httpAccessLog) Format() awsapigateway.AccessLogFormat              { return accessLogFormat() }

func accessLogFormat() awsapigateway.AccessLogFormat {
	return awsapigateway.AccessLogFormat_JsonWithStandardFields(nil)
}
