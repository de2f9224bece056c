package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

func TestJudgeSeesEveryChangeOfADeclaredResource(t *testing.T) {
	for _, c := range []struct{ name, from, to, location string }{
		{"no authorizer", `"AuthorizationType": "CUSTOM"`, `"AuthorizationType": "NONE"`, "Properties/AuthorizationType"},
		{"no type at all", `, "AuthorizationType": "CUSTOM"`, ``, "Properties/AuthorizationType"},
		{"another key", `"GET /b"`, `"GET /{x+}"`, "Properties/RouteKey"},
		{"a property that may not be there", `"HTTP"`, `"HTTP", "Body": {}`, "Properties/Body"},
		{"a property that is null", `"HTTP"`, `"HTTP", "Body": null`, "Properties/Body"},
		{"a condition", `"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /a"`, `"Condition": "C", "Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /a"`, "Condition"},
		{"a route that stays", `"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /b"`, `"DeletionPolicy": "RetainExceptOnCreate", "Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /b"`, "DeletionPolicy"},
		{"a transform", `"HTTP"`, `"HTTP", "X": [{"Fn::Transform": {}}]`, "Properties"},
		{"another type", `AWS::ApiGatewayV2::Api"`, `AWS::ApiGateway::RestApi"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(good, c.from, c.to, 1)
			got := judge.Judge([]judge.Template{template(t, "main.json", changed, "")}, declared)
			if len(got) != 1 || got[0].Location != c.location || !slices.Contains(judge.Rules(), got[0].Rule) {
				t.Errorf("Judge() = %+v, want one violation at %q", got, c.location)
			}
		})
	}
}

func TestPathsReachMembersWithDotsInTheirNames(t *testing.T) {
	const path = "Integration.RequestParameters.integration.request.header.ScopewayCaller"
	for _, c := range []struct {
		name, integration string
		want              []string // locations
	}{
		{"as declared", `{"RequestParameters": {"integration.request.header.ScopewayCaller": "context.authorizer.caller"}}`, nil},
		{"among others", `{"RequestParameters": {"x": "y", "integration.request.header.ScopewayCaller": "context.authorizer.caller"}}`, nil},
		{"another value", `{"RequestParameters": {"integration.request.header.ScopewayCaller": "method.request.header.ScopewayCaller"}}`, []string{"Properties/Integration/RequestParameters/integration.request.header.ScopewayCaller"}},
		{"another value beside a decoy", `{"RequestParameters": {"integration": {"request": {"header": {"ScopewayCaller": "context.authorizer.caller"}}}, "integration.request.header.ScopewayCaller": "x"}}`, []string{"Properties/Integration/RequestParameters/integration.request.header.ScopewayCaller"}},
		{"a decoy alone", `{"RequestParameters": {"integration": {"request.header.ScopewayCaller": "x"}}}`, []string{"Properties/Integration/RequestParameters/integration/request.header.ScopewayCaller"}},
		{"nothing", `{}`, []string{"Properties/Integration/RequestParameters/integration/request/header/ScopewayCaller"}},
		{"no object", `"x"`, []string{"Properties/Integration/RequestParameters/integration/request/header/ScopewayCaller"}},
		{"one that may not be there", `{"RequestParameters": {"integration.request.header.ScopewayCaller": "context.authorizer.caller", "integration.request.header.scopewaycaller": null}}`, []string{"Properties/Integration/RequestParameters/integration.request.header.scopewaycaller"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := declared
			api.Routes = append(slices.Clone(declared.Routes), judge.Resource{LogicalID: "M", Type: "AWS::X::M", What: "it",
				Properties: map[string]any{path: "context.authorizer.caller"}, Absent: []string{"Integration.RequestParameters.integration.request.header.scopewaycaller"}})
			var got []string
			for _, v := range judge.Judge([]judge.Template{template(t, "main.json", good+`, "M": {"Type": "AWS::X::M", "Properties": {"Integration": `+c.integration+`}}`, "")}, api) {
				got = append(got, v.Location)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Judge() found locations %v, want %v", got, c.want)
			}
		})
	}
}

func TestAWholeMapHasNoFurtherMembers(t *testing.T) {
	api := declared
	api.Others = append(slices.Clone(declared.Others), judge.Resource{LogicalID: "I", Type: "AWS::ApiGatewayV2::Integration", What: "it",
		Properties: map[string]any{"RequestParameters": map[string]any{"overwrite:header.ScopewayCaller": "$context.authorizer.caller"}}})
	for more, want := range map[string]int{``: 0, `, "append:header.scopewaycaller": "x"`: 1} {
		main := template(t, "main.json", good+`, "I": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"ApiId": {"Ref": "Api"}, "RequestParameters": {"overwrite:header.ScopewayCaller": "$context.authorizer.caller"`+more+`}}}`, "")
		if got := judge.Judge([]judge.Template{main}, api); len(got) != want {
			t.Errorf("Judge(with %q) = %v, want %d violations", more, got, want)
		}
	}
}

func TestAnApiThatIsNotSaidWholeIsNotGood(t *testing.T) {
	main := template(t, "main.json", good, "")
	for name, spoil := range map[string]func(*judge.API){
		"an unknown kind":            func(a *judge.API) { a.Kind = "websocket" },
		"no logical id":              func(a *judge.API) { a.LogicalID = "" },
		"a foreign one without id":   func(a *judge.API) { a.Foreign = true },
		"a foreign one, empty id":    func(a *judge.API) { a.Foreign, a.ID = true, "" },
		"REST without deployment":    func(a *judge.API) { a.Kind = judge.REST },
		"a template that is not one": func(a *judge.API) { a.Template = "none.json" },
	} {
		api := declared
		spoil(&api)
		if got := judge.Judge([]judge.Template{main}, api); len(got) != 1 || got[0].Rule != judge.MissingResource {
			t.Errorf("Judge(%s) = %v, want %s", name, got, judge.MissingResource)
		}
	}
}

func TestAnApiWithoutItsTemplateIsNotGood(t *testing.T) {
	if got := judge.Judge(nil, declared); len(got) != 1 || got[0].Rule != judge.MissingResource {
		t.Errorf("Judge(nothing) = %v, want %s", got, judge.MissingResource)
	}
}
