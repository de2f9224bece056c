package judge_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

const aRoute = `"R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": %s}}`

func TestExportsWithComputedNames(t *testing.T) {
	byStack := `{"Fn::Sub": "${AWS::StackName}-id"}`
	for _, c := range []struct {
		name, stack, export, imported string
		want                          bool
	}{
		{"the stack's own name", "Main", byStack, `"Main-id"`, true},
		{"the stack's own name, joined", "Main", `{"Fn::Join": [":", [{"Ref": "AWS::StackName"}, "id"]]}`, `"Main:id"`, true},
		{"another stack's name", "Main", byStack, `"Shop-id"`, false},
		{"a stack whose name is not known", "", byStack, `"Shop-id"`, true},
		{"another end", "", byStack, `"Shop-vpc"`, false},
		{"the importing stack's name", "Main", byStack, byStack, false},
		{"a region within", "Main", `{"Fn::Sub": "api-${AWS::Region}-id"}`, `"api-eu-id"`, true},
		{"another beginning", "Main", `{"Fn::Sub": "api-${AWS::Region}-id"}`, `"vpc-eu-id"`, false},
		{"less than its known parts", "Main", `{"Fn::Sub": "ab${AWS::Region}ba"}`, `"aba"`, false},
		{"a part in the middle", "Main", `{"Fn::Sub": "${A}-api-${B}"}`, `"x-api-y"`, true},
		{"no such part in the middle", "Main", `{"Fn::Sub": "${A}-api-${B}"}`, `"x-vpc-y"`, false},
		{"two computed names", "Main", `{"Fn::Sub": "api-${A}"}`, `{"Fn::Sub": "${B}-id"}`, true},
		{"two computed names with other ends", "Main", `{"Fn::Sub": "${A}-id"}`, `{"Fn::Sub": "${B}-vpc"}`, false},
		{"two computed names with other beginnings", "Main", `{"Fn::Sub": "api-${A}"}`, `{"Fn::Sub": "vpc-${B}"}`, false},
		{"a name that is given", "Main", `{"Fn::Sub": ["${N}-id", {"N": "api"}]}`, `"api-id"`, true},
		{"another name that is given", "Main", `{"Fn::Sub": ["${N}-id", {"N": "api"}]}`, `"vpc-id"`, false},
		{"a placeholder that is none", "Main", `{"Fn::Sub": "${!N}-id"}`, `"api-id"`, false},
		{"a name that may be any", "Main", `{"Ref": "P"}`, `"vpc"`, true},
		{"a name from a function", "Main", `{"Fn::Select": [0, ["a"]]}`, `"vpc"`, true},
		{"a name joined from who knows what", "Main", `{"Fn::Join": ["", {"Ref": "P"}]}`, `"vpc"`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			main := template(t, "main.json", good, `, "Outputs": {"O": {"Value": {"Ref": "Api"}, "Export": {"Name": `+c.export+`}}}`)
			main.StackName = c.stack
			other := template(t, "other.json", fmt.Sprintf(aRoute, `{"Fn::ImportValue": `+c.imported+`}`), "")
			other.StackName = "Other"
			if got := judge.Judge([]judge.Template{main, other}, declared); len(got) == 1 != c.want || len(got) > 1 {
				t.Errorf("Judge(import of %s, export of %s) = %v, want a violation: %t", c.imported, c.export, got, c.want)
			}
		})
	}
}

func TestOutputsOfOneNameInTwoStacks(t *testing.T) {
	for stack, want := range map[string]bool{
		`"Main"`: true, `"Vpc"`: false, `"Far"`: false, `{"Ref": "P"}`: true,
		`"arn:aws:cloudformation:eu-west-1:111122223333:stack/Main/id"`:         true,
		`"arn:aws:cloudformation:eu-west-1:111122223333:stack/Vpc/id"`:          false,
		`{"Fn::Sub": "arn:${AWS::Partition}:cloudformation:eu:1:stack/Main/*"}`: true,
		`{"Fn::Sub": "arn:${AWS::Partition}:cloudformation:eu:1:stack/Vpc/*"}`:  false,
		`{"Fn::Sub": "V${P}"}`: false,
	} {
		main := template(t, "main.json", good, `, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}`)
		vpc := template(t, "vpc.json", fmt.Sprintf(aRoute, `{"Fn::GetStackOutput": {"StackName": `+stack+`, "OutputName": "Id"}}`), `, "Outputs": {"Id": {"Value": {"Ref": "Vpc"}}}`)
		main.StackName, vpc.StackName = "Main", "Vpc"
		if got := judge.Judge([]judge.Template{main, vpc}, declared); len(got) == 1 != want {
			t.Errorf("Judge(output of %s) = %v, want a violation: %t", stack, got, want)
		}
		main.StackName, vpc.StackName = "", ""
		if got := judge.Judge([]judge.Template{main, vpc}, declared); len(got) != 1 {
			t.Errorf("Judge(output of %s, no names known) = %v, want one violation", stack, got)
		}
	}
}

func TestAComputedOutputMayBeAny(t *testing.T) {
	main := template(t, "main.json", good, `, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}`)
	other := template(t, "other.json", fmt.Sprintf(aRoute, `{"Fn::GetStackOutput": {"StackName": "Main", "OutputName": {"Ref": "P"}}}`), "")
	if got := judge.Judge([]judge.Template{main, other}, declared); len(got) != 1 {
		t.Errorf("Judge() = %v, want one violation", got)
	}
}

// write writes a template as the CDK does and returns what it is published under.
func write(t *testing.T, path, resources, sections string) string {
	t.Helper()
	text := `{"Resources":{` + strings.ReplaceAll(resources, "\n", "") + `}` + sections + `}`
	indented := strings.ReplaceAll(text, `}}`, "}\n }\n") // hashed without the indentation
	if err := os.WriteFile(path, []byte(indented), 0o600); err != nil {
		t.Fatal(err)
	}
	compact := sha256.Sum256([]byte(strings.NewReplacer(`": `, `":`, `, `, `,`, "\t", "").Replace(text)))
	return hex.EncodeToString(compact[:])
}

func TestNestedStacksThatHaveAParameterOfOneName(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	route := fmt.Sprintf(aRoute, `{"Ref":"id"}`)
	digests := map[string]string{
		"first":  write(t, path("first.json"), route, `,"Parameters":{"id":{}},"Description":"1"`),
		"second": write(t, path("second.json"), route, `,"Parameters":{"id":{}},"Description":"2"`),
		"third":  write(t, path("third.json"), route, ``), // no such parameter
	}
	for _, c := range []struct {
		name, first, second string
		want                []string // templates
	}{
		{"each its own", digests["first"], digests["second"], []string{"first.json"}},
		{"the other way round", digests["second"], digests["first"], []string{"second.json"}},
		{"both the same", digests["first"], digests["first"], []string{"first.json"}},
		{"an address that was changed", "mine", digests["second"], []string{"first.json", "second.json"}},
		{"one that is given another API only", "", digests["first"], []string{"first.json", "second.json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			nested := func(id, digest, given string) string {
				return fmt.Sprintf(`, "%s": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"id": %s}, "TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/", {"Fn::Sub": "assets-${AWS::Region}"}, "/%s.json"]]}}}`, id, given, digest)
			}
			write(t, path("main.json"), good+nested("N1", c.first, `{"Ref": "Api"}`)+nested("N2", c.second, `{"Ref": "Other"}`), "")
			templates, err := judge.ReadAll([]string{path("main.json"), path("first.json"), path("second.json"), path("third.json")})
			if err != nil {
				t.Fatal(err)
			}
			api := declared
			api.Template = path("main.json")
			var got []string
			for _, v := range judge.Judge(templates, api) {
				got = append(got, filepath.Base(v.Template))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Judge() found openings in %v, want %v", got, c.want)
			}
		})
	}
}

func TestStacksHaveTheirNamesFromTheManifest(t *testing.T) {
	folder := t.TempDir()
	var paths []string
	for _, name := range []string{"A.template.json", "B.template.json", "C.nested.template.json"} {
		paths = append(paths, filepath.Join(folder, name))
		write(t, filepath.Join(folder, name), "", "")
	}
	for manifest, want := range map[string][]string{
		``:         {"", "", ""},
		`no JSON`:  {"", "", ""},
		`{"a": 1}`: {"", "", ""},
		`{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.template.json"}},
			"B1": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "B.template.json", "stackName": "prod-b"}},
			"X": {"type": "cdk:asset-manifest", "properties": {"templateFile": "C.nested.template.json"}}}}`: {"A", "prod-b", ""},
	} {
		if err := os.WriteFile(filepath.Join(folder, "manifest.json"), []byte(manifest), 0o600); err != nil {
			t.Fatal(err)
		}
		templates, err := judge.ReadAll(paths)
		if err != nil {
			t.Fatal(err)
		}
		for i, template := range templates {
			if template.StackName != want[i] || template.Path != paths[i] {
				t.Errorf("ReadAll() with manifest %q: %s is stack %q, want %q", manifest, template.Path, template.StackName, want[i])
			}
		}
	}
}

func TestReadAllRefusesWhatIsNoTemplate(t *testing.T) {
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.json")
	if err := os.WriteFile(broken, []byte(`{`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{broken, filepath.Join(folder, "none.json"), folder} {
		if got, err := judge.ReadAll([]string{path}); err == nil {
			t.Errorf("ReadAll(%q) = %v, want an error", path, got)
		}
	}
}
