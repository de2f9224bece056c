package shop

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// accept tells cdk-nag why what it finds is all right here. An app that uses
// cdk-nag writes cdknag.NagSuppressions_AddResourceSuppressions instead.
func accept(of constructs.IConstruct, rule, reason string) {
	resource := of.Node().DefaultChild().(awscdk.CfnResource)
	metadata, _ := resource.GetMetadata(jsii.String("cdk_nag")).(map[string]any)
	rules, _ := metadata["rules_to_suppress"].([]any)
	rules = append(rules, map[string]any{"id": rule, "reason": reason})
	resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": rules})
}
