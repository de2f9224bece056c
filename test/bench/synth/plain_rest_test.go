package synth

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

func (p *plainParts) restApi(stack awscdk.Stack, a api) {
	props := &awsapigateway.RestApiProps{
		EndpointTypes:  &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		CloudWatchRole: jsii.Bool(true),
		DeployOptions: &awsapigateway.StageOptions{
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(p.accessLog),
			AccessLogFormat:      accessLogFormat(),
			ThrottlingRateLimit:  jsii.Number(1000),
			ThrottlingBurstLimit: jsii.Number(500),
		},
		DefaultMethodOptions: &awsapigateway.MethodOptions{
			Authorizer: awsapigateway.NewRequestAuthorizer(stack, jsii.String("RequestAuthorizer"), &awsapigateway.RequestAuthorizerProps{
				Handler: p.authorizer,
				IdentitySources: &[]*string{
					awsapigateway.IdentitySource_Header(jsii.String("Authorization")),
					awsapigateway.IdentitySource_Context(jsii.String("httpMethod")),
					awsapigateway.IdentitySource_Context(jsii.String("resourcePath")),
				},
				ResultsCacheTtl: awscdk.Duration_Minutes(jsii.Number(1)),
			}),
		},
	}
	if a.cors {
		props.DefaultCorsPreflightOptions = &awsapigateway.CorsOptions{
			AllowOrigins: jsii.Strings(origin),
			AllowHeaders: jsii.Strings("Authorization", "Content-Type"),
			AllowMethods: jsii.Strings("GET", "POST", "PUT", "DELETE"),
			MaxAge:       awscdk.Duration_Minutes(jsii.Number(10)),
		}
	}
	made := awsapigateway.NewRestApi(stack, jsii.String("Api"), props)
	for id, kind := range map[string]awsapigateway.ResponseType{
		"Refused": awsapigateway.ResponseType_DEFAULT_4XX(), "Failed": awsapigateway.ResponseType_DEFAULT_5XX(),
	} {
		headers := map[string]*string{"Cache-Control": jsii.String("'no-store'")}
		if a.cors {
			headers["Access-Control-Allow-Origin"] = jsii.String("'" + origin + "'")
		}
		made.AddGatewayResponse(jsii.String(id), &awsapigateway.GatewayResponseOptions{Type: kind, ResponseHeaders: &headers})
	}
	var integrations []awsapigateway.Integration
	for _, fn := range p.backends {
		integrations = append(integrations, awsapigateway.NewLambdaIntegration(fn, &awsapigateway.LambdaIntegrationOptions{
			ScopePermissionToMethod: jsii.Bool(p.permissionEachRoute),
		}))
	}
	resources := map[string]awsapigateway.IResource{}
	a.eachRoute(func(method, path string, function int) {
		if resources[path] == nil {
			resources[path] = made.Root().ResourceForPath(jsii.String(path))
		}
		resources[path].AddMethod(jsii.String(method), integrations[function], nil)
	})
}
