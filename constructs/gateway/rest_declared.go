package gateway

import (
	"fmt"
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
)

// declared returns the API's resources as they have to be in the template.
func (a *restApi) declared() declared {
	d := declared{kind: "rest", more: map[string]any{"Deployment": a.cfnDeployment().LogicalId()}}
	if a.owned != nil {
		d.id = *a.cfnApi().LogicalId()
		d.others = append(d.others, a.wantApi(), a.wantStage(), a.wantDeployment())
	} else {
		maps.Copy(d.more, map[string]any{"Foreign": true, "ID": a.apiID(), "Tolerate": a.shape.otherRoutes != ""})
		d.others = append(d.others, a.wantDeployment())
	}
	d.others = append(d.others, want(a.element, "AWS::ApiGateway::Authorizer", "the authorizer", map[string]any{
		"RestApiId": a.apiID(), "Type": "REQUEST", "AuthorizerUri": a.uri,
		"IdentitySource": a.identitySource(), "AuthorizerResultTtlInSeconds": a.shape.props.cacheSeconds(),
	}, "ProviderARNs", "AuthorizerCredentials"))
	for _, path := range a.order {
		parent, part := splitPath(path)
		d.others = append(d.others, want(a.resources[path].Node().DefaultChild().(awsapigateway.CfnResource), "AWS::ApiGateway::Resource", fmt.Sprintf("the path %q", path), map[string]any{
			"RestApiId": a.apiID(), "PathPart": part, "ParentId": a.resources[parent].ResourceId(),
		}))
	}
	for _, m := range a.made {
		d.routes = append(d.routes, a.wantMethod(m))
	}
	for _, g := range a.responses {
		d.others = append(d.others, a.wantResponse(g))
	}
	return d
}

func (a *restApi) wantApi() map[string]any {
	properties := map[string]any{"EndpointConfiguration.Types": []string{"REGIONAL"}}
	if a.shape.props.closesEndpoint() {
		properties["DisableExecuteApiEndpoint"] = true
	}
	return want(a.cfnApi(), "AWS::ApiGateway::RestApi", "the API", properties, "Body", "BodyS3Location", "CloneFrom", "Parameters")
}

func (a *restApi) wantStage() map[string]any {
	throttle := a.shape.props.throttle()
	return want(a.cfnStage(), "AWS::ApiGateway::Stage", "the stage", map[string]any{
		"RestApiId": a.apiID(), "StageName": a.shape.props.stageName(defaultRestStage), "DeploymentId": a.deployment.DeploymentId(),
		"AccessLogSetting.DestinationArn": a.shape.accessLog.LogGroupArn(),
		"AccessLogSetting.Format":         restAccessLog,
		"MethodSettings": []any{map[string]any{
			"HttpMethod": "*", "ResourcePath": "/*", "DataTraceEnabled": false,
			"ThrottlingRateLimit": throttle.Rate, "ThrottlingBurstLimit": throttle.Burst,
		}},
	}, "CanarySetting")
}

func (a *restApi) wantDeployment() map[string]any {
	properties := map[string]any{"RestApiId": a.apiID()}
	absent := []string{"DeploymentCanarySettings", "StageDescription"}
	if a.owned == nil && !a.joined {
		properties["StageName"] = a.stage
	} else {
		absent = append(absent, "StageName")
	}
	return want(a.cfnDeployment(), "AWS::ApiGateway::Deployment", "the deployment", properties, absent...)
}

func (a *restApi) wantMethod(m restMethod) map[string]any {
	properties := map[string]any{
		"RestApiId": a.apiID(), "ResourceId": a.resources[m.path].ResourceId(), "HttpMethod": m.method,
		"AuthorizationType": "CUSTOM", "AuthorizerId": a.authorizerID(),
	}
	absent := []string{"AuthorizationScopes"}
	if m.public {
		properties["AuthorizationType"], absent = "NONE", append(absent, "AuthorizerId")
		delete(properties, "AuthorizerId")
	}
	if m.preflight {
		maps.Copy(properties, a.preflightWanted())
	}
	for name, value := range m.target.want {
		properties["Integration."+name] = value
	}
	for _, name := range m.target.absent {
		absent = append(absent, "Integration."+name)
	}
	return want(m.resource, "AWS::ApiGateway::Method", fmt.Sprintf("route %q", m.key), properties, absent...)
}

func (a *restApi) wantResponse(g *gatewayResponse) map[string]any {
	parameters := map[string]any{}
	for name, value := range *a.responseHeaders(g) {
		parameters["gatewayresponse.header."+name] = value
	}
	properties := map[string]any{
		"RestApiId": a.apiID(), "ResponseType": g.kind.ResponseType(), "ResponseParameters": parameters,
		"ResponseTemplates": map[string]any{"application/json": g.body()},
	}
	absent := []string{}
	if g.status != "" {
		properties["StatusCode"] = g.status
	} else {
		absent = append(absent, "StatusCode")
	}
	return want(g.resource, "AWS::ApiGateway::GatewayResponse", "the answer "+*g.kind.ResponseType(), properties, absent...)
}

// splitPath returns a path's parent and its last part.
func splitPath(path string) (parent, part string) {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return max(path[:i], "/"), path[i+1:]
		}
	}
	return "/", path
}
