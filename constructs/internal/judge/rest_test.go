package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

func method(id, verb, kind string) judge.Resource {
	return judge.Resource{LogicalID: id, Type: "AWS::ApiGateway::Method", What: "method " + verb,
		Properties: map[string]any{"RestApiId": ref("Api"), "HttpMethod": verb, "AuthorizationType": kind}}
}

// declaredREST is a REST API with a closed, a public and a preflight method.
var declaredREST = judge.API{
	Kind: judge.REST, Template: "main.json", LogicalID: "Api", Deployment: "D",
	Routes: []judge.Resource{method("Closed", "GET", "CUSTOM"), method("Open", "POST", "NONE")},
	Others: []judge.Resource{
		{LogicalID: "Api", Type: "AWS::ApiGateway::RestApi", What: "the API", Properties: map[string]any{"DisableExecuteApiEndpoint": true}},
		{LogicalID: "S", Type: "AWS::ApiGateway::Stage", What: "the stage", Properties: map[string]any{"RestApiId": ref("Api"), "DeploymentId": ref("D")}},
		{LogicalID: "G", Type: "AWS::ApiGateway::GatewayResponse", What: "the answer UNAUTHORIZED", Properties: map[string]any{"ResponseType": "UNAUTHORIZED"}},
		method("Preflight", "OPTIONS", "NONE"),
	},
}

const goodREST = `
	"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"DisableExecuteApiEndpoint": true, "Name": "free"}},
	"Orders": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "orders"}},
	"Closed": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET", "AuthorizationType": "CUSTOM"}},
	"Open": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "POST", "AuthorizationType": "NONE"}},
	"Preflight": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "OPTIONS", "AuthorizationType": "NONE"}},
	"G": {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": {"RestApiId": {"Ref": "Api"}, "ResponseType": "UNAUTHORIZED"}},
	"D": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": ["Closed", "G", "Open", "Preflight"], "Properties": {"RestApiId": {"Ref": "Api"}}},
	"S": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "D"}}}`

// rest is a resource of a REST API with further properties.
func rest(kind, properties string) string {
	return `"R": {"Type": "AWS::ApiGateway::` + kind + `", "Properties": {"RestApiId": {"Ref": "Api"}` + properties + `}}`
}

func TestJudgeOfRESTAPIs(t *testing.T) {
	export := `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": "x"}}}`
	imported := func(kind string) string {
		return strings.Replace(rest(kind, ""), `{"Ref": "Api"}`, `{"Fn::ImportValue": "x"}`, 1)
	}
	for _, c := range []struct {
		name, main, mainMore, other string
		want                        []string
	}{
		{"what was declared", "", "", "", nil},
		{"a method", rest("Method", ""), "", "", []string{"UndeclaredRoute"}},
		{"a method by attribute", strings.Replace(rest("Method", ""), `{"Ref": "Api"}`, `{"Fn::GetAtt": ["Api", "RestApiId"]}`, 1), "", "", []string{"UndeclaredRoute"}},
		{"a method in another stack", "", export, imported("Method"), []string{"UndeclaredRoute"}},
		{"a method in a loop", `"Fn::ForEach::L": ["X", ["a"], {` + rest("Method", "") + `}]`, "", "", []string{"UndeclaredRoute"}},
		{"a method of another API", strings.Replace(rest("Method", ""), `"Ref": "Api"`, `"Ref": "Other"`, 1), "", "", nil},
		{"a method of an API of that id in another stack", "", "", rest("Method", ""), nil},
		{"an HTTP API's route", `"R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}}}`, "", "", nil},
		{"a resource without methods", rest("Resource", `, "PathPart": "x"`), "", "", nil},
		{"a further deployment", rest("Deployment", ""), "", "", []string{"ChangedResource"}},
		{"a further deployment in another stack", "", export, imported("Deployment"), []string{"ChangedResource"}},
		{"a further stage in another stack", "", export, strings.Replace(imported("Stage"), `"RestApiId"`, `"DeploymentId": {"Ref": "D"}, "RestApiId"`, 1), []string{"ChangedResource"}},
		{"an answer of a declared type", rest("GatewayResponse", `, "ResponseType": "UNAUTHORIZED", "StatusCode": "401"`), "", "", []string{"ChangedResource"}},
		{"an answer of a computed type", rest("GatewayResponse", `, "ResponseType": {"Ref": "T"}, "StatusCode": "401"`), "", "", []string{"ChangedResource"}},
		{"an answer of success", rest("GatewayResponse", `, "ResponseType": "THROTTLED", "StatusCode": "200"`), "", "", []string{"ChangedResource"}},
		{"an answer of success in a number", rest("GatewayResponse", `, "ResponseType": "THROTTLED", "StatusCode": 302`), "", "", []string{"ChangedResource"}},
		{"an answer of a computed status", rest("GatewayResponse", `, "ResponseType": "THROTTLED", "StatusCode": {"Ref": "C"}`), "", "", []string{"ChangedResource"}},
		{"an answer of another type", rest("GatewayResponse", `, "ResponseType": "THROTTLED", "StatusCode": "429"`), "", "", nil},
		{"an answer with the usual status", rest("GatewayResponse", `, "ResponseType": "THROTTLED"`), "", "", nil},
		{"a second authorizer", rest("Authorizer", ""), "", "", nil},
		{"a validator", rest("RequestValidator", ""), "", "", nil},
		{"a model", rest("Model", ""), "", "", nil},
		{"documentation", rest("DocumentationPart", ""), "", "", nil},
		{"a plan", `"R": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": {"ApiStages": [{"ApiId": {"Ref": "Api"}}]}}`, "", "", nil},
		{"a permission", `"R": {"Type": "AWS::Lambda::Permission", "Properties": {"SourceArn": {"Fn::Sub": "${Api}/*"}}}`, "", "", nil},
		{"a domain while the endpoint is closed", rest("BasePathMapping", ""), "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			main := goodREST
			if c.main != "" {
				main += ", " + c.main
			}
			got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, c.mainMore), template(t, "other.json", c.other, "")}, declaredREST))
			if !slices.Equal(got, c.want) {
				t.Errorf("Judge() = %v, want %v", got, c.want)
			}
		})
	}
}

func TestDomainsOfAnOpenRESTAPI(t *testing.T) {
	open := declaredREST
	open.Others = slices.Clone(declaredREST.Others)
	open.Others[0].Properties = nil
	for _, mapping := range []string{rest("BasePathMapping", ""), rest("BasePathMappingV2", ""),
		`"R": {"Type": "AWS::ApiGatewayV2::ApiMapping", "Properties": {"ApiId": {"Ref": "Api"}}}`,
		`"R": {"Type": "AWS::ApiGatewayV2::RoutingRule", "Properties": {"Actions": [{"InvokeApi": {"ApiId": {"Ref": "Api"}}}]}}`,
	} {
		for from, want := range map[string][]string{"true": nil, "false": {"OpenEndpoint"}, `{"Ref": "P"}`: {"OpenEndpoint"}} {
			main := strings.Replace(goodREST, `"DisableExecuteApiEndpoint": true`, `"DisableExecuteApiEndpoint": `+from, 1) + ", " + mapping
			if got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, "")}, open)); !slices.Equal(got, want) {
				t.Errorf("Judge(%s, endpoint disabled %s) = %v, want %v", mapping, from, got, want)
			}
		}
	}
}

func TestJudgeSeesEveryChangeOfADeclaredRESTAPI(t *testing.T) {
	api, stage, deployment := `"Name": "free"`, `"DeploymentId": {"Ref": "D"}`, `"Open", "Preflight"], "Properties": {`
	for _, c := range []struct{ name, from, to, rule, location string }{
		{"no authorizer", `"CUSTOM"`, `"NONE"`, "ChangedRoute", "Properties/AuthorizationType"},
		{"another preflight", `"OPTIONS"`, `"ANY"`, "ChangedRoute", "Properties/HttpMethod"},
		{"a method that stays", `"Open": {`, `"Open": {"DeletionPolicy": "Retain", `, "ChangedRoute", "DeletionPolicy"},
		{"a method that stays when it is replaced", `"Open": {`, `"Open": {"UpdateReplacePolicy": "Retain", `, "ChangedRoute", "UpdateReplacePolicy"},
		{"a stage that stays", `"S": {`, `"S": {"UpdateReplacePolicy": "Retain", `, "ChangedResource", "UpdateReplacePolicy"},
		{"a body", api, `"Body": {}`, "ChangedResource", "Properties/Body"},
		{"a body from elsewhere", api, `"BodyS3Location": {}`, "ChangedResource", "Properties/BodyS3Location"},
		{"a clone", api, `"CloneFrom": "x"`, "ChangedResource", "Properties/CloneFrom"},
		{"parameters", api, `"Parameters": {}`, "ChangedResource", "Properties/Parameters"},
		{"a policy", api, `"Policy": {}`, "ChangedResource", "Properties/Policy"},
		{"an open endpoint", `"DisableExecuteApiEndpoint": true`, `"DisableExecuteApiEndpoint": false`, "ChangedResource", "Properties/DisableExecuteApiEndpoint"},
		{"a canary", stage, stage + `, "CanarySetting": {}`, "ChangedResource", "Properties/CanarySetting"},
		{"another deployment", stage, `"DeploymentId": "old"`, "ChangedResource", "Properties/DeploymentId"},
		{"a canary of the deployment", deployment, deployment + `"DeploymentCanarySettings": {}, `, "ChangedResource", "Properties/DeploymentCanarySettings"},
		{"a stage of the deployment", deployment, deployment + `"StageName": "x", `, "ChangedResource", "Properties/StageName"},
		{"a description of its stage", deployment, deployment + `"StageDescription": {}, `, "ChangedResource", "Properties/StageDescription"},
		{"a deployment of another API", `Preflight"], "Properties": {"RestApiId": {"Ref": "Api"}`, `Preflight"], "Properties": {"RestApiId": {"Ref": "Other"}`, "ChangedResource", "Properties/RestApiId"},
		{"a deployment under a condition", `"D": {`, `"D": {"Condition": "C", `, "ChangedResource", "Condition"},
		{"a deployment that does not wait for a method", `"Closed", "G"`, `"G"`, "ChangedResource", "DependsOn"},
		{"a deployment that does not wait for an answer", `"Closed", "G"`, `"Closed"`, "ChangedResource", "DependsOn"},
		{"a deployment that waits for one", `["Closed", "G", "Open", "Preflight"]`, `"Closed"`, "ChangedResource", "DependsOn"},
		{"a deployment that waits for nothing", `"DependsOn": ["Closed", "G", "Open", "Preflight"], `, ``, "ChangedResource", "DependsOn"},
		{"a deployment of another type", `AWS::ApiGateway::Deployment`, `AWS::ApiGatewayV2::Deployment`, "MissingResource", ""},
		{"a transform in the deployment", deployment, deployment + `"Fn::Transform": {}, `, "Transform", "Properties"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(goodREST, c.from, c.to, 1)
			got := judge.Judge([]judge.Template{template(t, "main.json", changed, "")}, declaredREST)
			if changed == goodREST || len(got) != 1 || got[0].Rule != c.rule || got[0].Location != c.location {
				t.Errorf("Judge() = %+v, want one %s at %q", got, c.rule, c.location)
			}
		})
	}
}

func TestWhatOpensARESTAPIMayBeDeclared(t *testing.T) {
	api := declaredREST
	api.Others = append(slices.Clone(declaredREST.Others), judge.Resource{LogicalID: "D", Type: "AWS::ApiGateway::Deployment", What: "the deployment", Properties: map[string]any{"StageName": "prod"}})
	main := strings.Replace(goodREST, `Preflight"], "Properties": {`, `Preflight"], "Properties": {"StageName": "prod", `, 1)
	if got := judge.Judge([]judge.Template{template(t, "main.json", main, "")}, api); got != nil {
		t.Errorf("Judge(declared StageName) = %v, want none", got)
	}
}

func TestAnUndeclaredMethodIsNamedByItsPath(t *testing.T) {
	for id, want := range map[string]string{
		`{"Fn::GetAtt": ["Api", "RootResourceId"]}`: "method GET / ", `{"Ref": "Orders"}`: "method GET /orders ",
		`"abc"`: "method GET … ", `{"Ref": "Circle"}`: "/circle/circle ",
	} {
		main := goodREST + `, "Circle": {"Type": "AWS::ApiGateway::Resource", "Properties": {"PathPart": "circle", "ParentId": {"Ref": "Circle"}}}, ` + rest("Method", `, "HttpMethod": "GET", "ResourceId": `+id)
		got := judge.Judge([]judge.Template{template(t, "main.json", main, "")}, declaredREST)
		if len(got) != 1 || !strings.Contains(got[0].Description, want) {
			t.Errorf("Judge(method of %s) = %v, want one that says %q", id, got, want)
		}
	}
}

func rules(found []judge.Violation) []string {
	var all []string
	for _, v := range found {
		all = append(all, v.Rule)
	}
	return all
}
