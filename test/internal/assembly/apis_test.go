package assembly

import (
	"reflect"
	"strings"
	"testing"
)

func TestARESTAuthorizerIsNotCachedByTheContext(t *testing.T) {
	for _, ttl := range []string{`,"AuthorizerResultTtlInSeconds":60`, ""} {
		adapted, changes := resourcesOf(t, `{"A":{"Type":"AWS::ApiGateway::Authorizer","Properties":{
			"IdentitySource":"method.request.header.Authorization,context.httpMethod,context.resourcePath","Name":"a"`+ttl+`}}}`)
		properties := adapted["A"].(object)["Properties"].(object)
		if properties["AuthorizerResultTtlInSeconds"] != 0.0 || properties["Name"] != "a" || !reflect.DeepEqual(changes, []string{"A does not cache"}) {
			t.Errorf("adapted to %v, %q, want a time to live of 0", properties, changes)
		}
	}
}

func integration(uri, parameters string) string {
	return `{"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"IntegrationType":"HTTP_PROXY","IntegrationUri":` + uri + `,"RequestParameters":` + parameters + `}}}`
}

func TestAnHTTPAPIsMappingsAreRespelled(t *testing.T) {
	for _, c := range []struct{ uri, parameters, wantURI, want string }{
		{`"http://127.0.0.1:1"`, `{"overwrite:header.C":"$context.authorizer.caller","overwrite:path":"$request.path"}`,
			"http://127.0.0.1:1", `{"overwrite:header.C":"$context.authorizer.lambda.caller"}`},
		{`"http://127.0.0.1:1/base"`, `{"overwrite:header.C":"a ${context.authorizer.sub} b","overwrite:path":"/base${request.path}"}`,
			"http://127.0.0.1:1/base", `{"overwrite:header.C":"a ${context.authorizer.lambda.sub} b"}`},
		{`"http://127.0.0.1:1/ignored"`, `{"overwrite:header.C":"public","overwrite:path":"$request.path"}`,
			"http://127.0.0.1:1", `{"overwrite:header.C":"public"}`},
	} {
		adapted, changes := resourcesOf(t, integration(c.uri, c.parameters))
		properties := adapted["I"].(object)["Properties"].(object)
		if properties["IntegrationUri"] != c.wantURI || !reflect.DeepEqual(properties["RequestParameters"], any(parse(t, c.want))) || len(changes) != 1 {
			t.Errorf("%s, %s became %v, %q", c.uri, c.parameters, properties, changes)
		}
	}
}

func TestABasePathOnAURLThatIsNotKnownIsAnError(t *testing.T) {
	for _, uri := range []string{`{"Ref":"Listener"}`, `"/orders"`, `"http://a b"`} {
		template := `{"Resources":` + integration(uri, `{"overwrite:path":"$request.path"}`) + `}`
		if _, _, err := adaptTemplate([]byte(template)); err == nil || !strings.HasPrefix(err.Error(), "I: IntegrationUri is not a URL") {
			t.Errorf("URL %s = %v, want an error", uri, err)
		}
	}
}

func TestARESTMethodThatMapsHeadersGoesThroughAFunction(t *testing.T) {
	adapted, changes := resourcesOf(t, `{"M":{"Type":"AWS::ApiGateway::Method","Properties":{"AuthorizationType":"CUSTOM","Integration":{
		"Type":"HTTP_PROXY","IntegrationHttpMethod":"ANY","Uri":{"Ref":"U"},"RequestParameters":{"integration.request.header.C":"context.authorizer.caller"}}}}}`)
	method := adapted["M"].(object)["Properties"].(object)
	integration := method["Integration"].(object)
	relay := adapted["MRelay"].(object)["Properties"].(object)
	variables := relay["Environment"].(object)["Variables"]
	want := parse(t, `{"URI":{"Ref":"U"},"METHOD":"ANY","PARAMETERS":"{\"integration.request.header.C\":\"context.authorizer.caller\"}"}`)
	if method["AuthorizationType"] != "CUSTOM" || integration["Type"] != "AWS_PROXY" || !reflect.DeepEqual(variables, any(want)) {
		t.Errorf("adapted to %v with %v, want a relay", method, variables)
	}
	if want := []string{"M goes through the function MRelay"}; !reflect.DeepEqual(changes, want) {
		t.Errorf("changes are %q, want %q", changes, want)
	}
}
