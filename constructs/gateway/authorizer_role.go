package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/nag"
)

// policies are all that the authorizer's function may do: write audit lines
// and, if asked for, send traces and be in a VPC.
func (c *core) policies(auditLog awslogs.LogGroup) *map[string]awsiam.PolicyDocument {
	policies := map[string]awsiam.PolicyDocument{
		"AuditLog": allow(*auditLog.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
	}
	if c.props.Tracing {
		policies["Tracing"] = allow("*", "xray:PutTelemetryRecords", "xray:PutTraceSegments")
	}
	if c.props.authorizer().Vpc != nil {
		policies["Network"] = allow("*", "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses")
	}
	return &policies
}

func allow(resource string, actions ...string) awsiam.PolicyDocument {
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions:   jsii.Strings(actions...),
			Resources: jsii.Strings(resource),
		})},
	})
}

// explainRole says why the role names no resources where it does not.
func (c *core) explainRole(role awsiam.Role) {
	reason := ""
	switch tracing, vpc := c.props.Tracing, c.props.authorizer().Vpc != nil; {
	case tracing && vpc:
		reason = "AWS X-Ray knows no resources, and AWS Lambda names none of the network interfaces that it makes in a VPC"
	case tracing:
		reason = "AWS X-Ray knows no resources"
	case vpc:
		reason = "AWS Lambda names none of the network interfaces that it makes in a VPC"
	default:
		return
	}
	nag.Suppress(role.Node().DefaultChild().(awscdk.CfnResource), "AwsSolutions-IAM5", reason, "Resource::*")
}
