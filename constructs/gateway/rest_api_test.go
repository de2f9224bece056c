package gateway_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// restApi makes a REST API without routes that trusts the users.
func (s *shop) restApi(props *gateway.RestApiProps) gateway.RestApi {
	if props == nil {
		props = &gateway.RestApiProps{}
	}
	if props.Trusts == nil {
		props.Trusts = []identity.Identity{s.users}
	}
	return gateway.NewRestApi(s.stack, "Api", props)
}

// rest makes a REST API with two routes that use both scopes.
func (s *shop) rest(props *gateway.RestApiProps) gateway.RestApi {
	api := s.restApi(props)
	api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
	return api
}

// methods returns the REST methods by route key.
func (t template) methods() map[string]resource {
	paths := map[string]string{}
	var path func(reference any) string
	path = func(reference any) string {
		id, isRef := reference.(map[string]any)["Ref"].(string)
		if !isRef {
			return "" // the root
		}
		if paths[id] == "" {
			p := t.Resources[id].Properties
			paths[id] = path(p["ParentId"]) + "/" + p["PathPart"].(string)
		}
		return paths[id]
	}
	methods := map[string]resource{}
	for _, r := range t.ofType("AWS::ApiGateway::Method") {
		key := path(r.Properties["ResourceId"])
		if key == "" {
			key = "/"
		}
		methods[r.Properties["HttpMethod"].(string)+" "+key] = r
	}
	return methods
}

func TestEveryMethodHasTheAuthorizerButPublicOnes(t *testing.T) {
	s := newShop(t)
	api := s.rest(nil)
	api.Handle("GET /menu", access.Public("it hangs on the door"), gateway.ToLambda(s.other))
	api.Handle("ANY /", access.Require(s.read), gateway.ToLambda(s.fn))
	admins := api.Group("/admin", access.Require(s.write))
	admins.Handle("GET /", gateway.ToLambda(s.fn))
	admins.Group("/deep", access.RequireAnyOf(s.read)).Handle("ANY /{path+}", gateway.ToLambda(s.other))
	template := mustSynth(t, s.app)
	rules := map[string]any{}
	for key, r := range template.methods() {
		rules[key] = r.Metadata["scopeway"].(map[string]any)["rule"]
		_, hasAuthorizer := r.Properties["AuthorizerId"].(map[string]any)
		if open := key == "GET /menu"; hasAuthorizer == open || (r.Properties["AuthorizationType"] == "NONE") != open {
			t.Errorf("method %q has %v and %v", key, r.Properties["AuthorizationType"], r.Properties["AuthorizerId"])
		}
	}
	want := map[string]any{
		"GET /orders/{id}":        "orders/read",
		"POST /orders":            "orders/write",
		"GET /menu":               "public: it hangs on the door",
		"ANY /":                   "orders/read",
		"GET /admin":              "orders/write",
		"ANY /admin/deep/{path+}": "orders/write and orders/read",
	}
	if !reflect.DeepEqual(rules, want) {
		t.Errorf("rules = %v, want %v", rules, want)
	}
	if n := len(template.ofType("AWS::Lambda::Permission")); n != 3 {
		t.Errorf("got %d permissions for two functions and the authorizer, want 3", n)
	}
}

func TestNoWordOfAPathMeetsAnIdOfAwscdk(t *testing.T) {
	keys := []string{
		"GET /", "GET /GET", "GET /Default", "GET /Resource", "GET /x/Resource", "GET /x/GET", "GET /x", "GET /v1/Default", "GET /v1",
		"GET /Deployment", "GET /Endpoint", "GET /Default/GET", "GET /a-b", "GET /a_b", "GET /a.b", "GET /ab", "GET /a--b", "GET /a/b", "GET /a:b",
		"ANY /Default/{Default+}", "GET /Resource/{Resource}", "OPTIONS /OPTIONS",
	}
	s := newShop(t)
	api := s.restApi(&gateway.RestApiProps{StageName: "GET"})
	for _, key := range keys {
		api.Handle(key, access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	}
	methods := mustSynth(t, s.app).methods()
	if len(methods) != len(keys) {
		t.Errorf("got %d methods of %d routes", len(methods), len(keys))
	}
	for _, key := range keys {
		if _, ok := methods[key]; !ok {
			t.Errorf("route %q has no method", key)
		}
	}
}

func TestTheCacheKeyOfARestApiHoldsTheMethod(t *testing.T) {
	s := newShop(t)
	s.rest(nil)
	p := mustSynth(t, s.app).one(t, "AWS::ApiGateway::Authorizer").Properties
	if p["IdentitySource"] != "method.request.header.Authorization,context.httpMethod,context.resourcePath" || p["Type"] != "REQUEST" || p["AuthorizerResultTtlInSeconds"] != 60.0 {
		t.Errorf("authorizer = %v", p)
	}
}

// deployment returns the logical id of the REST deployment.
func deployment(t *testing.T, build func(s *shop)) string {
	t.Helper()
	s := newShop(t)
	build(s)
	template := mustSynth(t, s.app)
	for id, r := range template.Resources {
		if r.Type == "AWS::ApiGateway::Deployment" {
			depends := fmt.Sprint(r.DependsOn)
			for method, m := range template.Resources {
				if (m.Type == "AWS::ApiGateway::Method" || m.Type == "AWS::ApiGateway::GatewayResponse") && !strings.Contains(depends, method) {
					t.Errorf("the deployment does not wait for %s", method)
				}
			}
			return id
		}
	}
	t.Fatal("the template has no deployment")
	return ""
}

func TestWhateverChangesWhoMayCallIsDeployed(t *testing.T) {
	plain := deployment(t, func(s *shop) { s.rest(nil) })
	if again := deployment(t, func(s *shop) { s.rest(nil) }); again != plain {
		t.Errorf("nothing changed, and the deployment went from %s to %s", plain, again)
	}
	seen := map[string]string{plain: "the plain API"}
	for name, build := range map[string]func(s *shop){
		"another rule": func(s *shop) {
			api := s.restApi(nil)
			api.Handle("GET /orders/{id}", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
		},
		"another life of cached answers": func(s *shop) {
			s.rest(&gateway.RestApiProps{Cache: awscdk.Duration_Seconds(jsii.Number(0))})
		},
		"a route more": func(s *shop) {
			s.rest(nil).Handle("GET /more", access.Require(s.read), gateway.ToLambda(s.fn))
		},
		"CORS": func(s *shop) { s.rest(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"*"}}}) },
		"another backend": func(s *shop) {
			api := s.restApi(nil)
			api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.other))
		},
	} {
		id := deployment(t, build)
		if other := seen[id]; other != "" {
			t.Errorf("%s has the deployment of %s (%s): the old one would stay live", name, other, id)
		}
		seen[id] = name
	}
}

func TestErrorsOfARestApiSayNothing(t *testing.T) {
	s := newShop(t)
	s.rest(nil)
	template := mustSynth(t, s.app)
	bodies := map[string]string{
		"UNAUTHORIZED":                   `{"message":"Unauthorized"}`,
		"ACCESS_DENIED":                  `{"message":"Forbidden"}`,
		"AUTHORIZER_FAILURE":             `{"message":"Internal Server Error"}`,
		"AUTHORIZER_CONFIGURATION_ERROR": `{"message":"Internal Server Error"}`,
		"MISSING_AUTHENTICATION_TOKEN":   `{"message":"Not Found"}`,
		"RESOURCE_NOT_FOUND":             `{"message":"Not Found"}`,
		"DEFAULT_4XX":                    `{"message":"Request Refused"}`,
		"DEFAULT_5XX":                    `{"message":"Internal Server Error"}`,
	}
	for _, r := range template.ofType("AWS::ApiGateway::GatewayResponse") {
		kind := r.Properties["ResponseType"].(string)
		if got := r.Properties["ResponseTemplates"].(map[string]any)["application/json"]; got != bodies[kind] {
			t.Errorf("%s answers %v, want %s", kind, got, bodies[kind])
		}
		headers := r.Properties["ResponseParameters"].(map[string]any)
		if headers["gatewayresponse.header.Cache-Control"] != "'no-store'" {
			t.Errorf("%s may be cached: %v", kind, headers)
		}
		challenge := map[string]any{"UNAUTHORIZED": "'Bearer'", "ACCESS_DENIED": `'Bearer error="insufficient_scope"'`}[kind]
		if headers["gatewayresponse.header.WWW-Authenticate"] != challenge {
			t.Errorf("%s challenges with %v, want %v", kind, headers["gatewayresponse.header.WWW-Authenticate"], challenge)
		}
		delete(bodies, kind)
	}
	if len(bodies) > 0 {
		t.Errorf("no answer is fixed for %v", bodies)
	}
}

func TestTheCloudWatchRoleIsOneForAStackAndKept(t *testing.T) {
	s := newShop(t)
	s.rest(nil)
	gateway.NewRestApi(s.stack, "Second", &gateway.RestApiProps{Trusts: []identity.Identity{s.users}}).
		Handle("GET /x", access.Require(s.read), gateway.ToLambda(s.fn))
	template := mustSynth(t, s.app)
	if account := template.one(t, "AWS::ApiGateway::Account"); account.DeletionPolicy != "Retain" {
		t.Errorf("account = %v, want it kept", account)
	}
	for _, stage := range template.ofType("AWS::ApiGateway::Stage") {
		if !strings.Contains(fmt.Sprint(stage.DependsOn), "ScopewayApiGatewayAccount") {
			t.Errorf("the stage does not wait for the account's setting: %v", stage.DependsOn)
		}
	}

	s = newShop(t)
	s.rest(&gateway.RestApiProps{NoCloudWatchRole: true})
	if n := len(mustSynth(t, s.app).ofType("AWS::ApiGateway::Account")); n != 0 {
		t.Errorf("got %d account settings, want none", n)
	}
}

func TestWhatOnlyARestApiRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(s *shop)
		ids   []string
		text  string
	}{
		{"a default route", func(s *shop) {
			s.rest(nil).Handle("$default", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"NoDefaultRoute"}, "ANY /{path+}"},
		{"sibling variables with two names", func(s *shop) {
			s.rest(nil).Handle("GET /orders/{order}/items", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"SiblingVariables"}, `its variable "{order}" stands where route "GET /orders/{id}"`},
		{"a greedy variable beside a plain one", func(s *shop) {
			s.rest(nil).Handle("GET /orders/{path+}", access.Require(s.read, s.write), gateway.ToLambda(s.other))
		}, []string{"SiblingVariables"}, `"{path+}"`},
		{"sibling variables at the root", func(s *shop) {
			api := s.rest(nil)
			api.Handle("GET /{a}", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Handle("POST /{b}", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"SiblingVariables"}, `after "/"`},
		{"an OPTIONS route where CORS answers", func(s *shop) {
			s.rest(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"*"}}}).
				Handle("OPTIONS /orders", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"CorsPreflight"}, "leave out OPTIONS"},
		{"a path that no policy could name", func(s *shop) {
			s.rest(nil).Handle("GET /"+strings.Repeat("long/", 80)+"end", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"PathTooLong"}, "512"},
		{"an integration of the other kind", func(s *shop) {
			s.rest(nil).Handle("GET /x", access.Require(s.read), gateway.ToHttpIntegration(httpIntegration()))
		}, []string{"WrongKind"}, "write gateway.ToRestIntegration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			c.build(s)
			_, failure := synth(s.app)
			ids := problemIDs(failure)
			slices.Sort(ids)
			if !slices.Equal(ids, c.ids) || !has(failure, c.text) {
				t.Errorf("problems = %v, want %v with %q in\n%s", ids, c.ids, c.text, failure)
			}
		})
	}
}

func TestALongConstructIdSaysWhatToDo(t *testing.T) {
	for length, ids := range map[int][]string{60: nil, 300: {"LongPath"}} {
		s := newShop(t)
		gateway.NewRestApi(s.stack, strings.Repeat("a", length), &gateway.RestApiProps{Trusts: []identity.Identity{s.users}}).
			Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		_, failure := synth(s.app)
		if got := problemIDs(failure); !slices.Equal(got, ids) || ids == nil && failure != "" {
			t.Errorf("an id of %d characters: problems = %v, want %v\n%s", length, got, ids, failure)
		}
	}
}

func TestAStackThatIsTooFullSaysWhatToDo(t *testing.T) {
	build := func(routes int) (template, string) {
		s := newShop(t)
		api := s.restApi(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"https://app.example.com"}}})
		for i := range routes {
			api.Handle(fmt.Sprintf("GET /r%d", i), access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}
		templates, failure := synth(s.app)
		return templates["Main"], failure
	}
	// Each has a path, a method and a preflight.
	if template, failure := build(150); failure != "" || len(template.methods()) != 300 {
		t.Errorf("150 routes with CORS do not synthesise: %s", failure)
	}
	_, failure := build(160)
	if ids := problemIDs(failure); !slices.Contains(ids, "TooManyResources") || !has(failure, "use an HTTP API") {
		t.Errorf("160 routes with CORS: %s", failure)
	}
}

func TestUrlsOfBothKindsHaveNoSlashAtTheEnd(t *testing.T) {
	s := newShop(t)
	h, r := s.api(), gateway.NewRestApi(s.stack, "Rest", &gateway.RestApiProps{Trusts: []identity.Identity{s.users}, StageName: "v1"})
	r.Handle("GET /x", access.Require(s.read), gateway.ToLambda(s.fn))
	n := gateway.NewHttpApi(s.stack, "Named", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}, StageName: "v1"})
	n.Handle("GET /x", access.Require(s.read), gateway.ToLambda(s.fn))
	closed := gateway.NewHttpApi(s.stack, "Closed", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}, DisableDefaultEndpoint: true})
	closed.Handle("GET /x", access.Require(s.read), gateway.ToLambda(s.fn))
	for name, url := range map[string]*string{"Plain": h.Url(), "Rest": r.Url(), "Named": n.Url(), "Closed": closed.Url()} {
		awscdk.NewCfnOutput(s.stack, jsii.String(name+"Url"), &awscdk.CfnOutputProps{Value: url})
	}
	outputs := mustSynth(t, s.app).Outputs
	for name, end := range map[string]string{"PlainUrl": "ApiEndpoint", "RestUrl": "/v1", "NamedUrl": "/v1", "ClosedUrl": ".execute-api."} {
		if text := fmt.Sprint(outputs[name]); !has(text, end) || has(text, "v1/") {
			t.Errorf("%s = %s, want %s at its end", name, text, end)
		}
	}
}

func TestAnAliasIsCalledByItsOwnName(t *testing.T) {
	s := newShop(t)
	alias := s.fn.AddAlias(jsii.String("live"), nil)
	api := s.restApi(nil)
	api.Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(alias))
	template := mustSynth(t, s.app)
	integration := fmt.Sprint(template.methods()["GET /x"].Properties["Integration"])
	if !has(integration, "FnAliaslive") {
		t.Errorf("integration = %s, want the alias", integration)
	}
	for _, p := range template.ofType("AWS::Lambda::Permission") {
		if name := fmt.Sprint(p.Properties["FunctionName"]); !has(name, "FnAliaslive") && !has(name, "Authorizer") {
			t.Errorf("permission = %v, want the alias", p.Properties)
		}
	}
	var _ awslambda.IFunction = alias
}

func TestOneKindOfApiMayTakeTheOthersPlace(t *testing.T) {
	types := func(build func(s *shop)) map[string]string {
		s := newShop(t)
		build(s)
		found := map[string]string{}
		for id, r := range mustSynth(t, s.app).Resources {
			found[id] = r.Type
		}
		return found
	}
	certificate := func(s *shop) *gateway.Domain {
		return &gateway.Domain{Name: "api.example.com", Certificate: awscertificatemanager.Certificate_FromCertificateArn(s.stack, jsii.String("Certificate"), jsii.String("arn:aws:acm:us-east-1:123456789012:certificate/x"))}
	}
	http := types(func(s *shop) {
		api := s.bareApi(&gateway.HttpApiProps{Domain: certificate(s), StageName: "v1"})
		api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
		api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
	})
	rest := types(func(s *shop) { s.rest(&gateway.RestApiProps{Domain: certificate(s), StageName: "v1"}) })
	for id, kind := range http {
		if other, both := rest[id]; both && other != kind {
			t.Errorf("%s is %s on an HTTP API and %s on a REST API, which CloudFormation would refuse to change", id, kind, other)
		}
	}
}
