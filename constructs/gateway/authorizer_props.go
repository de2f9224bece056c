package gateway

import (
	"math"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/scopeway/scopeway/constructs/internal/duration"
)

// AuthorizerProps configure the Lambda function that evaluates requests.
type AuthorizerProps struct {
	// Architecture is what the function is compiled for. Default: arm64.
	Architecture awslambda.Architecture
	// Code is the path of an authorizer that was compiled before, with
	// "go run github.com/scopeway/scopeway/cmd/scopeway build", so that the
	// synth needs no Go. Default: it is compiled from the module that the
	// synth runs in.
	Code string
	// MemorySize is in MiB, 128 to 10240. CPU time comes with it. Default: 256.
	MemorySize float64
	// Timeout is how long an evaluation may take, 1 to 10 seconds: an HTTP API
	// waits no longer. Default: 5 seconds.
	Timeout awscdk.Duration
	// ReservedConcurrency is how many evaluations may run at once. It reserves
	// them in the account, and limits the function to them: what is above gets
	// 500. Default (nil): not limited by itself.
	ReservedConcurrency *float64
	// Vpc puts the function into a VPC. It has to reach the key sets of all
	// issuers from there, through a NAT gateway or an endpoint, but for issuers
	// with Keys of their own; without them every request gets 500. Default: not in
	// a VPC, which is right unless an issuer can be reached from the VPC only.
	Vpc awsec2.IVpc
	// Subnets are those of the VPC. Default: its private subnets with egress; it
	// has to have some.
	Subnets *awsec2.SubnetSelection
	// SecurityGroups are those of the function in the VPC. Default: one of its
	// own, which lets everything out and nothing in.
	SecurityGroups []awsec2.ISecurityGroup
}

// What the props default to, and what Lambda and API Gateway take.
const (
	defaultMemory         = 256
	minMemory             = 128
	maxMemory             = 10240
	defaultTimeoutSeconds = 5
	maxTimeoutSeconds     = 10
)

// authorizer returns the authorizer's props, empty when there are none.
func (p Props) authorizer() AuthorizerProps {
	if p.Authorizer == nil {
		return AuthorizerProps{}
	}
	return *p.Authorizer
}

// architecture returns the architecture, by default arm64.
func (p AuthorizerProps) architecture() awslambda.Architecture {
	if p.Architecture == nil {
		return awslambda.Architecture_ARM_64()
	}
	return p.Architecture
}

func (p AuthorizerProps) memory() float64 {
	if !p.memoryUsable() || p.MemorySize == 0 {
		return defaultMemory
	}
	return p.MemorySize
}

func (p AuthorizerProps) memoryUsable() bool {
	m := p.MemorySize
	return m == 0 || m >= minMemory && m <= maxMemory && m == math.Trunc(m)
}

func (p AuthorizerProps) timeoutSeconds() float64 {
	if p.Timeout == nil || !p.timeoutUsable() {
		return defaultTimeoutSeconds
	}
	return duration.Seconds(p.Timeout)
}

func (p AuthorizerProps) timeoutUsable() bool {
	return p.Timeout == nil || duration.Whole(duration.Seconds(p.Timeout), 1, maxTimeoutSeconds)
}

func (p AuthorizerProps) concurrencyUsable() bool {
	c := p.ReservedConcurrency
	return c == nil || *c >= 1 && *c <= math.MaxInt32 && *c == math.Trunc(*c)
}

// subnets returns those of the props, by default private ones that lead out.
func (p AuthorizerProps) subnets() *awsec2.SubnetSelection {
	if p.Subnets == nil {
		return &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
	}
	return p.Subnets
}

// networkUsable reports whether the VPC has the subnets that are the default.
func (p AuthorizerProps) networkUsable() bool {
	return p.Vpc == nil || p.Subnets != nil || len(*p.Vpc.PrivateSubnets()) > 0
}
