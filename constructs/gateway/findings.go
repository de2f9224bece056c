package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/nag"
)

// What cdk-nag finds in the resources of an API and Scopeway decided. A web ACL
// (AwsSolutions-APIG3) is the app's to decide, and stays a finding.

// explainRoute says why a public route has no authorizer.
func explainRoute(resource awscdk.CfnResource, rule access.Rule) {
	if rule.IsPublic() {
		nag.Suppress(resource, "AwsSolutions-APIG4", publicReason(rule))
	}
}

// explainMethod says why a method has no authorizer of Amazon Cognito's.
func explainMethod(resource awscdk.CfnResource, r *route) {
	explainRoute(resource, r.rule)
	switch {
	case r.parsed.Method() == "OPTIONS": // the rule leaves these out
	case r.public():
		nag.Suppress(resource, "AwsSolutions-COG4", publicReason(r.rule))
	default:
		nag.Suppress(resource, "AwsSolutions-COG4", "the Lambda authorizer verifies tokens, Amazon Cognito's too, and the rule")
	}
}

func publicReason(rule access.Rule) string { return "public on purpose: " + rule.Reason() }

// explainApi says what a REST API leaves to others.
func (a *restApi) explainApi() {
	nag.Suppress(a.cfnApi(), "AwsSolutions-APIG2", "Scopeway decides who may call; which parameters and bodies are right is the backends' to say")
	nag.Suppress(a.cfnStage(), "AwsSolutions-APIG6", "the access and the audit log have a line for each request; execution logs may hold what callers send, in a log group that no stack owns and that is kept for ever")
}
