package gateway

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Logs configure an API's audit and access log.
type Logs struct {
	// Retention is how long lines are kept. Default: a year.
	Retention awslogs.RetentionDays
	// Key encrypts the logs. A key made in the app is given a policy that lets
	// Amazon CloudWatch Logs use it for these logs; one that is imported has
	// to have it. Default: the service's own key.
	Key awskms.IKey
	// RemovalPolicy says what becomes of the logs when they leave the stack.
	// Default: RETAIN.
	RemovalPolicy awscdk.RemovalPolicy
}

// problem says what is wrong with the logs' props, or "".
func (l *Logs) problem() string {
	switch {
	case l == nil:
		return ""
	case l.RemovalPolicy != "" && !slices.Contains(removalPolicies, l.RemovalPolicy):
		return fmt.Sprintf("logs cannot have this removal policy, got %q, write one of %q", l.RemovalPolicy, removalPolicies)
	case l.Retention != "" && !retention.MatchString(string(l.Retention)):
		return fmt.Sprintf("the retention of logs is not one that is known, got %q, write for example awslogs.RetentionDays_ONE_YEAR", l.Retention)
	}
	return ""
}

var (
	removalPolicies = []awscdk.RemovalPolicy{awscdk.RemovalPolicy_RETAIN, awscdk.RemovalPolicy_DESTROY, awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE}
	// retention is how awscdk spells the days that CloudWatch Logs takes.
	retention = regexp.MustCompile(`^(?:ONE_(?:DAY|WEEK|MONTH|YEAR)|TWO_(?:WEEKS|MONTHS|YEARS)|THREE_(?:DAYS|MONTHS|YEARS)|FOUR_MONTHS|FIVE_(?:DAYS|MONTHS|YEARS)|SIX_(?:MONTHS|YEARS)|SEVEN_YEARS|EIGHT_YEARS|NINE_YEARS|TEN_YEARS|THIRTEEN_MONTHS|EIGHTEEN_MONTHS|INFINITE)$`)
)

// newLog makes a log group. Unless the props say otherwise it is kept for a
// year, and when the stack goes.
func newLog(scope constructs.Construct, id string, props Props) awslogs.LogGroup {
	l := Logs{}
	if props.Logs != nil && props.Logs.problem() == "" {
		l = *props.Logs
	}
	if l.Retention == "" {
		l.Retention = awslogs.RetentionDays_ONE_YEAR
	}
	if l.RemovalPolicy == "" {
		l.RemovalPolicy = awscdk.RemovalPolicy_RETAIN
	}
	if l.Key != nil {
		letLogsUse(scope, l.Key)
	}
	return awslogs.NewLogGroup(scope, jsii.String(id), &awslogs.LogGroupProps{
		Retention:     l.Retention,
		EncryptionKey: l.Key,
		RemovalPolicy: l.RemovalPolicy,
	})
}

// letLogsUse lets CloudWatch Logs use the key for the log groups of the stack's
// account and region, as its documentation says ("Encrypt log data in
// CloudWatch Logs using AWS KMS"). The groups' names are not known before the
// deploy.
func letLogsUse(scope constructs.Construct, key awskms.IKey) {
	stack := awscdk.Stack_Of(scope)
	groups := stack.FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("logs"),
		Resource:     jsii.String("log-group"),
		ResourceName: jsii.String("*"),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("logs."+*stack.Region()+"."+*awscdk.Aws_URL_SUFFIX()), nil)},
		Actions:    jsii.Strings("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"),
		Resources:  jsii.Strings("*"),
		Conditions: &map[string]any{"ArnLike": map[string]any{"kms:EncryptionContext:aws:logs:arn": groups}},
	}), jsii.Bool(true))
}
