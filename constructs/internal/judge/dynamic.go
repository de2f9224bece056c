package judge

import (
	"encoding/json"
	"regexp"
	"strings"
)

// dynamicReference is one to Systems Manager, {{resolve:ssm:name:version}}, or to
// Secrets Manager, {{resolve:secretsmanager:id:SecretString:key:stage:version}},
// of which all after the id may be left out.
//
// Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/cfn-example_reference-secret.html
var dynamicReference = regexp.MustCompile(`(?s)\{\{resolve:(ssm|secretsmanager):(.*?)\}\}`)

// fromText returns a text, or what the dynamic references in it stand for.
func (s *search) fromText(text string) []origin {
	if references := dynamicReference.FindAllStringSubmatch(text, -1); references != nil {
		var all []origin
		for _, r := range references {
			if r[1] == "ssm" {
				name, _, _ := strings.Cut(r[2], ":")
				all = append(all, s.fromStore(name)...)
			} else {
				all = append(all, s.fromSecret(r[2])...)
			}
		}
		return all
	}
	if text == "" || strings.Contains(text, anything) {
		return nil
	}
	return []origin{{kind: literal, name: text}}
}

// fromStore follows a parameter in Systems Manager by its name.
func (s *search) fromStore(name string) []origin {
	return s.once(reference{"", "resolve:ssm", name}, func() []origin {
		return append(s.fromNamed(s.stored, name), origin{kind: stored, name: name})
	})
}

// secretInARN is before a secret's name in its ARN.
const secretInARN = ":secret:"

// afterSecret is what Secrets Manager puts behind a secret's name in its ARN.
var afterSecret = regexp.MustCompile(`-(` + anything + `|[A-Za-z0-9]{6})$`)

// fromSecret follows a secret by what a dynamic reference says of it: its name,
// or its ARN with or without what is behind the name. A secret may have had
// other values; only the one in the template is known.
func (s *search) fromSecret(argument string) []origin {
	id, rest, _ := strings.Cut(argument, ":SecretString")
	key, _, _ := strings.Cut(strings.TrimPrefix(rest, ":"), ":")
	names := []string{id}
	if _, name, isARN := strings.Cut(id, secretInARN); isARN {
		names = []string{name, afterSecret.ReplaceAllString(name, "")}
	}
	var all []origin
	for _, name := range names {
		all = append(all, s.once(reference{"", "resolve:secretsmanager", name + ":" + key}, func() []origin {
			return append(s.fromNamed(s.secrets, name), origin{kind: secret, name: name, detail: key})
		})...)
	}
	return all
}

// secret returns a secret's name and all that may be its value.
func (t *indexed) secret(properties map[string]any) named {
	name := anything // CloudFormation makes one up
	if given, ok := properties["Name"]; ok {
		name = t.name(given)
	}
	var values []any
	for _, value := range []any{properties["SecretString"], object(properties["GenerateSecretString"])["SecretStringTemplate"]} {
		values = append(values, value)
		if whole, ok := object(value)["Fn::ToJsonString"]; ok {
			values = append(values, whole)
		}
		// A reference may take one member of an object of JSON.
		var members any
		text := strings.ReplaceAll(t.name(value), anything, `\u0000`)
		if json.Unmarshal([]byte(text), &members) == nil {
			values = append(values, texts(members)...)
		}
	}
	return named{name, t, values}
}
