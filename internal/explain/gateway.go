package explain

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
)

// The names in the events of an API that does not exist.
const (
	account    = "000000000000"
	apiID      = "explain"
	restStage  = "explain"
	sourceIP   = "127.0.0.1"
	methodARNs = "arn:aws:execute-api:us-east-1:" + account + ":" + apiID + "/" + restStage + "/"
)

// event returns the event that API Gateway would send for a request. It refuses
// a route that no table has, but not one that this table lacks.
func (e *Explainer) event(request Request) ([]byte, error) {
	route, err := access.ParseRoute(request.Route)
	if err != nil {
		if audit.Clean(request.Route) != request.Route { // it may be a token
			return nil, fmt.Errorf("request, the route is not one, write %q or the like", "GET /orders/{id}")
		}
		return nil, fmt.Errorf("request, %s", err)
	}
	method, err := e.method(route)
	if err != nil {
		return nil, err
	}
	path := request.pathOrInstance()
	if e.kind == event.REST {
		return encode(restEvent(route.Path(), method, path, request.Authorization))
	}
	return encode(httpEvent(request.Route, method, path, request.Authorization))
}

// method returns a method that a request for the route has. The event of a REST
// API does not say whether a method of its own or ANY matched.
func (e *Explainer) method(route access.Route) (string, error) {
	switch {
	case route.IsDefault() && e.kind == event.REST:
		return "", fmt.Errorf("request, a REST API has no default route, got %q, write a method and a path", access.DefaultRoute)
	case route.IsDefault():
		return access.Methods()[0], nil
	case route.Method() != "ANY":
		return route.Method(), nil
	}
	for _, method := range access.Methods() {
		if _, taken := e.table.Rule(method + " " + route.Path()); !taken {
			return method, nil
		}
	}
	return "", fmt.Errorf("request, every method has a route of its own there, got %q, write one of them", route.String())
}

// httpEvent is the event of an HTTP API, payload format 2.0.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func httpEvent(route, method, path string, authorization *string) map[string]any {
	identity, headers := []string{}, map[string]string{}
	if authorization != nil {
		identity, headers["authorization"] = append(identity, *authorization), *authorization
	}
	return map[string]any{
		"version":        "2.0",
		"type":           "REQUEST",
		"identitySource": identity,
		"routeKey":       route,
		"rawPath":        path,
		"headers":        headers,
		"requestContext": map[string]any{
			"accountId": account, "apiId": apiID, "stage": "$default", "routeKey": route,
			"http": map[string]any{"method": method, "path": path, "sourceIp": sourceIP},
		},
	}
}

// restEvent is the event of a REST API's REQUEST authorizer.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
func restEvent(template, method, path string, authorization *string) map[string]any {
	headers, all := map[string]string{}, map[string][]string{}
	if authorization != nil {
		headers["Authorization"], all["Authorization"] = *authorization, []string{*authorization}
	}
	return map[string]any{
		"type":              "REQUEST",
		"methodArn":         methodARNs + method + "/",
		"resource":          template,
		"httpMethod":        method,
		"path":              path,
		"headers":           headers,
		"multiValueHeaders": all,
		"requestContext": map[string]any{
			"accountId": account, "apiId": apiID, "stage": restStage, "resourcePath": template, "httpMethod": method,
			"identity": map[string]any{"sourceIp": sourceIP},
		},
	}
}

// encode writes JSON on one line without HTML escapes.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return b.Bytes(), err
}
