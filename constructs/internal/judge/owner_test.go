package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

func TestTheSameValueInTheSameTemplateIsTheSameForeignAPI(t *testing.T) {
	for id, other := range map[string]string{
		`{"Ref": "X"}`:                           `{"Ref": "Y"}`,
		`{"Fn::GetAtt": ["C", "ApiId"]}`:         `{"Fn::GetAtt": ["C", "Name"]}`,
		`{"Fn::Sub": "${AWS::AccountId}"}`:       `{"Fn::Sub": "${AWS::Region}"}`,
		`{"Fn::Cidr": ["a", 1]}`:                 `{"Fn::Cidr": ["a", 2]}`,
		`{"Fn::Select": [0, {"Ref": "List"}]}`:   `{"Ref": "Lists"}`,
		`{"Fn::GetAtt": ["N", "Outputs.ApiId"]}`: `{"Fn::GetAtt": ["N", "Outputs.VpcId"]}`,
	} {
		declared, main := foreign(t, judge.HTTP, id)
		for stranger, want := range map[string]int{id: 1, other: 0} {
			one := template(t, "main.json", main+`, "N": {"Type": "AWS::CloudFormation::Stack"}, "R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": `+stranger+`}}`, "")
			if got := judge.Judge([]judge.Template{one}, declared); len(got) != want {
				t.Errorf("Judge(%s beside %s) = %v, want %d violations", stranger, id, got, want)
			}
		}
	}
}

func TestWhatAForeignAPIsOwnerMayDo(t *testing.T) {
	for _, c := range []struct {
		name, kind, resource, more string
		properties                 string
		want                       []string
	}{
		{"a domain", judge.HTTP, "AWS::ApiGatewayV2::ApiMapping", "", "", nil},
		{"a stage that deploys by itself", judge.HTTP, "AWS::ApiGatewayV2::Stage", "", `, "AutoDeploy": true`, nil},
		{"a stage that does not", judge.HTTP, "AWS::ApiGatewayV2::Stage", "", "", []string{"ChangedResource"}},
		{"a deployment", judge.HTTP, "AWS::ApiGatewayV2::Deployment", "", "", nil},
		{"managed overrides", judge.HTTP, "AWS::ApiGatewayV2::ApiGatewayManagedOverrides", "", "", []string{"ChangedResource"}},
		{"a domain of a REST API", judge.REST, "AWS::ApiGateway::BasePathMapping", "", "", nil},
		{"a method", judge.REST, "AWS::ApiGateway::Method", "", "", []string{"UndeclaredRoute"}},
		{"a stage of any deployment", judge.REST, "AWS::ApiGateway::Stage", "", `, "DeploymentId": "old"`, nil},
		{"a canary", judge.REST, "AWS::ApiGateway::Stage", "", `, "CanarySetting": {}`, []string{"ChangedResource"}},
		{"a deployment that waits", judge.REST, "AWS::ApiGateway::Deployment", `, "DependsOn": "Ours"`, "", nil},
		{"a deployment that does not wait", judge.REST, "AWS::ApiGateway::Deployment", "", "", []string{"ChangedResource"}},
		{"an answer of success", judge.REST, "AWS::ApiGateway::GatewayResponse", "", `, "StatusCode": "200"`, []string{"ChangedResource"}},
		{"an answer", judge.REST, "AWS::ApiGateway::GatewayResponse", "", `, "StatusCode": "403"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			declared, main := foreign(t, c.kind, `"abc123"`)
			main += `, "R": {"Type": "` + c.resource + `"` + c.more + `, "Properties": {"ApiId": "abc123", "RestApiId": "abc123"` + c.properties + `}}`
			if got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, "")}, declared)); !slices.Equal(got, c.want) {
				t.Errorf("Judge() = %v, want %v", got, c.want)
			}
			declared.Tolerate = true
			if got := judge.Judge([]judge.Template{template(t, "main.json", main, "")}, declared); got != nil {
				t.Errorf("Judge(tolerant) = %v, want none", got)
			}
		})
	}
}

func TestToleranceDoesNotCoverWhatWasDeclared(t *testing.T) {
	for _, c := range []struct{ name, from, to, more string }{
		{"another API", `"abc123"`, `"abc124"`, ""},
		{"a route that stays", `"Ours": {`, `"Ours": {"DeletionPolicy": "Retain", `, ""},
		{"a route that is not there", `"Ours"`, `"Theirs"`, ""},
		{"a macro", `x`, `x`, `, "Transform": "Mine"`},
		{"a declared deployment that waits for nothing", `"DependsOn"`, `"X"`, ""},
		{"a declared deployment that is not there", `"D"`, `"E"`, ""},
		{"a declared deployment that does not wait", `"Ours"]`, `]`, ""},
		{"a declared deployment with a stage", `"D": {"Type": "AWS::ApiGateway::Deployment", "Properties": {`, `"D": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"StageName": "prod", `, ""},
	} {
		declared, main := foreign(t, judge.REST, `"abc123"`)
		declared.Tolerate, declared.Deployment = true, "D"
		main += `, "D": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": "abc123"}, "DependsOn": ["Ours"]}`
		if got := judge.Judge([]judge.Template{template(t, "main.json", main, "")}, declared); got != nil {
			t.Fatalf("Judge() = %v, want none", got)
		}
		if got := judge.Judge([]judge.Template{template(t, "main.json", strings.Replace(main, c.from, c.to, 1), c.more)}, declared); len(got) != 1 {
			t.Errorf("Judge(%s) = %v, want one violation", c.name, got)
		}
	}
}
