package synth

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

func TestBothWaysDeclareTheSameRoutesBehindOneAuthorizer(t *testing.T) {
	for _, rest := range []bool{false, true} {
		for _, cors := range []bool{false, true} {
			a := api{rest: rest, cors: cors, routes: 10}
			ours, plain := routesOf(t, withScopeway, a), routesOf(t, withPlain, a)
			if !reflect.DeepEqual(ours, plain) {
				t.Errorf("%s: routes with Scopeway = %q, with awscdk alone %q", a, ours, plain)
			}
			if want := a.routes; len(ours) < want {
				t.Errorf("%s: %d routes, want %d", a, len(ours), want)
			}
		}
	}
}

func TestAMessageThatIsNotAboutTooManyResourcesIsAnError(t *testing.T) {
	for _, text := range []string{
		"", "[scopeway:NoRule] route \"GET /\", it has no rule", "[scopeway:TooManyRoutes] it has too many routes, got 301, at most 300",
		"Number of stages is greater than allowed maximum of 10", "runtime error: invalid memory address or nil pointer dereference",
	} {
		if id, _, err := refusedBy(text); err == nil {
			t.Errorf("refusedBy(%q) = %q, want an error", text, id)
		}
	}
}

func TestAMessageAboutTooManyResourcesIsARefusal(t *testing.T) {
	for text, want := range map[string]string{
		`[scopeway:TooManyResources] REST API "Main/Api", its stack has too many resources, got 573, at most 500, of which`: "scopeway:TooManyResources",
		`Number of resources in stack 'Main': 573 is greater than allowed maximum of 500: AWS::IAM::Role (5)`:               "TooManyResourcesInStack",
	} {
		id, resources, err := refusedBy(text)
		if id != want || resources != 573 || err != nil {
			t.Errorf("refusedBy(%q) = %q, %d, %v, want %q, 573", text, id, resources, err, want)
		}
	}
}

// routesOf returns the routes of an API's template with how each is guarded,
// and where CORS allows pages of. What awscdk answers at a REST API's root,
// where nothing was declared, is left out.
func routesOf(t *testing.T, declare func(awscdk.Stack, api), a api) []string {
	t.Helper()
	o, err := synth(declare, a)
	if err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	var found []string
	for _, r := range o.template.Resources {
		p := r.Properties
		switch r.Type {
		case "AWS::ApiGatewayV2::Route":
			found = append(found, fmt.Sprint(p["RouteKey"], " ", guard(p)))
		case "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGateway::Authorizer":
			found = append(found, fmt.Sprint(p["AuthorizerType"], p["Type"], " ", p["IdentitySource"], " ", p["AuthorizerResultTtlInSeconds"]))
		case "AWS::ApiGatewayV2::Api":
			if cors, ok := p["CorsConfiguration"].(map[string]any); ok {
				found = append(found, fmt.Sprint("CORS ", cors["AllowOrigins"], cors["AllowHeaders"], cors["MaxAge"]))
			}
		case "AWS::ApiGateway::Method":
			if path := o.template.path(p["ResourceId"]); path != "" {
				found = append(found, fmt.Sprint(p["HttpMethod"], " ", path, " ", guard(p)))
			}
		}
	}
	slices.Sort(found)
	return found
}

func guard(properties map[string]any) string {
	return fmt.Sprint(properties["AuthorizationType"], " ", properties["AuthorizerId"] != nil)
}

// path returns the path of a REST API's resource, "" for the root.
func (t template) path(reference any) string {
	ref, _ := reference.(map[string]any)
	id, _ := ref["Ref"].(string)
	resource, ok := t.Resources[id]
	if !ok {
		return ""
	}
	part, _ := resource.Properties["PathPart"].(string)
	return strings.Join([]string{t.path(resource.Properties["ParentId"]), part}, "/")
}
