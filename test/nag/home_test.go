package nag

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

const (
	certificateArn = "arn:aws:acm:us-east-1:111111111111:certificate/01234567-89ab-cdef-0123-456789abcdef"
	functionArn    = "arn:aws:lambda:us-east-1:111111111111:function:orders"
	balancerArn    = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/shop/0123456789abcdef"
	listenerArn    = "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/net/shop/0123456789abcdef/fedcba9876543210"
)

// home is a stack with what exists before Scopeway comes: most of it is
// imported, so that what is found is Scopeway's.
type home struct {
	stack       awscdk.Stack
	function    awslambda.IFunction
	certificate awscertificatemanager.ICertificate
	zone        awsroute53.IHostedZone
	vpc         awsec2.IVpc
	group       awsec2.ISecurityGroup
	key         awskms.IKey
}

func newHome(app awscdk.App, id string) *home {
	stack := awscdk.NewStack(app, jsii.String(id), &awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String("111111111111"), Region: jsii.String("us-east-1")}})
	return &home{
		stack:       stack,
		function:    awslambda.Function_FromFunctionArn(stack, jsii.String("Backend"), jsii.String(functionArn)),
		certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateArn)),
		zone:        awsroute53.HostedZone_FromHostedZoneAttributes(stack, jsii.String("Zone"), &awsroute53.HostedZoneAttributes{HostedZoneId: jsii.String("Z0123456789EXAMPLE"), ZoneName: jsii.String("example.com")}),
		vpc: awsec2.Vpc_FromVpcAttributes(stack, jsii.String("Vpc"), &awsec2.VpcAttributes{
			VpcId: jsii.String("vpc-0123456789abcdef0"), AvailabilityZones: jsii.Strings("us-east-1a", "us-east-1b"),
			PrivateSubnetIds: jsii.Strings("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
		}),
		group: awsec2.SecurityGroup_FromSecurityGroupId(stack, jsii.String("Group"), jsii.String("sg-0123456789abcdef0"), nil),
		key:   awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{EnableKeyRotation: jsii.Bool(true)}),
	}
}

// explain says why a finding in what is not Scopeway's to decide does not count.
func explain(of constructs.Construct, rule, reason string) {
	cdknag.NagSuppressions_AddResourceSuppressions(of, &[]*cdknag.NagPackSuppression{{Id: jsii.String(rule), Reason: jsii.String(reason)}}, jsii.Bool(true))
}
