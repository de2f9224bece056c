package gateway

import "encoding/json"

// accessLine is one line of the access log, in API Gateway's variables. What
// the authorizer's context adds is empty on public routes and on requests that
// never reached the authorizer.
type accessLine struct {
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
}

// The formats of the two kinds of API: the same members, by the names that each
// kind has for them.
var (
	httpAccessLog = accessFormat(func(l *accessLine) {})
	restAccessLog = accessFormat(func(l *accessLine) {
		l.RouteKey = "$context.httpMethod $context.resourcePath"
	})
)

func accessFormat(change func(*accessLine)) string {
	line := accessLine{
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
	change(&line)
	format, err := json.Marshal(line)
	if err != nil {
		panic(err) // texts only: cannot happen
	}
	return string(format)
}
