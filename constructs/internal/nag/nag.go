// Package nag tells cdk-nag why a finding in a resource of ours does not count.
//
// A finding is suppressed here when Scopeway decided it, for that resource
// alone. What is up to the app, such as a web ACL or a second factor for people,
// is left for the app to mend or to suppress: nobody's findings are hidden.
package nag

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// key is the metadata that cdk-nag reads, list the member of it.
const (
	key  = "cdk_nag"
	list = "rules_to_suppress"
)

// Suppress says why a rule's findings in a resource do not count: all of them,
// or those named. Suppressions that are there already stay.
func Suppress(resource awscdk.CfnResource, rule, reason string, findings ...string) {
	suppression := map[string]any{"id": rule, "reason": reason}
	if len(findings) > 0 {
		suppression["applies_to"] = findings
	}
	write(resource, append(suppressions(resource), suppression))
}

// Withdraw takes the suppressions with this reason back.
func Withdraw(resource awscdk.CfnResource, reason string) {
	kept := []any{}
	for _, s := range suppressions(resource) {
		if m, ok := s.(map[string]any); !ok || m["reason"] != reason {
			kept = append(kept, s)
		}
	}
	write(resource, kept)
}

func suppressions(resource awscdk.CfnResource) []any {
	metadata, _ := resource.GetMetadata(jsii.String(key)).(map[string]any)
	all, _ := metadata[list].([]any)
	return all
}

func write(resource awscdk.CfnResource, all []any) {
	resource.AddMetadata(jsii.String(key), map[string]any{list: all})
}
