package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

func TestSecretsAreFollowed(t *testing.T) {
	const named, unnamed = `"Name": "app/id", `, ``
	for _, c := range []struct {
		name, api, properties, id string
		want                      bool
	}{
		{"by name", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:app/id:SecretString}}"`, true},
		{"by name alone", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:app/id}}"`, true},
		{"by name, with all that may follow", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:app/id:SecretString::AWSCURRENT:}}"`, true},
		{"by a name that is joined", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `{"Fn::Join": ["/", ["{{resolve:secretsmanager:app", "id:SecretString}}"]]}`, true},
		{"by a computed name", `{"Ref": "Api"}`, `"Name": {"Fn::Sub": "${AWS::Region}/id"}, "SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:eu/id:SecretString}}"`, true},
		{"by reference", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `{"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"]]}`, true},
		{"by reference, without a name", `{"Ref": "Api"}`, unnamed + `"SecretString": {"Ref": "Api"}`, `{"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"]]}`, true},
		{"by attribute", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `{"Fn::Sub": "{{resolve:secretsmanager:${Secret.Id}:SecretString}}"}`, true},
		{"by ARN", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/id-a1B2c3:SecretString}}"`, true},
		{"by ARN without its end", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `{"Fn::Sub": "{{resolve:secretsmanager:arn:aws:secretsmanager:${AWS::Region}:1:secret:app/id:SecretString}}"}`, true},
		{"a member", `{"Ref": "Api"}`, named + `"SecretString": {"Fn::Sub": "{\"id\": \"${Api}\"}"}`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, true},
		{"a member of a template", `{"Ref": "Api"}`, named + `"GenerateSecretString": {"SecretStringTemplate": {"Fn::Join": ["", ["{\"id\": \"", {"Ref": "Api"}, "\"}"]]}}`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, true},
		{"a member of a text of JSON", `{"Ref": "Api"}`, named + `"SecretString": {"Fn::ToJsonString": {"id": {"Ref": "Api"}}}`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, true},
		{"a literal", `"abc123"`, named + `"SecretString": "abc123"`, `"{{resolve:secretsmanager:app/id:SecretString}}"`, true},
		{"a literal member", `"abc123"`, named + `"SecretString": "{\"a\": [{\"id\": \"abc123\"}]}"`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, true},
		{"a literal member beside a computed one", `"abc123"`, named + `"SecretString": {"Fn::Sub": "{\"id\": \"abc123\", \"r\": \"${AWS::Region}\"}"}`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, true},
		{"a literal member of a text of JSON", `"abc123"`, named + `"SecretString": {"Fn::ToJsonString": {"id": "abc123"}}`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, true},
		{"a parameter that names a secret", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `{"Fn::GetAtt": ["P", "Value"]}`, true},
		{"a second reference in one text", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:ssm:/none}}{{resolve:secretsmanager:app/id}}"`, true},
		{"the same secret", `"{{resolve:secretsmanager:far:SecretString:id}}"`, named + `"SecretString": "x"`, `"{{resolve:secretsmanager:far:SecretString:id:AWSPREVIOUS}}"`, true},
		{"the same secret by ARN", `"{{resolve:secretsmanager:far}}"`, named + `"SecretString": "x"`, `"{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:far-a1B2c3}}"`, true},

		{"another secret", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:app:SecretString}}"`, false},
		{"another secret by ARN", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:app-a1B2c3:SecretString}}"`, false},
		{"a computed name with another end", `{"Ref": "Api"}`, `"Name": {"Fn::Sub": "${AWS::Region}/id"}, "SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:eu/vpc:SecretString}}"`, false},
		{"a parameter of the secret's name", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:ssm:app/id}}"`, false},
		{"another API's id", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Other"}`, `"{{resolve:secretsmanager:app/id:SecretString}}"`, false},
		{"a text of the API's logical id", `{"Ref": "Api"}`, named + `"SecretString": "Api"`, `"{{resolve:secretsmanager:app/id:SecretString}}"`, false},
		{"a name of a member", `"abc123"`, named + `"SecretString": "{\"abc123\": \"x\"}"`, `"{{resolve:secretsmanager:app/id:SecretString:abc123}}"`, false},
		{"JSON that looks like a reference", `{"Ref": "Api"}`, named + `"SecretString": "{\"Ref\": \"Api\"}"`, `"{{resolve:secretsmanager:app/id:SecretString:Ref}}"`, false},
		{"a part of a text", `"abc123"`, named + `"SecretString": "{\"id\": \"abc1234\"}"`, `"{{resolve:secretsmanager:app/id:SecretString:id}}"`, false},
		{"another member of a secret elsewhere", `"{{resolve:secretsmanager:far:SecretString:id}}"`, named + `"SecretString": "x"`, `"{{resolve:secretsmanager:far:SecretString:vpc}}"`, false},
		{"a reference that does not end", `{"Ref": "Api"}`, named + `"SecretString": {"Ref": "Api"}`, `"{{resolve:secretsmanager:app/id"`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			api, resources := declared, good
			if strings.HasPrefix(c.api, `"`) {
				api, resources = foreign(t, judge.HTTP, c.api)
			}
			resources += `, "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {` + c.properties + `}},
				"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": "{{resolve:secretsmanager:app/id}}"}}, ` + strings.Replace(aRoute, "%s", c.id, 1)
			var want []string
			if c.want {
				want = []string{judge.UndeclaredRoute}
			}
			if got := rules(judge.Judge([]judge.Template{template(t, "main.json", resources, "")}, api)); !slices.Equal(got, want) {
				t.Errorf("Judge(%s, secret %s) = %v, want %v", c.id, c.properties, got, want)
			}
		})
	}
}

func TestSecretsInACircleMayBeAnything(t *testing.T) {
	const secret = `"%": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "%", "SecretString": "{{resolve:secretsmanager:^}}"}}`
	circle := strings.NewReplacer("%", "a", "^", "b").Replace(secret) + ", " + strings.NewReplacer("%", "b", "^", "a").Replace(secret)
	main := good + ", " + circle + ", " + strings.Replace(aRoute, "%s", `"{{resolve:secretsmanager:a}}"`, 1)
	if got := rules(judge.Judge([]judge.Template{template(t, "main.json", main, "")}, declared)); !slices.Equal(got, []string{judge.UndeclaredRoute}) {
		t.Errorf("Judge() = %v, want one %s", got, judge.UndeclaredRoute)
	}
}
