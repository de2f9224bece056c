package gateway_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
)

func TestCorsOfAnHttpApiIsItsConfiguration(t *testing.T) {
	s := newShop(t)
	api := s.bareApi(&gateway.HttpApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"https://app.example.com", "http://localhost:5173"}, AllowCredentials: true, ExposeHeaders: []string{"ETag"}, MaxAge: awscdk.Duration_Minutes(jsii.Number(1))}})
	api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
	template := mustSynth(t, s.app)
	want := map[string]any{
		"AllowOrigins": []any{"https://app.example.com", "http://localhost:5173"}, "AllowCredentials": true,
		"AllowHeaders": []any{"Authorization", "Content-Type"}, "AllowMethods": []any{"GET", "POST"}, "ExposeHeaders": []any{"ETag"}, "MaxAge": 60.0,
	}
	if got := template.one(t, "AWS::ApiGatewayV2::Api").Properties["CorsConfiguration"]; !reflect.DeepEqual(got, want) {
		t.Errorf("CORS = %v, want %v", got, want)
	}
	for _, r := range template.ofType("AWS::ApiGatewayV2::Route") {
		if r.Properties["AuthorizationType"] != "CUSTOM" {
			t.Errorf("CORS opened %v", r.Properties["RouteKey"])
		}
	}
}

func TestCorsOfARestApiOpensPreflightsAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		origins     []string
		credentials bool
		preflight   string // the fixed origin
		errors      any
		credential  any
	}{
		{[]string{"https://app.example.com"}, true, "'https://app.example.com'", "'https://app.example.com'", "'true'"},
		{[]string{"https://a.example.com", "https://b.example.com"}, true, "'https://a.example.com'", "method.request.header.Origin", nil},
		{[]string{"*"}, false, "'*'", "'*'", nil},
	} {
		s := newShop(t)
		api := s.rest(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: c.origins, AllowCredentials: c.credentials}})
		api.Handle("PUT /orders/{id}", access.Require(s.write), gateway.ToLambda(s.fn))
		template := mustSynth(t, s.app)
		var open []string
		for key, m := range template.methods() {
			if m.Properties["AuthorizationType"] != "NONE" {
				continue
			}
			open = append(open, key)
			i := m.Properties["Integration"].(map[string]any)
			answer := i["IntegrationResponses"].([]any)[0].(map[string]any)["ResponseParameters"].(map[string]any)
			if i["Type"] != "MOCK" || answer["method.response.header.Access-Control-Allow-Origin"] != c.preflight || answer["method.response.header.Access-Control-Allow-Methods"] != "'GET,POST,PUT'" {
				t.Errorf("%v: %s answers %v", c.origins, key, i)
			}
		}
		slices.Sort(open)
		if want := []string{"OPTIONS /orders", "OPTIONS /orders/{id}"}; !slices.Equal(open, want) {
			t.Errorf("%v: open methods are %v, want %v", c.origins, open, want)
		}
		for _, r := range template.ofType("AWS::ApiGateway::GatewayResponse") {
			headers := r.Properties["ResponseParameters"].(map[string]any)
			if headers["gatewayresponse.header.Access-Control-Allow-Origin"] != c.errors || headers["gatewayresponse.header.Access-Control-Allow-Credentials"] != c.credential {
				t.Errorf("%v: a page cannot read %v, or any page can with credentials: %v", c.origins, r.Properties["ResponseType"], headers)
			}
		}
	}
}

func TestWhichCorsIsRefused(t *testing.T) {
	hour := awscdk.Duration_Hours(jsii.Number(25))
	for _, c := range []struct {
		name string
		cors gateway.Cors
		ids  []string
	}{
		{"no origin", gateway.Cors{}, []string{"CorsOrigin"}},
		{"every origin with credentials", gateway.Cors{AllowOrigins: []string{"*"}, AllowCredentials: true}, []string{"CorsWildcard"}},
		{"every origin beside one", gateway.Cors{AllowOrigins: []string{"*", "https://a.example.com"}}, []string{"CorsOrigin"}},
		{"a wildcard within an origin", gateway.Cors{AllowOrigins: []string{"https://*.example.com"}}, []string{"CorsOrigin"}},
		{"the null origin", gateway.Cors{AllowOrigins: []string{"null"}}, []string{"CorsOrigin"}},
		{"a slash at the end", gateway.Cors{AllowOrigins: []string{"https://a.example.com/"}}, []string{"CorsOrigin"}},
		{"a path", gateway.Cors{AllowOrigins: []string{"https://a.example.com/app"}}, []string{"CorsOrigin"}},
		{"no scheme", gateway.Cors{AllowOrigins: []string{"a.example.com"}}, []string{"CorsOrigin"}},
		{"capitals", gateway.Cors{AllowOrigins: []string{"https://A.example.com"}}, []string{"CorsOrigin"}},
		{"plain http", gateway.Cors{AllowOrigins: []string{"http://a.example.com"}}, []string{"CorsOrigin"}},
		{"one origin twice", gateway.Cors{AllowOrigins: []string{"https://a.example.com", "https://a.example.com"}}, []string{"CorsOrigin"}},
		{"a quote that would end API Gateway's text", gateway.Cors{AllowOrigins: []string{"https://a.example.com'"}}, []string{"CorsOrigin"}},
		{"a header that is none", gateway.Cors{AllowOrigins: []string{"*"}, AllowHeaders: []string{"X: y"}}, []string{"CorsHeader"}},
		{"a header with a quote", gateway.Cors{AllowOrigins: []string{"*"}, ExposeHeaders: []string{"X'"}}, []string{"CorsHeader"}},
		{"a preflight for a part of a second", gateway.Cors{AllowOrigins: []string{"*"}, MaxAge: awscdk.Duration_Seconds(jsii.Number(1.0 / 3))}, []string{"CorsMaxAge"}},
		{"a preflight for longer than a day", gateway.Cors{AllowOrigins: []string{"*"}, MaxAge: hour}, []string{"CorsMaxAge"}},
	} {
		for _, kind := range []string{"HTTP", "REST"} {
			t.Run(c.name+" on "+kind, func(t *testing.T) {
				s := newShop(t)
				cors := c.cors
				if kind == "REST" {
					s.rest(&gateway.RestApiProps{Cors: &cors})
				} else {
					api := s.bareApi(&gateway.HttpApiProps{Cors: &cors})
					api.Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
				}
				_, failure := synth(s.app)
				if ids := problemIDs(failure); !slices.Equal(ids, c.ids) {
					t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
				}
			})
		}
	}
	for _, key := range []string{"ANY /x", "OPTIONS /x", "$default"} {
		s := newShop(t)
		api := s.bareApi(&gateway.HttpApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"*"}}})
		api.Handle(key, access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		_, failure := synth(s.app)
		if ids := problemIDs(failure); !slices.Equal(ids, []string{"CorsPreflight"}) {
			t.Errorf("%s takes the preflight requests: problems = %v, want CorsPreflight", key, ids)
		}
	}
}
