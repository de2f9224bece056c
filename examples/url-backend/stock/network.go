package stock

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/gateway"
)

// Network is where the server runs: an internal network load balancer that
// exists already. Write yours.
var Network = struct {
	VpcId           string
	Zones, Subnets  []string
	SecurityGroupId string // of the HTTP API's link; the server lets it in
	LoadBalancerArn string
	ListenerArn     string
	ServerUrl       string // https where the listener ends TLS
}{
	VpcId:           "vpc-0123456789abcdef0",
	Zones:           []string{"eu-west-1a", "eu-west-1b"},
	Subnets:         []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
	SecurityGroupId: "sg-0123456789abcdef0",
	LoadBalancerArn: "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/warehouse/0123456789abcdef",
	ListenerArn:     "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/net/warehouse/0123456789abcdef/fedcba9876543210",
	ServerUrl:       "http://warehouse-0123456789abcdef.elb.eu-west-1.amazonaws.com",
}

// inside returns the way to a server that only the VPC can reach. The two kinds
// of API have links of their own kinds.
func inside(stack awscdk.Stack) (url string, link *gateway.VpcLink) {
	vpc := awsec2.Vpc_FromVpcAttributes(stack, jsii.String("Vpc"), &awsec2.VpcAttributes{
		VpcId:             jsii.String(Network.VpcId),
		AvailabilityZones: jsii.Strings(Network.Zones...),
		PrivateSubnetIds:  jsii.Strings(Network.Subnets...),
	})
	balancer := awselasticloadbalancingv2.NetworkLoadBalancer_FromNetworkLoadBalancerAttributes(stack, jsii.String("Balancer"), &awselasticloadbalancingv2.NetworkLoadBalancerAttributes{
		LoadBalancerArn: jsii.String(Network.LoadBalancerArn),
	})
	http := awsapigatewayv2.NewVpcLink(stack, jsii.String("HttpLink"), &awsapigatewayv2.VpcLinkProps{Vpc: vpc})
	http.AddSecurityGroups(awsec2.SecurityGroup_FromSecurityGroupId(stack, jsii.String("LinkGroup"), jsii.String(Network.SecurityGroupId), nil))
	rest := awsapigateway.NewVpcLink(stack, jsii.String("RestLink"), &awsapigateway.VpcLinkProps{
		Targets: &[]awselasticloadbalancingv2.INetworkLoadBalancer{balancer},
	})
	return Network.ServerUrl, &gateway.VpcLink{Http: http, Target: jsii.String(Network.ListenerArn), Rest: rest}
}
