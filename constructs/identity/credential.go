package identity

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
)

// credentialProblem says that the management credential stands in the template,
// or "".
func (c *externalClient) credentialProblem() string {
	if c.props.Credential == nil {
		return ""
	}
	resource, ok := c.props.Credential.Node().DefaultChild().(awssecretsmanager.CfnSecret)
	if !ok {
		return ""
	}
	stack := awscdk.Stack_Of(resource)
	given := resource.SecretString() != nil && inTemplate(stack.Resolve(resource.SecretString()))
	beside := ""
	if generator := resource.GenerateSecretString(); generator != nil {
		generated, _ := stack.Resolve(generator).(map[string]any)
		beside = literal(generated["secretStringTemplate"])
	}
	if !given && !showsSecret(beside) {
		return ""
	}
	return "its Credential is a secret whose value stands in the template, where everybody finds it who may read that: make the secret without a value, put it in with \"aws secretsmanager put-secret-value\", and have the provider give another one"
}

// hidden are the values in a secret's JSON that are secret.
var hidden = regexp.MustCompile(`"(client_secret|private_key)"\s*:\s*"([^"]?)`)

// inTemplate says whether what the text of a secret resolves to has a secret in
// it. References, to parameters without echo and to other secrets, are replaced
// at deploy only.
func inTemplate(resolved any) bool {
	text := literal(resolved)
	if _, whole := resolved.(string); whole && strings.Trim(text, reference) != "" && !hidden.MatchString(text) {
		return true // what it is nobody knows, but it is all there
	}
	return showsSecret(text)
}

// showsSecret says whether a text of JSON has a secret in it, and not a mark.
func showsSecret(text string) bool {
	return slices.ContainsFunc(hidden.FindAllStringSubmatch(text, -1), func(value []string) bool {
		return value[2] != reference && value[2] != ""
	})
}

// reference stands for what is known at deploy only.
const reference = "\x00"

var dynamic = regexp.MustCompile(`\{\{resolve:[^}]*\}\}`)

// literal returns what a resolved value says in the template, with a mark for
// each reference.
func literal(resolved any) string {
	switch v := resolved.(type) {
	case string:
		return dynamic.ReplaceAllString(v, reference)
	case map[string]any:
		join, ok := v["Fn::Join"].([]any)
		if !ok || len(join) != 2 {
			return reference
		}
		delimiter, _ := join[0].(string)
		parts, _ := join[1].([]any)
		texts := make([]string, len(parts))
		for n, part := range parts {
			texts[n] = literal(part)
		}
		return strings.Join(texts, delimiter)
	}
	return reference
}
