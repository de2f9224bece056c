package nag

import (
	"regexp"
	"strings"
	"testing"
)

// anyResource are the actions that may be for any resource, with the reason.
var anyResource = map[string]string{
	"xray:PutTraceSegments":          xray,
	"xray:PutTelemetryRecords":       xray,
	"ec2:CreateNetworkInterface":     network,
	"ec2:DeleteNetworkInterface":     network,
	"ec2:DescribeNetworkInterfaces":  network,
	"ec2:DescribeSubnets":            network,
	"ec2:AssignPrivateIpAddresses":   network,
	"ec2:UnassignPrivateIpAddresses": network,
}

const (
	xray    = "AWS X-Ray knows no resources"
	network = "AWS Lambda names none of the network interfaces that it makes in a VPC"
)

// managed are the managed policies that roles may have, by the end of their ARN.
var managed = map[string]string{
	"service-role/AmazonAPIGatewayPushToCloudWatchLogs": "API Gateway's own, for the account's role that writes logs of REST APIs",
	"service-role/AWSLambdaBasicExecutionRole":          "of the examples' backends, which Scopeway does not make",
}

func TestNoPolicySaysStar(t *testing.T) {
	seen := 0
	everyApp(t, func(t *testing.T, _ string, a assembly) {
		for file, template := range a.templates {
			for id, r := range template.Resources {
				for _, s := range r.statements() {
					seen++
					for _, wrong := range s.wrong() {
						t.Errorf("%s: %s (%s %s) %s", file, id, r.Type, r.path(), wrong)
					}
				}
				arns, _ := r.Properties["ManagedPolicyArns"].([]any)
				for _, arn := range arns {
					_, name, _ := strings.Cut(flat(arn), ":iam::aws:policy/")
					if managed[name] == "" {
						t.Errorf("%s: %s (%s) has the managed policy %q, of which nobody knows the reason", file, id, r.path(), flat(arn))
					}
				}
			}
		}
	})
	if seen < 10 {
		t.Errorf("looked at %d statements only", seen)
	}
}

func TestEveryPermissionNamesWhoCalls(t *testing.T) {
	seen := 0
	everyApp(t, func(t *testing.T, _ string, a assembly) {
		for file, template := range a.templates {
			for id, r := range template.Resources {
				if r.Type != "AWS::Lambda::Permission" {
					continue
				}
				seen++
				p := r.Properties
				if p["Principal"] == "secretsmanager.amazonaws.com" { // of any secret: the function's role allows its own only
					if !ourAccount.MatchString(flat(p["SourceAccount"])) || p["Action"] != "lambda:InvokeFunction" {
						t.Errorf("%s: %s (%s) lets %v do %v, want AWS Secrets Manager of the stack's account and lambda:InvokeFunction", file, id, r.path(), flat(p["SourceAccount"]), p["Action"])
					}
					continue
				}
				source := flat(p["SourceArn"])
				if !oneApi.MatchString(source) {
					t.Errorf("%s: %s (%s) is for SourceArn %q, want the ARN of one API", file, id, r.path(), source)
				}
				if p["Action"] != "lambda:InvokeFunction" || p["Principal"] != "apigateway.amazonaws.com" {
					t.Errorf("%s: %s (%s) lets %v do %v, want API Gateway and lambda:InvokeFunction", file, id, r.path(), p["Principal"], p["Action"])
				}
			}
		}
	})
	if seen < 10 {
		t.Errorf("looked at %d permissions only", seen)
	}
}

// ourAccount is the stack's account, a reference or a literal.
var ourAccount = regexp.MustCompile(`^(?:\$\{AWSAccountId\}|\d{12})$`)

// oneApi is an ARN with the API's id, a reference or a literal.
var oneApi = regexp.MustCompile(`^arn:[^:]+:execute-api:[^:*]+:[^:*]+:(?:\$\{\w+\}|[a-z0-9]{10})/(?:\*/\*|authorizers/\$\{\w+\})$`)

// The test above would be worth nothing if it took everything.
func TestWhatAPolicyMayNotSay(t *testing.T) {
	for _, c := range []struct {
		name string
		s    statement
		n    int
	}{
		{"one action on one resource", statement{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": map[string]any{"Fn::GetAtt": []any{"Log", "Arn"}}}, 0},
		{"network interfaces of any name", statement{"Effect": "Allow", "Action": []any{"ec2:CreateNetworkInterface"}, "Resource": "*"}, 0},
		{"every action", statement{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::bucket"}, 1},
		{"every action of a service", statement{"Effect": "Allow", "Action": []any{"logs:PutLogEvents", "s3:*"}, "Resource": "arn:aws:s3:::bucket"}, 1},
		{"every action but one", statement{"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::bucket"}, 1},
		{"log lines anywhere", statement{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}, 1},
		{"an action on any resource beside one that may", statement{"Effect": "Allow", "Action": []any{"xray:PutTraceSegments", "s3:GetObject"}, "Resource": []any{"*"}}, 1},
		{"every resource of a kind", statement{"Effect": "Allow", "Action": "s3:GetObject", "Resource": []any{"arn:aws:s3:::bucket", "arn:aws:s3:::*"}}, 1},
		{"every resource of a kind, joined", statement{"Effect": "Allow", "Action": "s3:GetObject", "Resource": map[string]any{"Fn::Join": []any{"", []any{"arn:", map[string]any{"Ref": "AWS::Partition"}, ":s3:::*"}}}}, 1},
		{"every resource but one", statement{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::bucket"}, 1},
		{"everything is forbidden", statement{"Effect": "Deny", "Action": "*", "Resource": "*"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.s.wrong(); len(got) != c.n {
				t.Errorf("wrong() = %q, want %d of them", got, c.n)
			}
		})
	}
}
