package judge_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// declared is an API with a closed and a public route.
var declared = judge.API{
	Template: "main.json", LogicalID: "Api",
	Routes: []judge.Resource{
		{LogicalID: "Closed", Type: "AWS::ApiGatewayV2::Route", What: "route \"GET /a\"", Properties: map[string]any{"ApiId": ref("Api"), "RouteKey": "GET /a", "AuthorizationType": "CUSTOM"}},
		{LogicalID: "Open", Type: "AWS::ApiGatewayV2::Route", What: "route \"GET /b\"", Properties: map[string]any{"ApiId": ref("Api"), "RouteKey": "GET /b", "AuthorizationType": "NONE"}, Absent: []string{"AuthorizerId"}},
	},
	Others: []judge.Resource{{LogicalID: "Api", Type: "AWS::ApiGatewayV2::Api", What: "the API", Properties: map[string]any{"ProtocolType": "HTTP"}, Absent: []string{"Body"}}},
}

func ref(id string) map[string]any { return map[string]any{"Ref": id} }

const good = `
	"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP", "Name": "free"}},
	"Closed": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /a", "AuthorizationType": "CUSTOM"}},
	"Open": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /b", "AuthorizationType": "NONE"}}`

// template parses a template with the given resources and other sections.
func template(tb testing.TB, path, resources, sections string) judge.Template {
	tb.Helper()
	parsed := judge.Template{Path: path}
	if err := json.Unmarshal([]byte(`{"Resources": {`+resources+`}`+sections+`}`), &parsed.Body); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	return parsed
}

func TestJudge(t *testing.T) {
	route := func(api string) string {
		return `"R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": ` + api + `, "RouteKey": "GET /back"}}`
	}
	for _, c := range []struct {
		name            string
		main, mainMore  string
		other, sections string // a second template
		want            []string
	}{
		{"what was declared", good, "", "", "", nil},
		{"no resources at all", "", "", "", "", []string{"MissingResource", "MissingResource", "MissingResource"}},
		{"a route of another API", good + "," + route(`{"Ref": "Other"}`), "", "", "", nil},
		{"a route of an API by literal id", good + "," + route(`"abc123"`), "", "", "", nil},
		{"a route by Ref", good + "," + route(`{"Ref": "Api"}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by attribute", good + "," + route(`{"Fn::GetAtt": ["Api", "ApiId"]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by attribute in one text", good + "," + route(`{"Fn::GetAtt": "Api.ApiId"}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by a substitution", good + "," + route(`{"Fn::Sub": "${Api}"}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by an attribute in a substitution", good + "," + route(`{"Fn::Sub": ["x${Api.ApiId}", {}]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by a value of a substitution", good + "," + route(`{"Fn::Sub": ["${X}", {"X": {"Ref": "Api"}}]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a literal in a substitution", good + "," + route(`{"Fn::Sub": "${!Api}"}`), "", "", "", nil},
		{"another substitution", good + "," + route(`{"Fn::Sub": "${AWS::Region}${Other.Arn}"}`), "", "", "", nil},
		{"a route by a join", good + "," + route(`{"Fn::Join": ["", [{"Ref": "Api"}]]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by a condition", good + "," + route(`{"Fn::If": ["C", "x", {"Ref": "Api"}]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a route by another stack's output", good, `, "Outputs": {"O": {"Value": {"Ref": "Api"}}}`, route(`{"Fn::GetStackOutput": {"StackName": "main", "OutputName": "O"}}`), "", []string{"UndeclaredRoute"}},
		{"a route by another output", good, `, "Outputs": {"O": {"Value": {"Ref": "Other"}}}`, route(`{"Fn::GetStackOutput": {"StackName": "main", "OutputName": "O"}}`), "", nil},
		{"a route by a nested stack's output", good + `, "N": {"Type": "AWS::CloudFormation::Stack"}, ` + route(`{"Fn::GetAtt": ["N", "Outputs.O"]}`), "", "", `, "Outputs": {"O": {"Value": {"Ref": "Api"}}}`, nil}, // that Api is the nested stack's own
		{"a computed export", good, `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": {"Fn::Sub": "x"}}}}`, route(`{"Fn::ImportValue": "x"}`), "", []string{"UndeclaredRoute"}},
		{"a computed import", good, `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": "x"}}}`, route(`{"Fn::ImportValue": {"Fn::Sub": "x"}}`), "", []string{"UndeclaredRoute"}},
		{"a parameter in Systems Manager", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}`, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/id"}}`, []string{"UndeclaredRoute"}},
		{"another parameter in Systems Manager", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}`, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/other"}}`, nil},
		{"a dynamic reference", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}`, "", route(`"{{resolve:ssm:/id:1}}"`), "", []string{"UndeclaredRoute"}},
		{"another dynamic reference", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}`, "", route(`"{{resolve:ssm:/other}}"`), "", nil},
		{"a dynamic reference to a computed name", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}`, "", route(`{"Fn::Sub": "{{resolve:ssm:/${AWS::Region}}}"}`), "", []string{"UndeclaredRoute"}},
		{"a dynamic reference to another computed name", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}`, "", route(`{"Fn::Join": ["", ["{{resolve:ssm:", "/vpc/", {"Ref": "AWS::Region"}, "}}"]]}`), "", nil},
		{"a dynamic reference to the parameter itself", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": {"Ref": "Api"}}}, ` + route(`{"Fn::Join": ["", ["{{resolve:ssm:", {"Ref": "P"}, "}}"]]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a parameter without a name of ours", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "Api"}}}`, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/theirs"}}`, nil},
		{"a parameter with the name it was given", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "Api"}}}`, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "CFN-P-abc"}}`, []string{"UndeclaredRoute"}},
		{"a routing rule", good + `, "M": {"Type": "AWS::ApiGatewayV2::RoutingRule", "Properties": {"Actions": [{"InvokeApi": {"ApiId": {"Ref": "Api"}}}]}}`, "", "", "", []string{"OpenEndpoint"}},
		{"a base path mapping", good + `, "M": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": {"RestApiId": {"Ref": "Api"}}}`, "", "", "", []string{"OpenEndpoint"}},
		{"the value of a parameter in Systems Manager", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "Api"}}}, ` + route(`{"Fn::GetAtt": ["P", "Value"]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"routes in a loop", good + `, "Fn::ForEach::Routes": ["X", ["a"], {"${X}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}}}}]`, "", "", "", []string{"UndeclaredRoute"}},
		{"routes of each API in a loop", good + `, "Fn::ForEach::Routes": ["X", [{"Ref": "Api"}], {"R${X}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "X"}}}}]`, "", "", "", []string{"UndeclaredRoute"}},
		{"a reference with a loop's variable", good + `, "Fn::ForEach::Routes": ["X", ["i"], {"R${X}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Ap${X}"}}}}]`, "", "", "", []string{"UndeclaredRoute"}},
		{"a reference with another variable", good + `, "Fn::ForEach::Routes": ["X", ["i"], {"R${X}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Other${X}"}}}}]`, "", "", "", nil},
		{"a computed reference", good + "," + route(`{"Ref": {"Fn::Sub": "${AWS::Region}i"}}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a computed attribute", good + "," + route(`{"Fn::GetAtt": [{"Fn::FindInMap": ["M", "a", "b"]}, "ApiId"]}`), "", "", "", []string{"UndeclaredRoute"}},
		{"a method, which no HTTP API has", good + `, "M": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}}}`, "", "", "", nil},
		{"a harmless transform", good, `, "Transform": ["AWS::LanguageExtensions", "AWS::SecretsManager-2024-09-16"]`, "", "", nil},
		{"an include over the whole template", good, `, "Transform": [{"Name": "AWS::Include"}]`, "", "", []string{"Transform"}},
		{"a macro over the whole template", good, `, "Transform": "Mine"`, "", "", []string{"Transform"}},
		{"a macro over another template", good, "", "", `, "Transform": "Mine"`, nil},
		{"the same logical id in another template", good, "", route(`{"Ref": "Api"}`), "", nil},
		{"an imported id", good, `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": "x"}}}`, route(`{"Fn::ImportValue": "x"}`), "", []string{"UndeclaredRoute"}},
		{"another imported id", good, `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": "x"}}}`, route(`{"Fn::ImportValue": "y"}`), "", nil},
		{"a parameter of a nested stack", good + `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"p": {"Ref": "Api"}}}}`, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {}}`, []string{"UndeclaredRoute"}},
		{"a parameter nobody gives", good, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {}}`, nil},
		{"a parameter that is given another API", good + `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"p": {"Ref": "Other"}}}}`, "", route(`{"Ref": "p"}`), `, "Parameters": {"p": {}}`, nil},
		{"a parameter passed on under its own name", good + `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"p": {"Ref": "p"}}}}`, `, "Parameters": {"p": {}}`, route(`{"Ref": "p"}`), `, "Parameters": {"p": {}}`, nil},
		{"parameters in a circle", good + `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"p": {"Ref": "p"}}}}`, `, "Parameters": {"p": {}}`, route(`{"Ref": "p"}`) + `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"p": {"Ref": "p"}}}}`, `, "Parameters": {"p": {}}`, []string{"UndeclaredRoute"}},
		{"parameters in Systems Manager in a circle", good + `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/a", "Value": "{{resolve:ssm:/a}}"}}`, "", route(`"{{resolve:ssm:/a}}"`), "", []string{"UndeclaredRoute"}},
		{"resources that are no objects", good + `, "X": 7, "Y": {"Type": 7, "Properties": 7}`, "", "", "", nil},
		{"managed overrides", good + `, "M": {"Type": "AWS::ApiGatewayV2::ApiGatewayManagedOverrides", "Properties": {"ApiId": {"Ref": "Api"}}}`, "", "", "", []string{"ChangedResource"}},
		{"a domain", good + `, "M": {"Type": "AWS::ApiGatewayV2::ApiMapping", "Properties": {"ApiId": {"Ref": "Api"}}}`, "", "", "", []string{"OpenEndpoint"}},
		{"a second authorizer that nothing uses", good + `, "A": {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": {"ApiId": {"Ref": "Api"}}}`, "", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			templates := []judge.Template{template(t, "main.json", c.main, c.mainMore), template(t, "other.json", c.other, c.sections)}
			var got []string
			for _, v := range judge.Judge(templates, declared) {
				got = append(got, v.Rule)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Judge() = %v, want %v", got, c.want)
			}
		})
	}
}
