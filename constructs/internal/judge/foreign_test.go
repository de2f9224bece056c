package judge_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// foreign is an API from elsewhere, with one declared route, and its template.
func foreign(t *testing.T, kind, id string) (judge.API, string) {
	t.Helper()
	api := judge.API{Kind: kind, Template: "main.json", Foreign: true}
	if err := json.Unmarshal([]byte(id), &api.ID); err != nil {
		t.Fatal(err)
	}
	r := judge.Resource{LogicalID: "Ours", Type: "AWS::ApiGatewayV2::Route", What: "route", Properties: map[string]any{"ApiId": api.ID}}
	member := "ApiId"
	if kind == judge.REST {
		r.Type, r.Properties, member = "AWS::ApiGateway::Method", map[string]any{"RestApiId": api.ID}, "RestApiId"
	}
	api.Routes = []judge.Resource{r}
	return api, `"Ours": {"Type": "` + r.Type + `", "Properties": {"` + member + `": ` + id + `}}`
}

func TestWhatBelongsToAForeignAPI(t *testing.T) {
	const export = `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": "x"}}}`
	const api = `, "Api": {"Type": "AWS::ApiGatewayV2::Api"}`
	for _, c := range []struct {
		name, id, stranger      string // as written in main.json and other.json
		mainMore, main          string
		otherMore, otherSection string
		want                    bool
	}{
		{name: "the same text", id: `"abc123"`, stranger: `"abc123"`, want: true},
		{name: "another text", id: `"abc123"`, stranger: `"abc124"`},
		{name: "a part of the text", id: `"abc123"`, stranger: `"abc12"`},
		{name: "no text", id: `"abc123"`, stranger: `""`},
		{name: "no id at all", id: `"abc123"`, stranger: `null`},
		{name: "a number", id: `"123"`, stranger: `123`},
		{name: "the text in a substitution", id: `"abc123"`, stranger: `{"Fn::Sub": "abc123"}`, want: true},
		{name: "the text joined", id: `"abc123"`, stranger: `{"Fn::Join": ["", ["abc", "123"]]}`, want: true},
		{name: "another text joined", id: `"abc123"`, stranger: `{"Fn::Join": ["-", ["abc123", "x"]]}`},
		{name: "the text under a condition", id: `"abc123"`, stranger: `{"Fn::If": ["C", "x", "abc123"]}`, want: true},
		{name: "a condition of that name", id: `"abc123"`, stranger: `{"Fn::If": ["abc123", "x", "y"]}`},
		{name: "the text selected", id: `"abc123"`, stranger: `{"Fn::Select": [0, ["abc123"]]}`, want: true},
		{name: "the text in a mapping", id: `"abc123"`, stranger: `{"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "id"]}`, otherSection: `, "Mappings": {"M": {"a": {"id": "x"}, "b": {"id": "abc123"}}}`, want: true},
		{name: "another mapping", id: `"abc123"`, stranger: `{"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "id"]}`, otherSection: `, "Mappings": {"M": {"a": {"id": "x"}}, "N": {"b": {"id": "abc123"}}}`},
		{name: "a parameter that is the text", id: `"abc123"`, stranger: `{"Ref": "p"}`, otherSection: `, "Parameters": {"p": {"Default": "abc123"}}`, want: true},
		{name: "a parameter that is another text", id: `"abc123"`, stranger: `{"Ref": "p"}`, otherSection: `, "Parameters": {"p": {"Default": "abc124"}}`},
		{name: "a parameter that is given the text", id: `"abc123"`, stranger: `{"Ref": "p"}`, main: `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"p": "abc123"}}}`, otherSection: `, "Parameters": {"p": {}}`, want: true},
		{name: "a parameter in Systems Manager with the text", id: `"abc123"`, stranger: `"{{resolve:ssm:/id}}"`, main: `, "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/id", "Value": "abc123"}}`, want: true},
		{name: "a resource of that logical id", id: `"Api"`, stranger: `{"Ref": "Api"}`, otherMore: api},
		{name: "one export, imported twice", id: `{"Fn::ImportValue": "x"}`, stranger: `{"Fn::ImportValue": "x"}`, want: true},
		{name: "another export", id: `{"Fn::ImportValue": "x"}`, stranger: `{"Fn::ImportValue": "y"}`},
		{name: "an export that is computed", id: `{"Fn::ImportValue": {"Fn::Sub": "${AWS::Region}-id"}}`, stranger: `{"Fn::ImportValue": "eu-id"}`, want: true},
		{name: "an export that is computed otherwise", id: `{"Fn::ImportValue": {"Fn::Sub": "${AWS::Region}-id"}}`, stranger: `{"Fn::ImportValue": "eu-vpc"}`},
		{name: "the exported API itself", id: `{"Fn::ImportValue": "x"}`, stranger: `{"Ref": "Api"}`, otherMore: api, otherSection: export, want: true},
		{name: "another API beside it", id: `{"Fn::ImportValue": "x"}`, stranger: `{"Ref": "Other"}`, otherMore: api, otherSection: export},
		{name: "an export of another value", id: `{"Fn::ImportValue": "y"}`, stranger: `{"Ref": "Api"}`, otherMore: api, otherSection: export},
		{name: "an output of the API's stack", id: `{"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "O"}}`, stranger: `{"Ref": "Api"}`, otherMore: api, otherSection: export, want: true},
		{name: "the same output of a stack elsewhere", id: `{"Fn::GetStackOutput": {"StackName": "Far", "OutputName": "O"}}`, stranger: `{"Fn::GetStackOutput": {"StackName": "Far", "OutputName": "O"}}`, want: true},
		{name: "another output of it", id: `{"Fn::GetStackOutput": {"StackName": "Far", "OutputName": "O"}}`, stranger: `{"Fn::GetStackOutput": {"StackName": "Far", "OutputName": "P"}}`},
		{name: "an output of that name of another stack", id: `{"Fn::GetStackOutput": {"StackName": "Far", "OutputName": "O"}}`, stranger: `{"Fn::GetStackOutput": {"StackName": "Near", "OutputName": "O"}}`},
		{name: "one parameter of Systems Manager", id: `"{{resolve:ssm:/id}}"`, stranger: `"{{resolve:ssm:/id:3}}"`, want: true},
		{name: "another parameter of Systems Manager", id: `"{{resolve:ssm:/id}}"`, stranger: `"{{resolve:ssm:/ix}}"`},
		{name: "a parameter that is one of Systems Manager", id: `{"Ref": "p"}`, stranger: `"{{resolve:ssm:/id}}"`, mainMore: `, "Parameters": {"p": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/id"}}`, want: true},
		{name: "parameters of one name in two stacks", id: `{"Ref": "p"}`, stranger: `{"Ref": "p"}`, mainMore: `, "Parameters": {"p": {}}`, otherSection: `, "Parameters": {"p": {}}`},
		{name: "a nested stack's parameter passed on", id: `{"Ref": "p"}`, stranger: `{"Ref": "q"}`, main: `, "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"q": {"Ref": "p"}}}}`, mainMore: `, "Parameters": {"p": {}}`, otherSection: `, "Parameters": {"q": {}}`, want: true},
		{name: "references of one name in two stacks", id: `{"Ref": "X"}`, stranger: `{"Ref": "X"}`},
		{name: "only pieces in common", id: `{"Fn::Join": ["", ["abc", {"Ref": "AWS::Region"}]]}`, stranger: `{"Fn::Join": ["", ["abc", "x"]]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			declared, main := foreign(t, judge.HTTP, c.id)
			home := template(t, "main.json", main+c.main, c.mainMore)
			other := template(t, "other.json", `"R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": `+c.stranger+`}}`+c.otherMore, c.otherSection)
			other.StackName = "Other"
			want := []string(nil)
			if c.want {
				want = []string{"UndeclaredRoute"}
			}
			if got := rules(judge.Judge([]judge.Template{home, other}, declared)); !slices.Equal(got, want) {
				t.Errorf("Judge(%s beside %s) = %v, want %v", c.stranger, c.id, got, want)
			}
			declared.Tolerate = true
			if got := judge.Judge([]judge.Template{home, other}, declared); got != nil {
				t.Errorf("Judge(tolerant) = %v, want none", got)
			}
		})
	}
}
