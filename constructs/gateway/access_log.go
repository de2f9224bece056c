package gateway

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// accessLine is one line of the access log, in API Gateway's variables. What
// the authorizer's context adds is empty on public routes and on requests that
// never reached the authorizer.
var accessLine = struct {
	Time        string `json:"time"`
	RequestID   string `json:"request_id"`
	DecisionID  string `json:"decision_id"`
	RouteKey    string `json:"route"`
	Method      string `json:"method"`
	Status      string `json:"status"`
	SourceIP    string `json:"source_ip"`
	ClientID    string `json:"client_id"`
	Subject     string `json:"sub"`
	Error       string `json:"authorizer_error"`
	Latency     string `json:"latency_ms"`
	Integration string `json:"integration_status"`
}{
	Time:        "$context.requestTime",
	RequestID:   "$context.requestId",
	DecisionID:  "$context.authorizer.decision_id",
	RouteKey:    "$context.routeKey",
	Method:      "$context.httpMethod",
	Status:      "$context.status",
	SourceIP:    "$context.identity.sourceIp",
	ClientID:    "$context.authorizer.client_id",
	Subject:     "$context.authorizer.sub",
	Error:       "$context.authorizer.error",
	Latency:     "$context.responseLatency",
	Integration: "$context.integration.status",
}

var accessLogFormat = func() string {
	format, err := json.Marshal(accessLine)
	if err != nil {
		panic(err) // texts only: cannot happen
	}
	return string(format)
}()

// newAccessLog makes the access log and puts it, and the throttle, on the
// default stage.
func newAccessLog(h *httpApi) awslogs.LogGroup {
	log := newLog(h, "AccessLog")
	throttle := h.props.throttle()
	stage := h.stage()
	stage.SetAccessLogSettings(&awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: log.LogGroupArn(),
		Format:         jsii.String(accessLogFormat),
	})
	stage.SetDefaultRouteSettings(&awsapigatewayv2.CfnStage_RouteSettingsProperty{
		ThrottlingRateLimit:  jsii.Number(throttle.Rate),
		ThrottlingBurstLimit: jsii.Number(throttle.Burst),
	})
	return log
}

// newLog makes a log group that is kept for a year, and when the stack goes.
func newLog(h *httpApi, id string) awslogs.LogGroup {
	return awslogs.NewLogGroup(h, jsii.String(id), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_ONE_YEAR,
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
}
