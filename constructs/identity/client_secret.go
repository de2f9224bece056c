package identity

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/short"
)

// clientSecret is where a client's credentials are kept and renewed.
type clientSecret struct {
	secret   awssecretsmanager.ISecret
	settings awsssm.IStringParameter
	// unread are those who were granted what nobody here can grant.
	unread []string
}

// settings are what a program needs beside the secret to get a token.
type settings struct {
	ClientId      string `json:"client_id"`
	TokenEndpoint string `json:"token_endpoint"`
	Scope         string `json:"scope"`
	Audience      string `json:"audience,omitempty"`
}

// longSettings is from when on the text needs an advanced parameter, which holds
// 8 KB; a standard one holds 4 KB. What references become is not known here.
const longSettings = 3000

// keep makes the place of a client's credentials and has the rotator write them.
//
// The secret has no text in the template. CloudFormation writes a secret anew
// when the text there changes, or what it refers to, and would bring back the
// first value after a rotation. So the rotator alone writes it: the first value
// when the stack is deployed, all later ones when AWS Secrets Manager asks.
func (r *rotator) keep(scope constructs.Construct, client settings, immediately bool) *clientSecret {
	kept := awssecretsmanager.NewSecret(scope, jsii.String("Secret"), &awssecretsmanager.SecretProps{
		Description: jsii.String("OAuth client credentials of " + *scope.Node().Path()),
	})
	resource := kept.Node().DefaultChild().(awssecretsmanager.CfnSecret)
	arn := resource.AttrId()
	r.what.Clients = append(r.what.Clients, [2]string{*arn, client.ClientId})
	r.bytes += keptAs(scope)
	resource.AddPropertyDeletionOverride(jsii.String("GenerateSecretString"))
	r.allow(*arn, "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")

	first := awscdk.NewCustomResource(scope, jsii.String("First"), &awscdk.CustomResourceProps{
		ServiceToken: r.function.FunctionArn(),
		ResourceType: jsii.String("Custom::ScopewayClientSecret"),
		Properties:   &map[string]any{"SecretId": arn, "ClientId": client.ClientId},
		// Three tries of three minutes each, with what AWS Lambda waits in between;
		// without it a deploy waits an hour for a function that is killed.
		ServiceTimeout: awscdk.Duration_Minutes(jsii.Number(15)),
	})
	first.Node().AddDependency(r.role) // and with it what the role allows
	schedule := awssecretsmanager.NewCfnRotationSchedule(scope, jsii.String("Schedule"), &awssecretsmanager.CfnRotationScheduleProps{
		SecretId:                  kept.SecretArn(),
		RotationLambdaArn:         r.function.FunctionArn(),
		RotationRules:             &awssecretsmanager.CfnRotationSchedule_RotationRulesProperty{AutomaticallyAfterDays: jsii.Number(r.props.days())},
		RotateImmediatelyOnUpdate: immediately,
	})
	schedule.Node().AddDependency(first, r.permission)
	r.sweep(scope, *arn).Node().AddDependency(first)

	tier := awsssm.ParameterTier_STANDARD
	text := client.json()
	if len(text) > longSettings {
		tier = awsssm.ParameterTier_ADVANCED
	}
	parameter := awsssm.NewStringParameter(scope, jsii.String("Settings"), &awsssm.StringParameterProps{
		Description: jsii.String("How to get tokens with the credentials of " + *scope.Node().Path()),
		StringValue: jsii.String(text),
		Tier:        tier,
	})
	awscdk.Tags_Of(kept).Add(jsii.String("scopeway:settings"), parameter.ParameterName(), nil)
	return &clientSecret{
		// By the name that the first value gives it: who refers to the secret is
		// deployed when it has one.
		secret:   awssecretsmanager.Secret_FromSecretCompleteArn(scope, jsii.String("Kept"), first.Ref()),
		settings: parameter,
	}
}

// sweep has the secrets that are no more in use taken away, every hour.
func (r *rotator) sweep(scope constructs.Construct, arn string) awsscheduler.CfnSchedule {
	return awsscheduler.NewCfnSchedule(scope, jsii.String("Sweep"), &awsscheduler.CfnScheduleProps{
		Description:        jsii.String(short.Description("Sweeps the former secrets of ", scope)),
		ScheduleExpression: jsii.String("rate(1 hour)"),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("FLEXIBLE"), MaximumWindowInMinutes: jsii.Number(15)},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:         r.function.FunctionArn(),
			RoleArn:     r.sweeper.RoleArn(),
			Input:       jsii.String(fmt.Sprintf(`{"sweep":"%s"}`, arn)),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{MaximumRetryAttempts: jsii.Number(0)},
		},
	})
}

func (s settings) json() string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(fmt.Sprintf("scopeway: the settings do not encode: %v", err)) // texts only: cannot happen
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// grantRead lets somebody read the credentials and the settings.
func (s *clientSecret) grantRead(grantee awsiam.IGrantable) {
	if !*s.secret.GrantRead(grantee, nil).Success() || !*s.settings.GrantRead(grantee).Success() {
		s.unread = append(s.unread, fmt.Sprint(*grantee.GrantPrincipal().PolicyFragment().PrincipalJson()))
	}
}

// grantProblems reports grants that grant nothing.
func (s *clientSecret) grantProblems(problem report) {
	for _, who := range s.unread {
		problem("Grant", "GrantRead gives %s nothing, because it has no policy that the stack can add to: grant it to a role or a user of the account", who)
	}
}
