package judge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// large is an app of five stacks: a REST API with 300 methods, and 300 methods
// in each of the others that may reach it by exports, outputs and parameters.
func large(tb testing.TB) ([]judge.Template, judge.API) {
	tb.Helper()
	api := declaredREST
	api.Routes, api.Others = nil, nil
	resources := []string{`"Api": {"Type": "AWS::ApiGateway::RestApi"}`}
	var waits, outputs []string
	for i := range 300 {
		id := fmt.Sprintf("M%d", i)
		api.Routes = append(api.Routes, method(id, "GET", "CUSTOM"))
		waits = append(waits, `"`+id+`"`)
		resources = append(resources, `"`+id+`": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET", "AuthorizationType": "CUSTOM", "Integration": {"Uri": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, "/", {"Fn::GetAtt": ["F", "Arn"]}]]}}}}`)
		outputs = append(outputs, fmt.Sprintf(`"O%d": {"Value": {"Ref": "X%d"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-${AWS::Region}-%d"}}}`, i, i, i))
	}
	resources = append(resources, `"D": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": [`+strings.Join(waits, ",")+`], "Properties": {"RestApiId": {"Ref": "Api"}}}`)
	templates := []judge.Template{template(tb, "main.json", strings.Join(resources, ","), `, "Outputs": {`+strings.Join(outputs, ",")+`}`)}
	for n := range 4 {
		resources = nil
		for i := range 300 {
			id := []string{`{"Fn::ImportValue": "Main-eu-%d"}`, `{"Fn::GetStackOutput": {"StackName": "Main", "OutputName": "O%d"}}`, `"{{resolve:ssm:/id/%d}}"`, `{"Ref": "p%d"}`}[n]
			resources = append(resources,
				fmt.Sprintf(`"M%d": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": `+id+`}}`, i, i),
				fmt.Sprintf(`"P%d": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": {"Fn::Sub": "/id/${AWS::Region}/%d"}, "Value": {"Ref": "Y"}}}`, i, i))
		}
		templates = append(templates, template(tb, fmt.Sprintf("%d.json", n), strings.Join(resources, ","), ""))
	}
	return templates, api
}

func BenchmarkJudgeOf1500MethodsInFiveStacks(b *testing.B) {
	templates, api := large(b)
	for b.Loop() {
		if got := judge.Judge(templates, api); got != nil {
			b.Fatalf("Judge() = %v, want none", got)
		}
	}
}

func TestReferencesThatBranchAreFollowedOnce(t *testing.T) {
	// Each parameter is made of the next one, twice: 2^60 ways to the API.
	resources := []string{good}
	for i := range 60 {
		resources = append(resources, fmt.Sprintf(`"P%d": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Fn::Sub": "${P%d.Value}${P%d.Value}"}}}`, i, i+1, i+1))
	}
	resources = append(resources, `"P60": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "Api"}}}`, fmt.Sprintf(aRoute, `{"Fn::GetAtt": ["P0", "Value"]}`))
	if got := judge.Judge([]judge.Template{template(t, "main.json", strings.Join(resources, ","), "")}, declared); len(got) != 1 {
		t.Errorf("Judge() = %v, want one violation", got)
	}
}
