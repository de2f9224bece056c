package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
)

// configureStage makes the access log and puts it, and the throttle, on the
// stage.
func (h *httpApi) configureStage() {
	c := h.shape
	c.accessLog = newLog(h, "AccessLog", c.props)
	throttle := c.props.throttle()
	stage := h.cfnStage()
	stage.SetAccessLogSettings(&awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: c.accessLog.LogGroupArn(),
		Format:         jsii.String(httpAccessLog),
	})
	stage.SetDefaultRouteSettings(&awsapigatewayv2.CfnStage_RouteSettingsProperty{
		ThrottlingRateLimit:  jsii.Number(throttle.Rate),
		ThrottlingBurstLimit: jsii.Number(throttle.Burst),
	})
}
