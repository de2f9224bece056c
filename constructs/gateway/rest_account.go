package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/nag"
)

// cloudWatchAccount returns the setting of the account and region that lets API
// Gateway write logs of REST APIs, one for all of a stack. Without it the stage
// of a fresh account is refused. It is kept when the stack goes: other APIs of
// the account need it too.
func cloudWatchAccount(scope constructs.Construct) awsapigateway.CfnAccount {
	const id = "ScopewayApiGatewayAccount"
	stack := awscdk.Stack_Of(scope)
	if made := stack.Node().TryFindChild(jsii.String(id)); made != nil {
		return made.Node().TryFindChild(jsii.String("Account")).(awsapigateway.CfnAccount)
	}
	home := constructs.NewConstruct(stack, jsii.String(id))
	role := awsiam.NewRole(home, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
		Description: jsii.String("Lets API Gateway write logs of REST APIs, for the whole account and region"),
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("service-role/AmazonAPIGatewayPushToCloudWatchLogs")),
		},
	})
	nag.Suppress(role.Node().DefaultChild().(awscdk.CfnResource), "AwsSolutions-IAM4", "API Gateway's documentation names this managed policy for the role, and the role is shared by all APIs of the account",
		"Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
	role.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	account := awsapigateway.NewCfnAccount(home, jsii.String("Account"), &awsapigateway.CfnAccountProps{CloudWatchRoleArn: role.RoleArn()})
	account.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	return account
}
