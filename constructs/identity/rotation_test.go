package identity_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

// billed declares a user pool with one machine client.
func billed(change func(p *identity.CognitoProps, c *identity.MachineClientProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		pool := &identity.CognitoProps{Serves: identity.Serve(orders)}
		client := &identity.MachineClientProps{Scopes: []access.Scope{read}}
		if change != nil {
			change(pool, client)
		}
		identity.NewCognito(stack, "Users", pool).AddMachineClient("Billing", client)
	}
}

func TestSecretsAreRenewedEvery90DaysUnlessSaidOtherwise(t *testing.T) {
	for _, c := range []struct {
		name     string
		rotation *identity.RotationProps
		days     float64
		overlap  string
	}{
		{"nothing is said", nil, 90, `"overlapHours":24,`},
		{"a month, two hours of overlap", &identity.RotationProps{Every: awscdk.Duration_Days(jsii.Number(30)), Overlap: awscdk.Duration_Minutes(jsii.Number(120))}, 30, `"overlapHours":2,`},
	} {
		t.Run(c.name, func(t *testing.T) {
			resources := accepted(t, billed(func(p *identity.CognitoProps, _ *identity.MachineClientProps) { p.Rotation = c.rotation }))
			schedule := one(t, resources, "AWS::SecretsManager::RotationSchedule").Properties
			rules, _ := schedule["RotationRules"].(map[string]any)
			if rules["AutomaticallyAfterDays"] != c.days || schedule["RotateImmediatelyOnUpdate"] != true {
				t.Errorf("schedule = %v, want every %v days and at once", schedule, c.days)
			}
			function, _ := json.Marshal(one(t, resources, "AWS::Lambda::Function").Properties["Environment"])
			said := strings.ReplaceAll(string(function), `\"`, `"`)
			for _, want := range []string{`"version":1`, `"provider":"cognito"`, fmt.Sprintf(`"everyDays":%v,`, c.days), c.overlap, "/oauth2/token", `"userPool":"",{"Ref":"`, `"clients":{"",{"Fn::GetAtt":["`} {
				if !strings.Contains(said, want) {
					t.Errorf("environment = %s, want %s in it", said, want)
				}
			}
		})
	}
}

func TestWhichRotationsFailSynth(t *testing.T) {
	days := func(n float64) awscdk.Duration { return awscdk.Duration_Days(jsii.Number(n)) }
	hours := func(n float64) awscdk.Duration { return awscdk.Duration_Hours(jsii.Number(n)) }
	var cases []refusal
	for _, c := range []struct {
		name string
		p    identity.RotationProps
		ids  []string
		text string
	}{
		{"a life of no days", identity.RotationProps{Every: days(0)}, []string{"Rotation"}, "write whole days from 1 to 365"},
		{"a life of more than a year", identity.RotationProps{Every: days(366)}, []string{"Rotation"}, "got 366 days"},
		{"a life of a day and a half", identity.RotationProps{Every: hours(36)}, []string{"Rotation"}, "write whole days"},
		{"a life that is known at deploy", identity.RotationProps{Every: days(*awscdk.Token_AsNumber(awscdk.Lazy_Any(&anything{}, nil)))}, []string{"Rotation"}, "known at deploy only"},
		{"no overlap", identity.RotationProps{Overlap: hours(0)}, []string{"Rotation"}, "write whole hours from 1"},
		{"an overlap of minutes", identity.RotationProps{Overlap: awscdk.Duration_Minutes(jsii.Number(90))}, []string{"Rotation"}, "write whole hours"},
		{"an overlap as long as the life", identity.RotationProps{Every: days(2), Overlap: days(2)}, []string{"Rotation"}, "less than the life"},
		{"a life of a day with the usual overlap", identity.RotationProps{Every: days(1)}, []string{"Rotation"}, "write Overlap"},
		{"code that is not there", identity.RotationProps{Code: "missing"}, []string{"Compile"}, "build -of rotator"},
	} {
		cases = append(cases, refusal{c.name, billed(func(p *identity.CognitoProps, _ *identity.MachineClientProps) { p.Rotation = &c.p }), c.ids, c.text})
	}
	cases = append(cases, refusal{"no client with a secret", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		users := newUsers(stack, orders, func(p *identity.CognitoProps) { p.Rotation = &identity.RotationProps{} })
		users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}})
	}, []string{"Rotation"}, "no client here has a secret"})
	refused(t, cases)
}

func TestACutOverIsSaidAtSynth(t *testing.T) {
	for provider, want := range map[string]bool{"auth0": true, "keycloak": true, "okta": false, "entra": false} {
		app := newApp(t)
		stack := awscdk.NewStack(app, jsii.String("Main"), nil)
		orders := access.NewResourceServer("orders", "Orders API")
		kept(provider, nil)(stack, orders, orders.Scope("read", "See orders"))
		said := ""
		for _, c := range *stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
			for _, entry := range *c.Node().Metadata() {
				if *entry.Type == "aws:cdk:info" {
					said += fmt.Sprint(entry.Data)
				}
			}
		}
		if strings.Contains(said, "stops to work at once") != want {
			t.Errorf("%s: synth says %q, want a cut-over in it: %v", provider, said, want)
		}
	}
}

// anything is a value that is known at deploy only.
type anything struct{ _ byte }

func (*anything) Produce() any { return 30 }

// What CloudFormation knows of a secret never has a value, nor anything that
// changes when the client does: so no update can bring an old value back.
func TestNoChangeOfAClientWritesItsSecret(t *testing.T) {
	written := func(build builder) string {
		resources := accepted(t, build)
		secret := one(t, resources, "AWS::SecretsManager::Secret").Properties
		for _, never := range []string{"SecretString", "GenerateSecretString"} {
			if secret[never] != nil {
				t.Errorf("the secret has %s: %v", never, secret[never])
			}
		}
		delete(secret, "Tags") // the name of the settings
		first, _ := json.Marshal([]any{secret, one(t, resources, "Custom::ScopewayClientSecret").Properties})
		return string(first)
	}
	before := written(billed(nil))
	if !regexp.MustCompile(`"ClientId":\{"Ref":"\w+"\},"SecretId":\{"Fn::GetAtt":\["\w+","Id"\]\},"ServiceTimeout":"900","ServiceToken":`).MatchString(before) {
		t.Errorf("the first value is asked for with %s, want references to the client and the secret", before)
	}
	for name, change := range map[string]func(p *identity.CognitoProps, c *identity.MachineClientProps){
		"another scope": func(p *identity.CognitoProps, c *identity.MachineClientProps) { c.Scopes = append(c.Scopes, more(p)) },
		"another life": func(_ *identity.CognitoProps, c *identity.MachineClientProps) {
			c.AccessTokenLife = awscdk.Duration_Hours(jsii.Number(1))
		},
		"another endpoint": func(p *identity.CognitoProps, _ *identity.MachineClientProps) { p.DomainPrefix = "orders" },
		"another identifier": func(p *identity.CognitoProps, _ *identity.MachineClientProps) {
			p.Serves = identity.Serves{serverOf(p): "https://orders.example.com"}
		},
		"another rotation": func(p *identity.CognitoProps, _ *identity.MachineClientProps) {
			p.Rotation = &identity.RotationProps{Every: awscdk.Duration_Days(jsii.Number(7))}
		},
		"another feature plan": func(p *identity.CognitoProps, _ *identity.MachineClientProps) { p.DeletionProtection = true },
	} {
		if after := written(billed(change)); after != before {
			t.Errorf("%s: the secret or its first value changed from %s to %s", name, before, after)
		}
	}
}

func serverOf(p *identity.CognitoProps) *access.ResourceServer {
	for server := range p.Serves {
		return server
	}
	return nil
}

func more(p *identity.CognitoProps) access.Scope { return serverOf(p).Scope("write", "Place orders") }

func TestTheRotatorMayDoNoMoreThanItHasTo(t *testing.T) {
	resources := accepted(t, billed(nil))
	var got []string
	for _, r := range resources {
		if r.Type != "AWS::IAM::Policy" {
			continue
		}
		document, _ := r.Properties["PolicyDocument"].(map[string]any)
		for _, s := range document["Statement"].([]any) {
			statement := s.(map[string]any)
			resource, _ := json.Marshal(statement["Resource"])
			if strings.Contains(string(resource), "*\"") && !strings.Contains(string(resource), ":*\"") {
				t.Errorf("a statement is for %s, want one resource", resource)
			}
			switch actions := statement["Action"].(type) {
			case string:
				got = append(got, actions)
			case []any:
				for _, a := range actions {
					got = append(got, a.(string))
				}
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"cognito-idp:AddUserPoolClientSecret", "cognito-idp:DeleteUserPoolClientSecret", "cognito-idp:DescribeUserPoolClient", "cognito-idp:ListUserPoolClientSecrets",
		"logs:CreateLogStream", "logs:PutLogEvents",
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rotator may %q, want %q", got, want)
	}
	permission := one(t, resources, "AWS::Lambda::Permission").Properties
	if permission["Principal"] != "secretsmanager.amazonaws.com" || permission["SourceAccount"] == nil {
		t.Errorf("permission = %v, want AWS Secrets Manager of this account", permission)
	}
}

func TestOneRotatorServesAllClientsAndIsWatched(t *testing.T) {
	resources := accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		users := newUsers(stack, orders, nil)
		if len(users.RotationAlarms()) != 0 {
			t.Error("there are alarms before there is a secret")
		}
		users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		users.AddMachineClient("Till", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		users.AddWebClient("Server", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}, Confidential: true})
		users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/"}})
		if len(users.RotationAlarms()) != 2 {
			t.Errorf("%d alarms, want two", len(users.RotationAlarms()))
		}
	})
	count := map[string]int{}
	for _, r := range resources {
		count[r.Type]++
		if r.Type == "AWS::Scheduler::Schedule" {
			target, _ := r.Properties["Target"].(map[string]any)
			input, _ := json.Marshal(target["Input"])
			if !strings.Contains(string(input), `{\"sweep\":\"",{"Fn::GetAtt":["`) || r.Properties["ScheduleExpression"] != "rate(1 hour)" {
				t.Errorf("schedule = %v, want the sweep of a secret each hour", r.Properties)
			}
		}
	}
	for kind, want := range map[string]int{
		"AWS::Lambda::Function": 1, "AWS::SecretsManager::Secret": 3, "AWS::SecretsManager::RotationSchedule": 3, "Custom::ScopewayClientSecret": 3,
		"AWS::Scheduler::Schedule": 3, "AWS::SSM::Parameter": 3, "AWS::CloudWatch::Alarm": 2,
	} {
		if count[kind] != want {
			t.Errorf("%d of %s, want %d", count[kind], kind, want)
		}
	}
}

func TestWithoutSecretsThereIsNoRotator(t *testing.T) {
	for id, r := range accepted(t, web(nil)) {
		if strings.HasPrefix(r.Type, "AWS::Lambda") || strings.HasPrefix(r.Type, "AWS::SecretsManager") {
			t.Errorf("there is %s, a %s", id, r.Type)
		}
	}
}

func TestWhoeverMayReadTheSecretMayReadTheSettings(t *testing.T) {
	resources := accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		billing := newUsers(stack, orders, nil).AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		job := awsiam.NewRole(stack, jsii.String("Job"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
		billing.GrantRead(job)
		awscdk.NewCfnOutput(stack, jsii.String("Arn"), &awscdk.CfnOutputProps{Value: billing.Secret().SecretArn()})
	})
	var policy resource
	for id, r := range resources {
		if r.Type == "AWS::IAM::Policy" && strings.HasPrefix(id, "Job") {
			policy = r
		}
	}
	text, _ := json.Marshal(policy.Properties["PolicyDocument"])
	for _, want := range []string{"secretsmanager:GetSecretValue", "ssm:GetParameter"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("policy = %s, want %s in it", text, want)
		}
	}
	// Who refers to the secret waits for its first value.
	first := ""
	for id := range maps.Keys(resources) {
		if resources[id].Type == "Custom::ScopewayClientSecret" {
			first = id
		}
	}
	if !strings.Contains(string(text), fmt.Sprintf(`{"Ref":%q}`, first)) {
		t.Errorf("policy = %s, want a reference to %s", text, first)
	}
	parameter, _ := json.Marshal(one(t, resources, "AWS::SSM::Parameter").Properties["Value"])
	if got := strings.ReplaceAll(string(parameter), `\"`, `"`); !strings.Contains(got, `"scope":"orders/read"`) || !strings.Contains(got, "/oauth2/token") {
		t.Errorf("settings = %s, want the scope and the token endpoint", got)
	}
}

func TestARotatorHasAsManyClientsAsItsEnvironmentHolds(t *testing.T) {
	for name, rotators := range map[string]int{"Client": 3, strings.Repeat("ClientWithALongName", 10): 4} {
		resources := accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			users := newUsers(stack, orders, nil)
			for n := range 31 {
				users.AddMachineClient(fmt.Sprintf("%s%d", name, n), &identity.MachineClientProps{Scopes: []access.Scope{read}})
			}
			if got := len(users.RotationAlarms()); got != 2*rotators {
				t.Errorf("%d alarms, want two for each of %d rotators", got, rotators)
			}
		})
		functions := 0
		for id, r := range resources {
			if r.Type != "AWS::Lambda::Function" {
				continue
			}
			functions++
			text, _ := json.Marshal(r.Properties["Environment"])
			// The ARN of a secret begins its name with its logical id.
			size, clients := 500, 0
			for _, secret := range regexp.MustCompile(`"Fn::GetAtt":\["(\w+)","Id"\]`).FindAllStringSubmatch(string(text), -1) {
				const arn, random, clientId, marks = len("arn:aws-us-gov:secretsmanager:ap-southeast-1:111122223333:secret:"), len("-0123456789ab-AbCdEf"), 26, len(`"":"",`)
				size += arn + len(secret[1]) + random + clientId + marks
				clients++
			}
			if clients == 0 || clients > 15 || size > 4096 {
				t.Errorf("%s has %d clients, %d bytes", id, clients, size)
			}
		}
		if functions != rotators {
			t.Errorf("%d rotators, want %d", functions, rotators)
		}
	}
}

func TestAGrantThatGrantsNothingFailsSynth(t *testing.T) {
	for name, who := range map[string]awsiam.IGrantable{
		"an account": awsiam.NewAccountPrincipal(jsii.String("999999999999")), "a service": awsiam.NewServicePrincipal(jsii.String("ec2.amazonaws.com"), nil),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, failure := synth(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
				newUsers(stack, orders, nil).AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}}).GrantRead(who)
			})
			check(t, failure, []string{"Grant"}, "grant it to a role or a user")
		})
	}
}
