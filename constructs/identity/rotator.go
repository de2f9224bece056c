package identity

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/code"
	"github.com/scopeway/scopeway/constructs/internal/short"
)

// rotationVariable is the environment variable that says what is rotated where.
const rotationVariable = "SCOPEWAY_ROTATION"

// rotationVersion is the version of its JSON.
const rotationVersion = 1

// rotating is what the rotator is told of a provider. Texts may hold
// CloudFormation tokens.
type rotating struct {
	Version       int     `json:"version"`
	Provider      string  `json:"provider"`
	TokenUrl      string  `json:"tokenUrl"`
	EveryDays     float64 `json:"everyDays"`
	OverlapHours  float64 `json:"overlapHours"`
	UserPool      string  `json:"userPool,omitempty"`
	ApiUrl        string  `json:"apiUrl,omitempty"`
	AdminTokenUrl string  `json:"adminTokenUrl,omitempty"`
	Credential    string  `json:"credential,omitempty"`
	Object        string  `json:"object,omitempty"`
	Scope         string  `json:"scope,omitempty"`
	Audience      string  `json:"audience,omitempty"`
	Clients       kept    `json:"clients"`
}

// kept are client ids by the ARN of each one's secret. As an object of JSON they
// are in the order in which they were added: that of references is by chance.
type kept [][2]string

func (k kept) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for n, pair := range k {
		if n > 0 {
			b = append(b, ',')
		}
		arn, _ := json.Marshal(pair[0]) // of a text there is no error
		client, _ := json.Marshal(pair[1])
		b = append(append(append(b, arn...), ':'), client...)
	}
	return append(b, '}'), nil
}

// The clients of a rotator stand in the function's environment, which holds 4 KB
// (AWS Lambda, "Quotas").
const (
	maxKept      = 15
	maxKeptBytes = 3200
	// keptBytes is what a client takes there at most, beside the logical id of its
	// secret, which CloudFormation begins the name with.
	keptBytes = 120
	// maxLogicalId is how long a logical id may be (CloudFormation, "Quotas").
	maxLogicalId = 255
)

// keptAs returns what a client takes in the environment at most.
func keptAs(scope constructs.Construct) int {
	return keptBytes + min(maxLogicalId, len(*scope.Node().Path())+len("Secret")+8)
}

// hasRoom says whether the rotator takes one more client.
func (r *rotator) hasRoom(scope constructs.Construct) bool {
	return len(r.what.Clients) < maxKept && r.bytes+keptAs(scope) <= maxKeptBytes
}

// rotator is the function that renews client secrets, with what it needs, and
// what tells that it does not.
type rotator struct {
	what       rotating
	scope      constructs.Construct
	props      RotationProps
	site       access.Site
	bytes      int // of the clients in the environment
	function   awslambda.Function
	role       awsiam.Role
	log        awslogs.LogGroup
	permission awslambda.CfnPermission
	code       *code.Late
	failed     awscloudwatch.Alarm
	silent     awscloudwatch.Alarm
	sweeper    awsiam.Role // invokes the sweeps
}

// newRotator makes a rotator in the scope. Its description names the identity or
// client that it is for.
func newRotator(scope constructs.Construct, id string, props RotationProps, site access.Site, what rotating) *rotator {
	r := &rotator{scope: constructs.NewConstruct(scope, jsii.String(id)), what: what, props: props, site: site}
	r.what.Version, r.what.EveryDays, r.what.OverlapHours = rotationVersion, props.days(), props.hours()
	retention := props.LogRetention
	if retention == "" {
		retention = awslogs.RetentionDays_ONE_YEAR
	}
	r.log = awslogs.NewLogGroup(r.scope, jsii.String("Log"), &awslogs.LogGroupProps{Retention: retention, RemovalPolicy: awscdk.RemovalPolicy_RETAIN})
	r.role = awsiam.NewRole(r.scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		Description: jsii.String(short.Description("Renews the client secrets of ", scope)),
	})
	r.allow(*r.log.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents")
	r.code = code.New(r.scope, &code.Rotator{}, code.Of{Architecture: props.Architecture, Prebuilt: props.Code})
	architecture := props.Architecture
	if architecture == nil {
		architecture = awslambda.Architecture_ARM_64()
	}
	r.function = awslambda.NewFunction(r.scope, jsii.String("Function"), &awslambda.FunctionProps{
		Description:  jsii.String(short.Description("Renews the client secrets of ", scope)),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: architecture,
		Handler:      jsii.String("bootstrap"),
		Code:         r.code,
		MemorySize:   jsii.Number(256),
		// A new secret may need a minute before the token endpoint takes it.
		Timeout:     awscdk.Duration_Minutes(jsii.Number(3)),
		Role:        r.role,
		LogGroup:    r.log,
		Environment: &map[string]*string{rotationVariable: awscdk.Lazy_String(&environment{r}, nil)},
	})
	r.permission = awslambda.NewCfnPermission(r.scope, jsii.String("Permission"), &awslambda.CfnPermissionProps{
		Action:        jsii.String("lambda:InvokeFunction"),
		FunctionName:  r.function.FunctionArn(),
		Principal:     jsii.String("secretsmanager.amazonaws.com"),
		SourceAccount: awscdk.Stack_Of(r.scope).Account(),
	})
	r.sweeper = awsiam.NewRole(r.scope, jsii.String("SweeperRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Stack_Of(r.scope).Account()}},
		}),
		Description: jsii.String(short.Description("Has the former client secrets swept of ", scope)),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Sweep": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{statement(*r.function.FunctionArn(), "lambda:InvokeFunction")},
		})},
	})
	r.watch(scope)
	app.Of(r.scope).Add(r.scope, r)
	return r
}

// environment produces what the rotator is told, once all clients are declared.
type environment struct{ of *rotator }

func (e *environment) Produce() *string {
	text, err := json.Marshal(e.of.what)
	if err != nil {
		panic(fmt.Sprintf("scopeway: the rotation does not encode: %v", err)) // texts and numbers only: cannot happen
	}
	return jsii.String(string(text))
}

// watch makes the alarms. Every failure is an error of the function, an overdue
// rotation too; that the function is not called at all is the other alarm.
func (r *rotator) watch(of constructs.Construct) {
	hourly := &awscloudwatch.MetricOptions{Period: awscdk.Duration_Hours(jsii.Number(1)), Statistic: jsii.String("Sum")}
	r.failed = awscloudwatch.NewAlarm(r.scope, jsii.String("Failed"), &awscloudwatch.AlarmProps{
		AlarmDescription:  jsii.String(short.Description("A client secret could not be renewed, or is overdue; the log of the function says why: ", of)),
		Metric:            r.function.MetricErrors(hourly),
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
		TreatMissingData:  awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	r.silent = awscloudwatch.NewAlarm(r.scope, jsii.String("Silent"), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(short.Description("Nothing looks after client secrets, the hourly sweep does not run: ", of)),
		Metric:             r.function.MetricInvocations(hourly),
		Threshold:          jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(3),
		TreatMissingData:   awscloudwatch.TreatMissingData_BREACHING,
	})
}

// alarms returns those of the rotator.
func (r *rotator) alarms() []awscloudwatch.Alarm {
	return []awscloudwatch.Alarm{r.failed, r.silent}
}

// allow lets the function do this to that.
func (r *rotator) allow(resource string, actions ...string) {
	r.role.AddToPolicy(statement(resource, actions...))
}

func statement(resource string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(actions...), Resources: jsii.Strings(resource)})
}

// Problems returns what is wrong with the rotation.
func (r *rotator) Problems() access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: app.Subject("rotation", r.scope), Text: fmt.Sprintf(format, args...), Site: r.site})
	}
	r.props.problems(problem)
	if err := r.code.Failure(); err != nil {
		problem("Compile", "%s", err)
	}
	return ps
}
