package gateway

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Quotas that cannot be raised.
const (
	maxStackResources = 500 // of CloudFormation
	maxPolicyResource = 512 // characters of API Gateway's, in an authorizer's policy
	maxLogicalID      = 255 // characters, of which awscdk fills the last 32 of a deployment's
)

// problems returns what a REST API refuses and an HTTP API does not.
func (a *restApi) problems() access.Problems {
	var ps access.Problems
	for _, d := range a.shape.declarations {
		problem := func(id, text string) {
			ps = append(ps, access.Problem{ID: id, Subject: "route " + quote(d.Route), Text: text, Site: d.Site})
		}
		_, path, _ := strings.Cut(d.Route, " ")
		switch {
		case d.Route == access.DefaultRoute:
			problem("NoDefaultRoute", "a REST API has no default route, write \"ANY /{path+}\", and \"ANY /\" for the root")
		case !a.isBelow(path):
			problem("OutsideResource", "its path is not below "+quote(a.belowPath)+", the resource of the API that it was given")
		case policyResourceLength(d.Route) > maxPolicyResource:
			problem("PathTooLong", "its path is too long for the authorizer's policy, which takes 512 characters, write a shorter one")
		}
	}
	ps = append(ps, a.siblings()...)
	ps = append(ps, a.existing()...)
	ps = append(ps, a.shape.preflightProblems(func(r access.Route) bool { return r.Method() == "OPTIONS" })...)
	if a.owned == nil && !stageNamePattern.MatchString(a.stage) && !trust.Unresolved(a.stage) {
		ps = append(ps, a.shape.problem("StageName", "the stage to deploy to is not usable, got %q, write StageName: the name of a stage of the API", a.stage))
	}
	if n := len(*awscdk.Stack_Of(a).GetLogicalId(a.cfnDeployment())); n > maxLogicalID-32 {
		ps = append(ps, a.shape.problem("LongPath", "the names of the constructs that it is in are too long together, so that CloudFormation would refuse its deployment, got a logical id of %d characters, at most %d: write a shorter construct id", n+32, maxLogicalID))
	}
	return append(ps, a.tooManyResources()...)
}

// policyResourceLength returns how long the resource of the authorizer's policy
// is at most: with the longest partition, region and id, an account of 12 digits
// and a stage's name of 128 characters.
func policyResourceLength(route string) int {
	return len("arn:aws-us-gov:execute-api:ap-southeast-99:123456789012:abcdefghij//") + 128 + len(route)
}

// tooManyResources reports a stack that CloudFormation would refuse. Only a
// stack that this API fills by half is counted, which takes a while.
func (a *restApi) tooManyResources() access.Problems {
	ours := len(a.order) + len(a.made)
	if ours < maxStackResources/2 {
		return nil
	}
	stack := awscdk.Stack_Of(a)
	all := 0
	for _, c := range *stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if r, ok := c.(awscdk.CfnResource); ok && awscdk.Stack_Of(r) == stack {
			all++
		}
	}
	if all <= maxStackResources {
		return nil
	}
	return access.Problems{a.shape.problem("TooManyResources",
		"its stack has too many resources, got %d, at most %d, of which %d are this API's %d methods and %d paths: use an HTTP API, which needs one a route and none for CORS, put backends into other stacks, serve more with {path+}, or make a second API in a stack of its own",
		all, maxStackResources, ours, len(a.made), len(a.order))}
}
