package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/short"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// identitiesVariable is the environment variable that says who is trusted.
const identitiesVariable = "SCOPEWAY_IDENTITIES"

// authorizer is the one authorizer of an API: its function, and what that needs.
type authorizer struct {
	function awslambda.Function
	log      awslogs.LogGroup
	code     *lateCode
}

func newAuthorizer(c *core) *authorizer {
	a := &authorizer{}
	props := c.props.authorizer()
	scope := constructs.NewConstruct(c.construct, jsii.String("Authorizer"))
	a.log = newLog(c.construct, "AuditLog", c.props)
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:      awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		Description:    jsii.String(short.Description("Writes the audit lines of ", c.construct)),
		InlinePolicies: c.policies(a.log),
	})
	c.explainRole(role)
	identities := awscdk.Lazy_String(&lateText{produce: func() *string { return jsii.String(c.identities()) }}, nil)
	a.code = newLateCode(c)
	function := &awslambda.FunctionProps{
		Description:  jsii.String(short.Description("Evaluates the access tokens of ", c.construct)),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: props.architecture(),
		Handler:      jsii.String("bootstrap"),
		Code:         a.code.Late,
		MemorySize:   jsii.Number(props.memory()),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(props.timeoutSeconds())),
		Role:         role,
		LogGroup:     a.log,
		Environment:  &map[string]*string{identitiesVariable: identities},
	}
	if props.concurrencyUsable() {
		function.ReservedConcurrentExecutions = props.ReservedConcurrency
	}
	if props.Vpc != nil && props.networkUsable() {
		function.Vpc, function.VpcSubnets = props.Vpc, props.subnets()
		if len(props.SecurityGroups) > 0 && !slices.Contains(props.SecurityGroups, nil) {
			function.SecurityGroups = &props.SecurityGroups
		}
	}
	a.function = awslambda.NewFunction(scope, jsii.String("Function"), function)
	if c.props.Tracing {
		// awscdk's prop would make another policy for the role.
		a.function.Node().DefaultChild().(awslambda.CfnFunction).SetTracingConfig(&awslambda.CfnFunction_TracingConfigProperty{Mode: jsii.String("Active")})
	}
	c.kind.addAuthorizer(scope, invocations(c.construct, a.function.FunctionArn()))
	awslambda.NewCfnPermission(scope, jsii.String("Permission"), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: a.function.FunctionArn(),
		Principal:    jsii.String("apigateway.amazonaws.com"),
		SourceArn:    c.executeArn(fmt.Sprintf("authorizers/%s", *c.kind.authorizerID())),
	})
	return a
}

// authorizerName is the name of the authorizer at its API. Where that was made
// elsewhere, several may meet, from stacks whose constructs have the same ids,
// and API Gateway wants a name for each.
func (c *core) authorizerName() string {
	const name = "Scopeway"
	if !c.foreign {
		return name
	}
	of := *c.construct.Node().Path()
	if stack := *awscdk.Stack_Of(c.construct).StackName(); !trust.Unresolved(stack) {
		of += " " + stack
	}
	sum := sha256.Sum256([]byte(of))
	return short.Text(name+"-"+*c.construct.Node().Id(), 119) + "-" + hex.EncodeToString(sum[:4])
}

// identities returns the text of the environment variable that says who is
// trusted, for the authorizer.
func (c *core) identities() string { return trust.Environment(c.trusted()) }

// trusted returns the identities as the authorizer knows them.
func (c *core) trusted() []trust.Trust {
	trusted := []trust.Trust{}
	for _, i := range c.props.Trusts {
		// One of another stage is reported; a reference to it would end the
		// synth before that.
		if i != nil && c.isBeside(i) {
			trusted = append(trusted, i.Trust())
		}
	}
	return trusted
}

// isBeside reports whether CloudFormation can refer to the identity: it is part
// of the same app, and of the same awscdk.Stage.
func (c *core) isBeside(i identity.Identity) bool {
	return i.Node().Root() == c.construct.Node().Root() && app.Stage(i) == app.Stage(c.construct)
}
