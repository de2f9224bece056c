package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestWhatCdkNagFindsIsExplainedWhereTheAppHasNoSay(t *testing.T) {
	for _, c := range []struct {
		name  string
		props func(*identity.CognitoProps)
		web   bool
		want  bool
	}{
		{"a pool for machines", nil, false, true},
		{"a pool with a client for people", nil, true, false},
		{"a pool with a client made elsewhere", func(p *identity.CognitoProps) { p.Clients = []string{"elsewhere"} }, false, false},
		{"a pool that trusts every client", func(p *identity.CognitoProps) { p.AnyClient = true }, false, false},
		{"a pool where people sign up", func(p *identity.CognitoProps) { p.SelfSignUp = true }, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			resources := accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
				users := newUsers(stack, orders, c.props)
				users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
				if c.web {
					users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://app.example.com/callback"}})
				}
			})
			pool := fmt.Sprint(one(t, resources, "AWS::Cognito::UserPool").Metadata["cdk_nag"])
			for _, rule := range []string{"AwsSolutions-COG2", "AwsSolutions-COG8"} {
				if got := strings.Contains(pool, rule); got != c.want {
					t.Errorf("%s is suppressed: %v, want %v", rule, got, c.want)
				}
			}
		})
	}
}
