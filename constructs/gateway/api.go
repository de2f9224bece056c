package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
)

// Api is what all APIs have in common, so that routes can be declared without
// knowing of which kind the API is. [NewHttpApi], [NewRestApi],
// [HttpApi_FromExisting] and [RestApi_FromExisting] make one.
type Api interface {
	constructs.Construct
	// Handle declares a route: an API Gateway route key such as
	// "GET /orders/{id}", who may call it, and what serves it.
	Handle(pattern string, rule access.Rule, backend Backend)
	// Group returns a set of routes that share a prefix and inherit a rule.
	Group(prefix string, rule access.Rule) Group
	// AuthorizerFunction is the Lambda function that evaluates requests.
	AuthorizerFunction() awslambda.Function
	// AuditLog holds one line for each evaluation.
	AuditLog() awslogs.LogGroup
}
