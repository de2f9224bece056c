package gateway_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestEveryRouteHasTheAuthorizerButPublicOnes(t *testing.T) {
	s := newShop(t)
	api := s.api()
	api.Handle("GET /menu", access.Public("it hangs on the door"), gateway.ToLambda(s.other))
	admins := api.Group("/admin", access.Require(s.write))
	admins.Handle("GET /", gateway.ToLambda(s.fn))
	admins.Group("/deep", access.RequireAnyOf(s.read)).Handle("ANY /{path+}", gateway.ToLambda(s.other))
	template := mustSynth(t, s.app)

	authorizer := ""
	for id, r := range template.Resources {
		if r.Type == "AWS::ApiGatewayV2::Authorizer" {
			authorizer = id
		}
	}
	rules := map[string]string{}
	for _, r := range template.ofType("AWS::ApiGatewayV2::Route") {
		key := r.Properties["RouteKey"].(string)
		rules[key] = r.Metadata["scopeway"].(map[string]any)["rule"].(string)
		wantType, wantID := "CUSTOM", any(map[string]any{"Ref": authorizer})
		if key == "GET /menu" {
			wantType, wantID = "NONE", nil
		}
		if r.Properties["AuthorizationType"] != wantType || !reflect.DeepEqual(r.Properties["AuthorizerId"], wantID) {
			t.Errorf("route %q has %v and %v, want %s and %v", key, r.Properties["AuthorizationType"], r.Properties["AuthorizerId"], wantType, wantID)
		}
	}
	want := map[string]string{
		"GET /orders/{id}":        "orders/read",
		"POST /orders":            "orders/write",
		"GET /menu":               "public: it hangs on the door",
		"GET /admin":              "orders/write",
		"ANY /admin/deep/{path+}": "orders/write and orders/read",
	}
	if !reflect.DeepEqual(rules, want) {
		t.Errorf("rules = %v, want %v", rules, want)
	}
}

func TestOneIntegrationAndOnePermissionForAFunction(t *testing.T) {
	s := newShop(t)
	api := s.api()
	api.Handle("PUT /orders/{id}", access.Require(s.write), gateway.ToLambda(s.fn))
	api.Handle("GET /other", access.Require(s.read), gateway.ToLambda(s.other))
	template := mustSynth(t, s.app)
	if n := len(template.ofType("AWS::ApiGatewayV2::Integration")); n != 2 {
		t.Errorf("got %d integrations for two functions, want 2", n)
	}
	if n := len(template.ofType("AWS::Lambda::Permission")); n != 3 {
		t.Errorf("got %d permissions for two functions and the authorizer, want 3", n)
	}
	template.one(t, "AWS::ApiGatewayV2::Authorizer")
}

func TestTheCacheKeyHoldsTheRoute(t *testing.T) {
	for _, c := range []struct {
		name  string
		cache awscdk.Duration
		want  float64
	}{
		{"by default", nil, 60},
		{"off", awscdk.Duration_Seconds(jsii.Number(0)), 0},
		{"as long as can be", awscdk.Duration_Hours(jsii.Number(1)), 3600},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			api := s.bareApi(&gateway.HttpApiProps{Cache: c.cache})
			api.Handle("GET /", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			p := mustSynth(t, s.app).one(t, "AWS::ApiGatewayV2::Authorizer").Properties
			if p["AuthorizerResultTtlInSeconds"] != c.want {
				t.Errorf("cache = %v, want %v", p["AuthorizerResultTtlInSeconds"], c.want)
			}
			if want := []any{"$request.header.Authorization", "$context.routeKey"}; !reflect.DeepEqual(p["IdentitySource"], want) {
				t.Errorf("identity sources = %v, want %v", p["IdentitySource"], want)
			}
			if p["AuthorizerType"] != "REQUEST" || p["EnableSimpleResponses"] != true || p["AuthorizerPayloadFormatVersion"] != "2.0" {
				t.Errorf("authorizer = %v", p)
			}
		})
	}
}

func TestThePathJoinsTheCacheKeyWhereItIsWanted(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		build(s, gateway.Props{CacheByPath: true})
		kind := "AWS::ApiGatewayV2::Authorizer"
		if rest {
			kind = "AWS::ApiGateway::Authorizer"
		}
		if got := fmt.Sprint(mustSynth(t, s.app).one(t, kind).Properties["IdentitySource"]); !has(got, "context.path") {
			t.Errorf("identity sources = %s, want the path among them", got)
		}
	})
}

func TestLogsAndThrottleAreOnByDefault(t *testing.T) {
	s := newShop(t)
	s.api()
	template := mustSynth(t, s.app)
	p := template.one(t, "AWS::ApiGatewayV2::Stage").Properties
	if want := map[string]any{"ThrottlingRateLimit": 1000.0, "ThrottlingBurstLimit": 500.0}; !reflect.DeepEqual(p["DefaultRouteSettings"], want) {
		t.Errorf("throttle = %v, want %v", p["DefaultRouteSettings"], want)
	}
	var line map[string]string
	if err := json.Unmarshal([]byte(p["AccessLogSettings"].(map[string]any)["Format"].(string)), &line); err != nil {
		t.Fatalf("the access log's format is not JSON: %v", err)
	}
	if line["decision_id"] != "$context.authorizer.decision_id" || line["route"] != "$context.routeKey" {
		t.Errorf("the access line does not join the audit line: %v", line)
	}
	for _, r := range template.ofType("AWS::Logs::LogGroup") {
		if r.DeletionPolicy != "Retain" || r.Properties["RetentionInDays"] != 365.0 {
			t.Errorf("log group = %v, want it kept, for a year", r)
		}
	}
}

func TestTheAuthorizerMayWriteItsLogAndNothingElse(t *testing.T) {
	s := newShop(t)
	s.api()
	template := mustSynth(t, s.app)
	for id, r := range template.Resources {
		if r.Type != "AWS::IAM::Role" || !has(id, "Authorizer") {
			continue
		}
		text, _ := json.Marshal(r.Properties)
		if r.Properties["ManagedPolicyArns"] != nil || has(string(text), `"Resource":"*"`) {
			t.Errorf("role = %s", text)
		}
		if !has(string(text), `"Action":["logs:CreateLogStream","logs:PutLogEvents"]`) {
			t.Errorf("role = %s, want two log actions", text)
		}
		return
	}
	t.Error("the authorizer has no role of its own")
}

func TestTheAuthorizerKnowsWhoIsTrusted(t *testing.T) {
	s := newShop(t)
	stock := access.NewResourceServer("stock", "Stock API")
	count := stock.Scope("count", "Count things")
	partner := identity.NewIssuer(s.stack, "Partner", &identity.IssuerProps{
		Url: "https://partner.example.com/", KeysUrl: "https://partner.example.com/keys",
		Serves: identity.Serves{stock: "https://stock.example.com"}, Algorithms: []string{"ES256", "EdDSA"},
	})
	api := s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, partner}})
	api.Handle("GET /", access.Require(s.read, s.write, count), gateway.ToLambda(s.fn))
	template := mustSynth(t, s.app)
	for _, r := range template.ofType("AWS::Lambda::Function") {
		environment, ok := r.Properties["Environment"].(map[string]any)
		if !ok {
			continue
		}
		text, _ := json.Marshal(environment["Variables"].(map[string]any)["SCOPEWAY_IDENTITIES"])
		for _, part := range []string{
			`\"name\":\"Main/Users\"`, `\"profile\":\"cognito\"`, `\"audiences\":{\"orders\":\"orders\"}`, `\"clients\":[\"`,
			`\"issuer\":\"https://partner.example.com/\"`, `\"keys\":\"https://partner.example.com/keys\"`, `\"profile\":\"rfc9068\"`,
			`\"algorithms\":[\"ES256\",\"EdDSA\"]`, `\"audiences\":{\"stock\":\"https://stock.example.com\"}`, `\"anyClient\":true`,
		} {
			if !has(string(text), part) {
				t.Errorf("environment = %s, want %s in it", text, part)
			}
		}
		if r.Properties["Runtime"] != "provided.al2023" || !reflect.DeepEqual(r.Properties["Architectures"], []any{"arm64"}) {
			t.Errorf("function = %v", r.Properties)
		}
		return
	}
	t.Error("no function has an environment")
}

func TestTheTemplateNamesTheTable(t *testing.T) {
	s := newShop(t)
	s.api()
	want, err := access.Compile(
		access.Declaration{Route: "POST /orders", Rule: access.Require(s.write)},
		access.Declaration{Route: "GET /orders/{id}", Rule: access.Require(s.read)},
	)
	if err != nil {
		t.Fatal(err)
	}
	mark := mustSynth(t, s.app).one(t, "AWS::ApiGatewayV2::Api").Metadata["scopeway"].(map[string]any)
	if mark["table"] != want.Digest() || mark["version"] != 1.0 {
		t.Errorf("mark = %v, want table %s", mark, want.Digest())
	}
}

func TestADeclarationThatMovesChangesNothing(t *testing.T) {
	build := func(t *testing.T, moved bool) string {
		s := newShop(t)
		api := s.bareApi(nil)
		if moved {
			api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
			api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
		} else {
			api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
		}
		template := mustSynth(t, s.app)
		text, _ := json.Marshal(template.Resources)
		return string(text)
	}
	if build(t, false) != build(t, true) {
		t.Error("the order of declarations is in the template")
	}
}

func TestAnotherRuleGivesAnotherBundle(t *testing.T) {
	key := func(rule func(*shop) access.Rule) string {
		s := newShop(t)
		api := s.api()
		api.Handle("GET /more", rule(s), gateway.ToLambda(s.fn))
		for _, r := range mustSynth(t, s.app).ofType("AWS::Lambda::Function") {
			if code := r.Properties["Code"].(map[string]any); code["S3Key"] != nil {
				return code["S3Key"].(string)
			}
		}
		t.Fatal("no function has an asset")
		return ""
	}
	read := func(s *shop) access.Rule { return access.Require(s.read) }
	first, again := key(read), key(read)
	if first != again {
		t.Error("the same table has two bundles")
	}
	if first == key(func(s *shop) access.Rule { return access.Require(s.write) }) {
		t.Error("another rule has the same bundle")
	}
}

func TestTwoApisOfOneAppHaveAnAuthorizerEach(t *testing.T) {
	s := newShop(t)
	s.api()
	second := gateway.NewHttpApi(s.stack, "Second", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}})
	second.Handle("GET /", access.Require(s.read), gateway.ToLambda(s.fn))
	template := mustSynth(t, s.app)
	if n := len(template.ofType("AWS::ApiGatewayV2::Authorizer")); n != 2 {
		t.Errorf("got %d authorizers, want 2", n)
	}
}

func TestIdentityAndBackendsMayLiveInOtherStacks(t *testing.T) {
	s := newShop(t)
	apart := newStack(s.app, "Apart")
	api := gateway.NewHttpApi(apart, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}})
	api.Handle("GET /", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	templates, failure := synth(s.app)
	if failure != "" {
		t.Fatal(failure)
	}
	if len(templates["Apart"].ofType("AWS::ApiGatewayV2::Route")) != 1 {
		t.Error("the route is not in the API's stack")
	}
}

func TestTheUrlHasNoSlashAtItsEnd(t *testing.T) {
	s := newShop(t)
	api := s.api()
	awscdk.NewCfnOutput(s.stack, jsii.String("Url"), &awscdk.CfnOutputProps{Value: api.Url()})
	text, _ := json.Marshal(mustSynth(t, s.app).Outputs["Url"])
	if !has(string(text), "ApiEndpoint") {
		t.Errorf("Url = %s, want the API's endpoint", text)
	}
}
