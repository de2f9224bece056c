package gateway_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

func httpIntegration() awsapigatewayv2.HttpRouteIntegration {
	return awsapigatewayv2integrations.NewHttpUrlIntegration(jsii.String("Theirs"), jsii.String("https://theirs.example.com"), nil)
}

var mayForward = &gateway.UrlProps{ForwardsToken: "it calls the ledger for the caller"}

func TestAServerBehindAnHttpApiGetsTheCallerOnEveryRoute(t *testing.T) {
	s := newShop(t)
	api := s.api()
	api.Handle("GET /stock/{id}", access.Require(s.read), gateway.ToUrl("https://stock.example.com/v2", mayForward))
	api.Handle("PUT /stock/{id}", access.Require(s.write), gateway.ToUrl("https://stock.example.com/v2", mayForward))
	api.Handle("GET /opening-hours", access.Public("they hang on the door"), gateway.ToUrl("https://stock.example.com/v2", mayForward))
	template := mustSynth(t, s.app)
	headers := map[any]int{}
	for _, i := range template.ofType("AWS::ApiGatewayV2::Integration") {
		if i.Properties["IntegrationType"] != "HTTP_PROXY" {
			continue
		}
		p := i.Properties["RequestParameters"].(map[string]any)
		headers[p["overwrite:header.ScopewayCaller"]]++
		if p["overwrite:path"] != "/v2${request.path}" || i.Properties["IntegrationUri"] != "https://stock.example.com/v2" {
			t.Errorf("integration = %v", i.Properties)
		}
	}
	if want := map[any]int{"$context.authorizer.caller": 1, "public": 1}; !reflect.DeepEqual(headers, want) {
		t.Errorf("the header is %v, want %v", headers, want)
	}
	sources := template.one(t, "AWS::ApiGatewayV2::Authorizer").Properties["IdentitySource"]
	if want := []any{"$request.header.Authorization", "$context.routeKey", "$context.path"}; !reflect.DeepEqual(sources, want) {
		t.Errorf("identity sources = %v, want %v: a cached answer would serve another path", sources, want)
	}
}

func TestAServerBehindARestApiGetsTheCallerAndNoToken(t *testing.T) {
	s := newShop(t)
	api := s.rest(nil)
	api.Handle("ANY /files/{path+}", access.Require(s.read), gateway.ToUrl("https://files.example.com/base", nil))
	api.Handle("GET /ledger", access.Require(s.read), gateway.ToUrl("https://ledger.example.com", mayForward))
	api.Handle("GET /opening-hours", access.Public("they hang on the door"), gateway.ToUrl("https://files.example.com", nil))
	template := mustSynth(t, s.app)
	for key, want := range map[string]struct {
		uri, caller   string
		authorization any
	}{
		"ANY /files/{path+}": {"https://files.example.com/base/files/{path}", "context.authorizer.caller", "'removed'"},
		"GET /ledger":        {"https://ledger.example.com/ledger", "context.authorizer.caller", nil},
		"GET /opening-hours": {"https://files.example.com/opening-hours", "'public'", "'removed'"},
	} {
		i := template.methods()[key].Properties["Integration"].(map[string]any)
		p := i["RequestParameters"].(map[string]any)
		if i["Uri"] != want.uri || p["integration.request.header.ScopewayCaller"] != want.caller || p["integration.request.header.Authorization"] != want.authorization {
			t.Errorf("%s: integration = %v, want %v", key, i, want)
		}
	}
	files := template.methods()["ANY /files/{path+}"].Properties
	if !reflect.DeepEqual(files["RequestParameters"], map[string]any{"method.request.path.path": true}) {
		t.Errorf("the path's variable is not handed on: %v", files)
	}
	if source := template.one(t, "AWS::ApiGateway::Authorizer").Properties["IdentitySource"].(string); !strings.HasSuffix(source, ",context.path") {
		t.Errorf("identity source = %q, want the path in it", source)
	}
}

func TestWhichServersAreRefused(t *testing.T) {
	toUrl := func(url string, props *gateway.UrlProps) func(s *shop) {
		return func(s *shop) {
			s.rest(nil).Handle("GET /x", access.Require(s.read), gateway.ToUrl(url, props))
		}
	}
	for _, c := range []struct {
		name  string
		build func(s *shop)
		ids   []string
		text  string
	}{
		{"none", toUrl("", nil), []string{"NoBackend"}, ""},
		{"plain http over the internet", toUrl("http://orders.example.com", nil), []string{"BackendUrl"}, "in the clear"},
		{"plain http to a load balancer", toUrl("http://"+*awscdk.Aws_REGION()+".elb.example.com", nil), []string{"BackendUrl"}, "in the clear"},
		{"another scheme", toUrl("ftp://orders.example.com", nil), []string{"BackendUrl"}, "not https"},
		{"no URL", toUrl("orders", nil), []string{"BackendUrl"}, "write for example"},
		{"capitals", toUrl("https://API.example.com", nil), []string{"BackendUrl"}, "lower case"},
		{"a scheme in capitals", toUrl("HTTPS://api.example.com", nil), []string{"BackendUrl"}, "lower case"},
		{"the usual port", toUrl("https://api.example.com:443", nil), []string{"BackendUrl"}, "without saying"},
		{"the usual port with a zero before it", toUrl("https://api.example.com:0443", nil), []string{"BackendUrl"}, "without saying"},
		{"no port after a colon", toUrl("https://api.example.com:", nil), []string{"BackendUrl"}, "without saying"},
		{"a dot at the end of the host", toUrl("https://api.example.com.", nil), []string{"BackendUrl"}, "without a dot"},
		{"a number where TLS needs a name", func(s *shop) {
			s.rest(nil).Handle("GET /x", access.Require(s.read), gateway.ToUrl("https://[fd00::1]:8443", &gateway.UrlProps{VpcLink: &gateway.VpcLink{Rest: awsapigateway.VpcLink_FromVpcLinkId(s.stack, jsii.String("Link"), jsii.String("abc123"))}}))
		}, []string{"BackendUrl"}, "a name to verify"},
		{"an integration of two APIs", func(s *shop) {
			shared := httpIntegration()
			s.api().Handle("GET /x", access.Require(s.read), gateway.ToHttpIntegration(shared))
			gateway.NewHttpApi(s.stack, "Second", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}}).
				Handle("GET /x", access.Require(s.read), gateway.ToHttpIntegration(shared))
		}, []string{"SharedIntegration"}, "make one for each"},
		{"a slash at the end", toUrl("https://orders.example.com/", nil), []string{"BackendUrl"}, "ends in a slash"},
		{"a query", toUrl("https://orders.example.com?x=1", nil), []string{"BackendUrl"}, "a query"},
		{"a fragment", toUrl("https://orders.example.com#x", nil), []string{"BackendUrl"}, "a fragment"},
		{"a variable of API Gateway's", toUrl("https://orders.example.com/${request.header.x}", nil), []string{"BackendUrl"}, "another way"},
		{"a stage variable", toUrl("https://${stageVariables.host}", nil), []string{"BackendUrl"}, ""},
		{"an empty reason", toUrl("https://orders.example.com", &gateway.UrlProps{ForwardsToken: " "}), []string{"NoReason"}, "without a reason"},
		{"a timeout of a minute", toUrl("https://orders.example.com", &gateway.UrlProps{Timeout: awscdk.Duration_Minutes(jsii.Number(1))}), []string{"BackendTimeout"}, "29 seconds"},
		{"a timeout of half a millisecond more", toUrl("https://orders.example.com", &gateway.UrlProps{Timeout: awscdk.Duration_Millis(jsii.Number(50.5))}), []string{"BackendTimeout"}, "got 50.5 millis"},
		{"no URL", toUrl("", nil), []string{"NoBackend"}, "gateway.ToUrl with a URL"},
		{"a VPC link without a link", toUrl("http://nlb.internal", &gateway.UrlProps{VpcLink: &gateway.VpcLink{}}), []string{"VpcLink"}, "Rest: link"},
		{"the token behind an HTTP API without a reason", func(s *shop) {
			s.api().Handle("GET /x", access.Require(s.read), gateway.ToUrl("https://orders.example.com", nil))
		}, []string{"ForwardsToken"}, "or use gateway.NewRestApi"},
		{"an integration of the other kind", func(s *shop) {
			s.api().Handle("GET /x", access.Require(s.read), gateway.ToRestIntegration(awsapigateway.NewMockIntegration(nil)))
		}, []string{"WrongKind"}, "write gateway.ToHttpIntegration"},
		{"a public path with a variable beside closed ones", func(s *shop) {
			api := s.rest(nil)
			api.Handle("GET /menu/{day}", access.Public("it hangs on the door"), gateway.ToUrl("https://orders.example.com", nil))
			api.Handle("GET /secret", access.Require(s.read), gateway.ToUrl("https://orders.example.com/v2", nil))
		}, []string{"PublicPath"}, "an odd spelling"},
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
			if has(failure, "x=1") {
				t.Errorf("the error repeats a query, which may hold a password: %s", failure)
			}
		})
	}
}

func TestAnyIntegrationOfAwscdksHasItsRule(t *testing.T) {
	s := newShop(t)
	api := s.api()
	api.Handle("GET /theirs", access.Require(s.read), gateway.ToHttpIntegration(httpIntegration()))
	api.Handle("GET /door", access.Public("it hangs on the door"), gateway.ToHttpIntegration(httpIntegration()))
	template := mustSynth(t, s.app)
	for _, r := range template.ofType("AWS::ApiGatewayV2::Route") {
		want := "CUSTOM"
		if r.Properties["RouteKey"] == "GET /door" {
			want = "NONE"
		}
		if r.Properties["AuthorizationType"] != want {
			t.Errorf("%v has authorization %v, want %s", r.Properties["RouteKey"], r.Properties["AuthorizationType"], want)
		}
	}

	s = newShop(t)
	s.rest(nil).Handle("GET /theirs", access.Require(s.read), gateway.ToRestIntegration(awsapigateway.NewMockIntegration(nil)))
	if got := mustSynth(t, s.app).methods()["GET /theirs"].Properties["AuthorizationType"]; got != "CUSTOM" {
		t.Errorf("authorization = %v, want CUSTOM", got)
	}
}

// integrations returns the HTTP_PROXY integrations of a template by logical id.
func (t template) integrations() map[string]resource {
	found := map[string]resource{}
	for id, r := range t.Resources {
		if r.Type == "AWS::ApiGatewayV2::Integration" && r.Properties["IntegrationType"] == "HTTP_PROXY" {
			found[id] = r
		}
	}
	return found
}

func TestServersThatAreKnownAtDeployAreToldApart(t *testing.T) {
	build := func(first, second string) map[string]resource {
		s := newShop(t)
		vpc := awsec2.NewVpc(s.stack, jsii.String("Vpc"), &awsec2.VpcProps{NatGateways: jsii.Number(0)})
		link := awsapigatewayv2.VpcLink_FromVpcLinkAttributes(s.stack, jsii.String("Link"), &awsapigatewayv2.VpcLinkAttributes{VpcLinkId: jsii.String("abc123"), Vpc: vpc})
		hosts := map[string]*string{}
		for _, name := range []string{"One", "Two"} {
			hosts[name] = awscdk.NewCfnParameter(s.stack, jsii.String(name), nil).ValueAsString()
		}
		api := s.api()
		for _, name := range []string{first, second} {
			api.Handle("GET /"+name, access.Require(s.read), gateway.ToUrl("https://"+*hosts[name], mayForward))
			api.Handle("GET /private/"+name, access.Require(s.read), gateway.ToUrl("http://internal", &gateway.UrlProps{ForwardsToken: "it is ours", VpcLink: &gateway.VpcLink{Http: link, Target: hosts[name]}}))
		}
		return mustSynth(t, s.app).integrations()
	}
	one, two := build("One", "Two"), build("Two", "One")
	if len(one) != 4 || !reflect.DeepEqual(one, two) {
		t.Errorf("integrations = %v and in another order %v, want four that are the same", one, two)
	}
}

func TestAVpcLinkLeadsToPrivateServers(t *testing.T) {
	s := newShop(t)
	vpc := awsec2.NewVpc(s.stack, jsii.String("Vpc"), &awsec2.VpcProps{NatGateways: jsii.Number(0)})
	link := awsapigatewayv2.VpcLink_FromVpcLinkAttributes(s.stack, jsii.String("Link"), &awsapigatewayv2.VpcLinkAttributes{VpcLinkId: jsii.String("abc123"), Vpc: vpc})
	listener := "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/1/2"
	s.api().Handle("GET /x", access.Require(s.read), gateway.ToUrl("https://orders.internal", &gateway.UrlProps{
		ForwardsToken: "it calls the ledger", VpcLink: &gateway.VpcLink{Http: link, Target: jsii.String(listener)},
	}))
	for _, i := range mustSynth(t, s.app).ofType("AWS::ApiGatewayV2::Integration") {
		if i.Properties["IntegrationType"] != "HTTP_PROXY" {
			continue
		}
		if i.Properties["ConnectionType"] != "VPC_LINK" || i.Properties["ConnectionId"] != "abc123" || i.Properties["IntegrationUri"] != listener || !has(fmt.Sprint(i.Properties["TlsConfig"]), "orders.internal") {
			t.Errorf("integration = %v", i.Properties)
		}
	}

	s = newShop(t)
	rest := awsapigateway.VpcLink_FromVpcLinkId(s.stack, jsii.String("Link"), jsii.String("abc123"))
	s.rest(nil).Handle("GET /x", access.Require(s.read), gateway.ToUrl("http://nlb.internal", &gateway.UrlProps{VpcLink: &gateway.VpcLink{Rest: rest}}))
	i := mustSynth(t, s.app).methods()["GET /x"].Properties["Integration"].(map[string]any)
	if i["ConnectionType"] != "VPC_LINK" || i["ConnectionId"] != "abc123" || i["Uri"] != "http://nlb.internal/x" {
		t.Errorf("integration = %v", i)
	}
}
