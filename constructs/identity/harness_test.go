package identity_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
)

// builder declares identities in a stack.
type builder = func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope)

// refusal is a declaration that must not synthesise, the ids of what must be
// said, and a part of it.
type refusal struct {
	name  string
	build builder
	ids   []string
	text  string
}

// refused checks that each declaration fails with these problems and no other.
func refused(t *testing.T, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, failure := synth(t, c.build)
			check(t, failure, c.ids, c.text)
		})
	}
}

func check(t *testing.T, failure string, want []string, text string) {
	t.Helper()
	var ids []string
	for _, m := range regexp.MustCompile(`\[scopeway:(\w+)\]`).FindAllStringSubmatch(failure, -1) {
		ids = append(ids, m[1])
	}
	slices.Sort(ids)
	if !slices.Equal(ids, want) || !strings.Contains(failure, text) {
		t.Errorf("synth said %s\ngot %v, want %v and %q", failure, ids, want, text)
	}
	if strings.Contains(failure, "hunter2") {
		t.Error("a password is in the message")
	}
}

// accepted builds a stack that must synthesise.
func accepted(t *testing.T, build builder) map[string]resource {
	t.Helper()
	resources, _, failure := synth(t, build)
	if failure != "" {
		t.Fatal(failure)
	}
	return resources
}

// property returns a property of the only resource of a kind as JSON.
func property(t *testing.T, resources map[string]resource, kind, name string) string {
	t.Helper()
	text, err := json.Marshal(one(t, resources, kind).Properties[name])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// resolved returns a text with its tokens as CloudFormation's functions.
func resolved(t *testing.T, stack awscdk.Stack, text string) string {
	t.Helper()
	content, err := json.Marshal(stack.Resolve(jsii.String(text)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// newApp returns an app in which nothing is compiled.
func newApp(t *testing.T) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(t.TempDir()),
		Context: &map[string]any{"aws:cdk:bundling-stacks": []string{}},
	})
}
