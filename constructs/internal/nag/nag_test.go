package nag_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/nag"
)

func TestSuppressionsAreAddedAndTakenBack(t *testing.T) {
	resource := awscdk.NewCfnResource(awscdk.NewStack(nil, nil, nil), jsii.String("Secret"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::SecretsManager::Secret")})
	expect := func(want string) {
		t.Helper()
		if got := fmt.Sprint(resource.GetMetadata(jsii.String("cdk_nag"))); got != want {
			t.Errorf("cdk_nag = %s, want %s", got, want)
		}
	}
	nag.Suppress(resource, "AwsSolutions-SMG4", "theirs to say")
	nag.Suppress(resource, "AwsSolutions-IAM5", "ours to say", "Resource::*")
	expect("map[rules_to_suppress:[map[id:AwsSolutions-SMG4 reason:theirs to say] map[applies_to:[Resource::*] id:AwsSolutions-IAM5 reason:ours to say]]]")
	nag.Withdraw(resource, "ours to say")
	expect("map[rules_to_suppress:[map[id:AwsSolutions-SMG4 reason:theirs to say]]]")
	nag.Withdraw(resource, "theirs")
	expect("map[rules_to_suppress:[map[id:AwsSolutions-SMG4 reason:theirs to say]]]")
	nag.Withdraw(resource, "theirs to say")
	expect("map[rules_to_suppress:[]]")
}
