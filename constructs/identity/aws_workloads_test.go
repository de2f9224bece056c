package identity_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

const sts = "https://" + tenant + ".tokens.sts.global.api.aws"

func awsWorkloads(change func(*identity.AwsWorkloadsProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := &identity.AwsWorkloadsProps{Url: sts, Serves: identity.Serves{orders: "https://orders.example.com"}}
		change(props)
		identity.NewAwsWorkloads(stack, "Aws", props)
	}
}

func TestAwsWorkloadsAreTheirRoles(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		roles := []string{"arn:aws:iam::123456789012:role/service/billing", "arn:aws-cn:iam::123456789012:role/nightly"}
		got := identity.NewAwsWorkloads(stack, "Aws", &identity.AwsWorkloadsProps{Url: sts, Serves: identity.Serves{orders: "o"}, Roles: roles}).Trust()
		if !slices.Equal(got.Clients, roles) || got.AnyClient || got.Owners != nil || !slices.Equal(got.Mark, []string{"https://sts.amazonaws.com/"}) {
			t.Errorf("Trust() = %+v, want the roles", got)
		}
	})
}

func TestWhichAwsWorkloadsFailSynth(t *testing.T) {
	url := func(text string) builder {
		return awsWorkloads(func(p *identity.AwsWorkloadsProps) { p.Url = text })
	}
	role := func(arns ...string) builder {
		return awsWorkloads(func(p *identity.AwsWorkloadsProps) { p.Roles = arns })
	}
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewAwsWorkloads(stack, "Aws", nil)
		}, []string{"IssuerUrl", "ServesNothing"}, "Url is missing"},
		{"a slash at the end", url(sts + "/"), []string{"IssuerUrl"}, "no issuer of AWS STS"},
		{"http", url("http://" + sts[8:]), []string{"IssuerUrl"}, "no issuer of AWS STS"},
		{"the host", url(sts[8:]), []string{"IssuerUrl"}, "https://{uuid}.tokens.sts.global.api.aws"},
		{"another host at the end", url(sts + ".evil.example.com"), []string{"IssuerUrl"}, "no issuer of AWS STS"},
		{"no UUID", url("https://acme.tokens.sts.global.api.aws"), []string{"IssuerUrl"}, "no issuer of AWS STS"},
		{"the regional endpoint", url("https://sts.eu-west-1.amazonaws.com"), []string{"IssuerUrl"}, "no issuer of AWS STS"},
		{"a password", url("https://me:hunter2@" + sts[8:]), []string{"IssuerUrl"}, "not repeated here"},
		{"a session instead of its role", role("arn:aws:sts::123456789012:assumed-role/billing/i-1"), []string{"Subject"}, "tokens have the role and no session"},
		{"the name of a role", role("billing"), []string{"Subject"}, `got "billing"`},
		{"all roles", role("arn:aws:iam::*:role/billing"), []string{"Subject"}, "no ARN of an IAM role"},
		{"a role twice", role("arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/a"), []string{"Subject"}, "twice"},
		{"an empty role", role(""), []string{"Subject"}, "is empty"},
		{"two resource servers", awsWorkloads(func(p *identity.AwsWorkloadsProps) { twoServers(p.Serves) }), []string{"WhichServer"}, "let it serve one"},
	})
}
