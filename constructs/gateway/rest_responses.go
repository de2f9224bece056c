package gateway

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// gatewayResponse is what API Gateway answers by itself in one case.
type gatewayResponse struct {
	kind    awsapigateway.ResponseType
	status  string // "" keeps API Gateway's
	message string
	// challenge is the WWW-Authenticate header (RFC 6750, section 3), or "".
	challenge string

	resource awsapigateway.CfnGatewayResponse
}

// gatewayResponses are the answers to every failure of authorization and
// routing, and two for all that remains. They say what the status says, and
// nothing of the reason. A route that does not exist is 404 as with HTTP APIs;
// API Gateway would call it a missing token.
func gatewayResponses() []*gatewayResponse {
	return []*gatewayResponse{
		{kind: awsapigateway.ResponseType_UNAUTHORIZED(), status: "401", message: "Unauthorized", challenge: "Bearer"},
		{kind: awsapigateway.ResponseType_ACCESS_DENIED(), status: "403", message: "Forbidden", challenge: `Bearer error="insufficient_scope"`},
		{kind: awsapigateway.ResponseType_AUTHORIZER_FAILURE(), status: "500", message: "Internal Server Error"},
		{kind: awsapigateway.ResponseType_AUTHORIZER_CONFIGURATION_ERROR(), status: "500", message: "Internal Server Error"},
		{kind: awsapigateway.ResponseType_MISSING_AUTHENTICATION_TOKEN(), status: "404", message: "Not Found"},
		{kind: awsapigateway.ResponseType_RESOURCE_NOT_FOUND(), status: "404", message: "Not Found"},
		{kind: awsapigateway.ResponseType_DEFAULT_4XX(), message: "Request Refused"},
		{kind: awsapigateway.ResponseType_DEFAULT_5XX(), message: "Internal Server Error"},
	}
}

func (a *restApi) addResponses() {
	scope := constructs.NewConstruct(a, jsii.String("Responses"))
	for _, g := range gatewayResponses() {
		made := awsapigateway.NewGatewayResponse(scope, g.kind.ResponseType(), &awsapigateway.GatewayResponseProps{
			RestApi:         a.owned,
			Type:            g.kind,
			StatusCode:      optional(g.status),
			ResponseHeaders: a.responseHeaders(g),
			Templates:       &map[string]*string{"application/json": jsii.String(g.body())},
		})
		g.resource = made.Node().DefaultChild().(awsapigateway.CfnGatewayResponse)
		a.responses = append(a.responses, g)
	}
}

func (g *gatewayResponse) body() string { return `{"message":"` + g.message + `"}` }

// responseHeaders returns a response's headers in API Gateway's notation: fixed
// texts in single quotes.
func (a *restApi) responseHeaders(g *gatewayResponse) *map[string]*string {
	headers := map[string]*string{"Cache-Control": jsii.String("'no-store'")}
	if g.challenge != "" {
		headers["WWW-Authenticate"] = jsii.String("'" + g.challenge + "'")
	}
	if a.shape.props.usesCors() {
		maps.Copy(headers, a.shape.props.Cors.errorHeaders())
	}
	return &headers
}

// errorHeaders let pages read API Gateway's own errors. With several origins the
// caller's is repeated, whichever it is: the errors say nothing that a page
// could not know, and one fixed origin would hide them from all others.
func (c *Cors) errorHeaders() map[string]*string {
	headers := map[string]*string{"Access-Control-Allow-Origin": jsii.String("'" + c.AllowOrigins[0] + "'")}
	if len(c.AllowOrigins) > 1 {
		headers["Access-Control-Allow-Origin"] = jsii.String("method.request.header.Origin")
		headers["Vary"] = jsii.String("'Origin'")
	}
	if c.AllowCredentials && len(c.AllowOrigins) == 1 {
		headers["Access-Control-Allow-Credentials"] = jsii.String("'true'")
	}
	exposed := slices.Clone(c.ExposeHeaders)
	if !slices.Contains(exposed, "*") {
		exposed = append(exposed, "WWW-Authenticate")
	}
	headers["Access-Control-Expose-Headers"] = jsii.String("'" + join(exposed) + "'")
	return headers
}
