package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

const extensions = `, "Transform": "AWS::LanguageExtensions"`

func TestALoopInADeclaredResourceRewritesIt(t *testing.T) {
	loop := func(member, value string) string {
		return `"Fn::ForEach::X": ["N", ["` + member + `"], {"${N}": ` + value + `}]`
	}
	for _, c := range []struct {
		name, from, to string
		want           []string
	}{
		{"a body", `"Name": "free"`, loop("Body", `{"paths": {}}`), []string{"Transform"}},
		{"a canary", `"DeploymentId": {"Ref": "D"}`, `"DeploymentId": {"Ref": "D"}, ` + loop("CanarySetting", `{}`), []string{"Transform"}},
		{"a parameter of an integration", `"AuthorizationType": "CUSTOM"`, `"AuthorizationType": "CUSTOM", "Integration": {"RequestParameters": {` + loop("integration.request.header.ScopewayCaller", `"'x'"`) + `}}`, []string{"Transform"}},
		{"a member of a list", `"Name": "free"`, `"Tags": [{` + loop("Key", `"x"`) + `}]`, []string{"Transform"}},
		{"a loop in a loop", `"Name": "free"`, `"Fn::ForEach::X": ["N", ["a"], {` + loop("Body", `{}`) + `}]`, []string{"Transform"}},
		{"a loop of any spelling", `"Name": "free"`, `"Fn::ForEach": []`, []string{"Transform"}},
		{"a loop beside the properties", `"Properties": {"DisableExecuteApiEndpoint": true`, loop("DeletionPolicy", `"Retain"`) + `, "Properties": {"DisableExecuteApiEndpoint": true`, []string{"Transform"}},
		{"a macro", `"Name": "free"`, `"Fn::Transform": {"Name": "AWS::Include"}`, []string{"Transform"}},
		{"a length", `"Name": "free"`, `"Name": {"Fn::Length": ["a"]}`, nil},
		{"a text of JSON", `"Name": "free"`, `"Name": {"Fn::ToJsonString": {"Body": {}}}`, nil},
		{"a mapping", `"Name": "free"`, `"Name": {"Fn::FindInMap": [{"Ref": "M"}, "a", "b", {"DefaultValue": "x"}]}`, nil},
		{"a name like a loop's", `"Name": "free"`, `"Name": "Fn::ForEach::X"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			main := strings.Replace(goodREST, c.from, c.to, 1)
			got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, extensions)}, declaredREST))
			if main == goodREST || !slices.Equal(got, c.want) {
				t.Errorf("Judge(%s) = %v, want %v", c.to, got, c.want)
			}
		})
	}
}

func TestALoopMayNotMakeADeclaredResource(t *testing.T) {
	for _, c := range []struct {
		name, collection, id string
		want                 []string
	}{
		{"its very id", `["Api", "X"]`, `${N}`, []string{"Transform"}},
		{"a part of its id", `["pi"]`, `A${N}`, []string{"Transform"}},
		{"its id without other characters", `["A-p-i"]`, `&{N}`, []string{"Transform"}},
		{"an id from a parameter", `{"Ref": "P"}`, `${N}pi`, []string{"Transform"}},
		{"an id from a parameter in a list", `[{"Ref": "P"}]`, `${N}pi`, []string{"Transform"}},
		{"an id from another loop", `["x${M}"]`, `${N}pi`, []string{"Transform"}},
		{"other ids", `["Apis", "Ap"]`, `${N}`, nil},
		{"ids with another end", `{"Ref": "P"}`, `${N}Table`, nil},
		{"an expression that would fit", `["A.i", ".*"]`, `${N}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			main := goodREST + `, "Fn::ForEach::L": ["N", ` + c.collection + `, {"` + c.id + `": {"Type": "AWS::DynamoDB::Table"}}]`
			if got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, extensions)}, declaredREST)); !slices.Equal(got, c.want) {
				t.Errorf("Judge(%s of %s) = %v, want %v", c.id, c.collection, got, c.want)
			}
		})
	}
}

func TestAMacroIsGivenWhatItStandsBeside(t *testing.T) {
	const macro = `"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}`
	for _, c := range []struct {
		name, main, sections string
		want                 []string
	}{
		{"beside the resources", goodREST + ", " + macro, "", []string{"Resources/Fn::Transform"}},
		{"beside the sections", goodREST, ", " + macro, []string{"Fn::Transform"}},
		{"in another section", goodREST, `, "Mappings": {` + macro + `}`, nil},
		{"in another resource", goodREST + `, "T": {"Type": "AWS::SNS::Topic", "Properties": {` + macro + `}}`, "", nil},
	} {
		var got []string
		for _, v := range judge.Judge([]judge.Template{template(t, "main.json", c.main, c.sections)}, declaredREST) {
			got = append(got, v.Location)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Judge(a macro %s) found locations %v, want %v", c.name, got, c.want)
		}
	}
}

func TestStrangersThatAreMadeByLoops(t *testing.T) {
	const route = `"R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {%}}`
	const stage = `"R": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Api"}, "AutoDeploy": true, "AccessLogSettings": {"DestinationArn": "a", "Format": "f"}, "DefaultRouteSettings": {"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1}, %}}`
	for _, c := range []struct {
		name, resource, properties string
		want                       []string
	}{
		{"the id in a loop", route, `"Fn::ForEach::X": ["N", ["ApiId"], {"${N}": {"Ref": "Api"}}]`, []string{"UndeclaredRoute"}},
		{"the id in a loop's collection", route, `"Fn::ForEach::X": ["N", [{"Ref": "Api"}], {"ApiId": {"Ref": "N"}}]`, []string{"UndeclaredRoute"}},
		{"the id in a macro's parameters", route, `"Fn::Transform": {"Name": "M", "Parameters": {"Id": {"Ref": "Api"}}}`, []string{"UndeclaredRoute"}},
		{"another id in a loop", route, `"Fn::ForEach::X": ["N", ["ApiId"], {"${N}": {"Ref": "Other"}}]`, nil},
		{"a loop in a further stage", stage, `"Fn::ForEach::X": ["N", ["DeploymentId"], {"${N}": "old"}]`, []string{"Transform"}},
		{"a macro in a further stage", stage, `"Tags": {"Fn::Transform": {}}`, []string{"Transform"}},
		{"a function in a further stage", stage, `"Description": {"Fn::ToJsonString": {}}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			main := good + ", " + strings.Replace(c.resource, "%", c.properties, 1)
			if got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, extensions)}, declared)); !slices.Equal(got, c.want) {
				t.Errorf("Judge(%s) = %v, want %v", c.properties, got, c.want)
			}
		})
	}
}

func TestOutputsThatAreMadeByLoops(t *testing.T) {
	for _, c := range []struct {
		name, id, outputs, stranger string
		want                        []string
	}{
		{"an export", `{"Ref": "Api"}`, `"O${N}": {"Value": {"Ref": "Api"}, "Export": {"Name": {"Fn::Sub": "${N}-id"}}}`, `{"Fn::ImportValue": "a-id"}`, []string{"UndeclaredRoute"}},
		{"an export in plain text", `{"Ref": "Api"}`, `"O${N}": {"Value": {"Ref": "Api"}, "Export": {"Name": "${N}-id"}}`, `{"Fn::ImportValue": "a-id"}`, []string{"UndeclaredRoute"}},
		{"an output", `{"Ref": "Api"}`, `"O${N}": {"Value": {"Ref": "Api"}}`, `{"Fn::GetStackOutput": {"StackName": "Main", "OutputName": "Oa"}}`, []string{"UndeclaredRoute"}},
		{"an output in two loops", `{"Ref": "Api"}`, `"Fn::ForEach::M": ["M", ["b"], {"O${N}${M}": {"Value": {"Ref": "Api"}}}]`, `{"Fn::GetStackOutput": {"StackName": "Main", "OutputName": "Oab"}}`, []string{"UndeclaredRoute"}},
		{"another output", `{"Ref": "Api"}`, `"O${N}": {"Value": {"Ref": "Api"}}`, `{"Fn::GetStackOutput": {"StackName": "Main", "OutputName": "Pa"}}`, nil},
		{"an export of another name", `{"Ref": "Api"}`, `"O${N}": {"Value": {"Ref": "Api"}, "Export": {"Name": {"Fn::Sub": "${N}-id"}}}`, `{"Fn::ImportValue": "a-vpc"}`, nil},
		{"an export of another value", `{"Ref": "Api"}`, `"O${N}": {"Value": {"Ref": "Other"}, "Export": {"Name": {"Fn::Sub": "${N}-id"}}}`, `{"Fn::ImportValue": "a-id"}`, nil},
		{"what the loop runs over", `"a"`, `"O${N}": {"Value": {"Ref": "N"}, "Export": {"Name": "id"}}`, `{"Fn::ImportValue": "id"}`, []string{"UndeclaredRoute"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			api, resources := declared, good
			if strings.HasPrefix(c.id, `"`) {
				api, resources = foreign(t, judge.HTTP, c.id)
			}
			main := template(t, "main.json", resources, `, "Outputs": {"Fn::ForEach::L": ["N", ["a"], {`+c.outputs+`}]}`)
			main.StackName = "Main"
			other := template(t, "other.json", strings.Replace(aRoute, "%s", c.stranger, 1), "")
			if got := rules(judge.Judge([]judge.Template{main, other}, api)); !slices.Equal(got, c.want) {
				t.Errorf("Judge(%s) = %v, want %v", c.stranger, got, c.want)
			}
		})
	}
}

func TestAMappingMayBeComputed(t *testing.T) {
	api, main := foreign(t, judge.HTTP, `"abc123"`)
	for find, want := range map[string][]string{
		`[{"Ref": "P"}, "a", "id"]`:                       {"UndeclaredRoute"},
		`[{"Fn::Sub": "I${P}"}, "a", "id"]`:               {"UndeclaredRoute"},
		`["M", "a", "id", {"DefaultValue": "abc123"}]`:    {"UndeclaredRoute"},
		`["Ids", {"Fn::Select": [0, ["a"]]}, "id"]`:       {"UndeclaredRoute"},
		`[{"Fn::Sub": "M${P}"}, "a", "id"]`:               nil,
		`["M", "a", "id", {"DefaultValue": "abc124"}]`:    nil,
		`["M", "a", {"Fn::FindInMap": ["M", "a", "id"]}]`: nil,
	} {
		one := template(t, "main.json", main+", "+strings.Replace(aRoute, "%s", `{"Fn::FindInMap": `+find+`}`, 1), `, "Mappings": {"Ids": {"a": {"id": "abc123"}}, "M": {"a": {"id": "x"}}}`)
		if got := rules(judge.Judge([]judge.Template{one}, api)); !slices.Equal(got, want) {
			t.Errorf("Judge(Fn::FindInMap %s) = %v, want %v", find, got, want)
		}
	}
}
