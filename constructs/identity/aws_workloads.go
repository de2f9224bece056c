package identity

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// AwsWorkloadsProps configure an [AwsWorkloads]. Url and Serves are required.
// Url, KeysUrl, the audience and roles may hold CloudFormation tokens.
type AwsWorkloadsProps struct {
	// Url is the issuer of the account whose workloads call, which the console
	// of IAM shows under "Account settings" once outbound identity federation is
	// enabled: "https://{uuid}.tokens.sts.global.api.aws".
	Url string
	// Serves is the one resource server that workloads may call, with the
	// audience that they ask tokens for (sts:GetWebIdentityToken).
	Serves Serves
	// Roles are the ARNs of the roles whose tokens count, exact (sub):
	// "arn:aws:iam::123456789012:role/billing". Default: all principals of the
	// account that may call sts:GetWebIdentityToken, of which rules choose with
	// access.Claim("sub", "…").
	Roles []string
	// KeysUrl is where the key set is. Default: where AWS publishes it.
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Default: keys are fetched.
	Keys string
}

// AwsWorkloads are the programs of an AWS account, which get their tokens from
// AWS STS (IAM User Guide, "Federating AWS identities to external services"),
// signed with RS256 or ES384. What AWS says beside sub, such as the
// organization and the principal's tags, is inside one claim that rules do not
// read. It was tested against tokens of the documented shape, not against AWS
// itself.
type AwsWorkloads interface {
	Workload
}

var (
	awsIssuer = regexp.MustCompile(`^https://[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tokens\.sts\.global\.api\.aws$`)
	awsRole   = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$`)
)

// NewAwsWorkloads trusts the tokens that AWS STS gives to an account's programs.
func NewAwsWorkloads(scope constructs.Construct, id string, props *AwsWorkloadsProps) AwsWorkloads {
	var p AwsWorkloadsProps
	if props != nil {
		p = *props
	}
	roles := slices.Clone(p.Roles)
	workload := WorkloadProps{
		Url: p.Url, KeysUrl: p.KeysUrl, Keys: p.Keys, Algorithms: []string{"RS256", "ES384"},
		Serves: p.Serves, Subjects: p.Roles, Mark: Mark{Claim: "https://sts.amazonaws.com/"},
	}
	e := workload.elsewhere("AWS workloads identity", "", func(problem report) {
		const write = "write that of the account, \"https://{uuid}.tokens.sts.global.api.aws\""
		switch {
		case trust.Unresolved(p.Url) || awsIssuer.MatchString(p.Url):
		case p.Url == "":
			problem("IssuerUrl", "Url is missing, %s", write)
		case strings.ContainsAny(p.Url, "@?"):
			problem("IssuerUrl", "Url is no issuer of AWS STS: it may hold a password and is not repeated here, %s", write)
		default:
			problem("IssuerUrl", "Url is no issuer of AWS STS, got %q, %s", p.Url, write)
		}
		for _, role := range roles {
			if role != "" && !trust.Unresolved(role) && !awsRole.MatchString(role) {
				problem("Subject", "it names what is no ARN of an IAM role, got %q, write \"arn:aws:iam::123456789012:role/billing\": tokens have the role and no session", role)
			}
		}
	})
	e.trust.Keys = p.Url + "/.well-known/jwks.json"
	return newExternal(scope, id, e)
}
