package gateway

import (
	"fmt"
	"maps"
	"slices"
)

// declared returns the API's resources as they have to be in the template.
func (h *httpApi) declared() declared {
	d := declared{kind: "http", more: map[string]any{}}
	if h.owned != nil {
		d.id = *h.cfnApi().LogicalId()
		d.others = append(d.others, h.wantApi(), h.wantStage())
	} else {
		d.more = map[string]any{"Foreign": true, "ID": h.apiID(), "Tolerate": h.shape.otherRoutes != ""}
	}
	d.others = append(d.others, want(h.element, "AWS::ApiGatewayV2::Authorizer", "the authorizer", map[string]any{
		"ApiId": h.apiID(), "AuthorizerType": "REQUEST", "AuthorizerUri": h.uri, "AuthorizerPayloadFormatVersion": "2.0",
		"EnableSimpleResponses": true, "IdentitySource": h.identitySources(), "AuthorizerResultTtlInSeconds": h.shape.props.cacheSeconds(),
	}, "JwtConfiguration", "AuthorizerCredentialsArn"))
	for _, address := range slices.Sorted(maps.Keys(h.targets)) {
		if t := h.targets[address]; t.resource != nil {
			d.others = append(d.others, want(t.resource, "AWS::ApiGatewayV2::Integration", "the integration with "+t.path, t.want, t.absent...))
		}
	}
	for _, r := range h.made {
		properties := map[string]any{"ApiId": h.apiID(), "RouteKey": r.key, "AuthorizationType": "CUSTOM", "AuthorizerId": h.authorizerID()}
		absent := []string{"AuthorizationScopes"}
		if r.target != nil {
			properties["Target"] = r.target
		}
		if r.public() {
			properties["AuthorizationType"], absent = "NONE", append(absent, "AuthorizerId")
			delete(properties, "AuthorizerId")
		}
		d.routes = append(d.routes, want(r.resource, "AWS::ApiGatewayV2::Route", fmt.Sprintf("route %q", r.key), properties, absent...))
	}
	return d
}

func (h *httpApi) wantApi() map[string]any {
	properties := map[string]any{"ProtocolType": "HTTP"}
	absent := []string{"Body", "BodyS3Location", "Target", "RouteKey", "CredentialsArn"}
	if h.shape.props.closesEndpoint() {
		properties["DisableExecuteApiEndpoint"] = true
	}
	if h.shape.props.usesCors() {
		properties["CorsConfiguration"] = h.shape.wantedCors()
	} else {
		absent = append(absent, "CorsConfiguration")
	}
	return want(h.cfnApi(), "AWS::ApiGatewayV2::Api", "the API", properties, absent...)
}

func (h *httpApi) wantStage() map[string]any {
	throttle := h.shape.props.throttle()
	return want(h.cfnStage(), "AWS::ApiGatewayV2::Stage", "the stage", map[string]any{
		"ApiId": h.apiID(), "StageName": h.shape.props.stageName(defaultHttpStage), "AutoDeploy": true,
		"AccessLogSettings.DestinationArn":          h.shape.accessLog.LogGroupArn(),
		"AccessLogSettings.Format":                  httpAccessLog,
		"DefaultRouteSettings.ThrottlingRateLimit":  throttle.Rate,
		"DefaultRouteSettings.ThrottlingBurstLimit": throttle.Burst,
	}, "DeploymentId")
}
