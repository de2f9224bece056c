package identity

import (
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

var (
	domainPrefixPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)
	domainNamePattern   = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)
)

// newDomain makes the domain of the login pages and the token endpoint.
func (c *cognito) newDomain(id string) awscognito.UserPoolDomain {
	props := &awscognito.UserPoolDomainProps{UserPool: c.pool}
	if o := c.props.CustomDomain; o != nil && c.customDomainProblem() == "" {
		props.CustomDomain = o
	} else {
		props.CognitoDomain = &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String(c.domainPrefix(id))}
	}
	domain := awscognito.NewUserPoolDomain(c, jsii.String("Domain"), props)
	domain.Node().DefaultChild().(awscognito.CfnUserPoolDomain).SetManagedLoginVersion(awscdk.Lazy_Number(&loginVersion{c}))
	return domain
}

// loginVersion produces the version of the login pages when the app is
// declared: none while there is nobody to see them.
type loginVersion struct{ identity *cognito }

func (l *loginVersion) Produce() *float64 {
	people := l.identity.props.ManagedLoginVersion != ""
	for _, c := range l.identity.shared.clients {
		if _, ok := c.(*userClient); ok {
			people = true
		}
	}
	switch {
	case !people:
		return nil
	case l.identity.props.loginVersion() == classicLogin:
		return jsii.Number(1)
	}
	return jsii.Number(2)
}

// domainPrefix returns a prefix of at most 63 lower-case letters, digits and
// hyphens that no other stack has: the id, shortened, and the stack's UUID.
// Cognito refuses prefixes that contain aws, amazon or cognito.
func (c *cognito) domainPrefix(id string) string {
	if p := c.props.DomainPrefix; p != "" && usableDomainPrefix(p) {
		return p
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(id))
	for _, word := range []string{"amazon", "cognito", "aws"} {
		name = strings.ReplaceAll(name, word, "")
	}
	if name == "" || reservedWord(name) {
		name = "pool"
	}
	name = name[:min(len(name), 17)]
	// The path's address keeps two pools of one stack apart.
	address := (*c.Node().Addr())[2:10]
	stack := awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), awscdk.Aws_STACK_ID(), nil))
	return name + "-" + address + "-" + *stack
}

func usableDomainPrefix(prefix string) bool {
	return trust.Unresolved(prefix) || len(prefix) <= 63 && domainPrefixPattern.MatchString(prefix) && !reservedWord(prefix)
}

func reservedWord(prefix string) bool {
	return strings.Contains(prefix, "aws") || strings.Contains(prefix, "amazon") || strings.Contains(prefix, "cognito")
}

// domainProblems reports what is wrong with the domain.
func (c *cognito) domainProblems(problem func(id, format string, args ...any)) {
	if p := c.props.DomainPrefix; p != "" && !usableDomainPrefix(p) {
		problem("DomainPrefix", "the domain prefix is not usable, got %q, write 1 to 63 lower-case letters, digits or hyphens, without aws, amazon or cognito, or leave it out", p)
	}
	if c.props.CustomDomain == nil {
		return
	}
	if wrong := c.customDomainProblem(); wrong != "" {
		problem("LoginDomain", "%s", wrong)
	}
	if c.props.DomainPrefix != "" {
		problem("LoginDomain", "a user pool has one domain here, write either CustomDomain or DomainPrefix")
	}
}

// customDomainProblem says what is wrong with the custom domain, or "".
func (c *cognito) customDomainProblem() string {
	o := c.props.CustomDomain
	if o.DomainName == nil || !trust.Unresolved(*o.DomainName) && (len(*o.DomainName) > 63 || !domainNamePattern.MatchString(*o.DomainName)) {
		return "the custom domain has no usable name, write one of lower-case letters, digits and hyphens such as \"login.example.com\", without https:// and at most 63 characters"
	}
	if o.Certificate == nil {
		return "the custom domain has no certificate, write Certificate: one of AWS Certificate Manager in us-east-1"
	}
	region := *o.Certificate.Env().Region
	if arn := *o.Certificate.CertificateRef().CertificateArn; strings.HasPrefix(arn, "arn:aws:acm:") && !trust.Unresolved(arn) {
		region = strings.SplitN(arn, ":", 5)[3]
	}
	// Elsewhere than in the commercial regions AWS says otherwise, or nothing.
	if stack := *awscdk.Stack_Of(c).Region(); !trust.Unresolved(region) && region != "us-east-1" && !strings.HasPrefix(stack, "us-gov-") && !strings.HasPrefix(stack, "cn-") {
		return "the certificate of the custom domain is in another region, got " + region + ", Cognito takes one of us-east-1"
	}
	return ""
}

// domainUrl returns the base URL of a domain made with awscdk, in a region. In
// GovCloud all of them are FIPS endpoints with a name of their own.
func domainUrl(domain awscognito.UserPoolDomain, region string) string {
	return *domain.BaseUrl(&awscognito.BaseUrlOptions{Fips: jsii.Bool(govCloud(region))})
}

func govCloud(region string) bool { return strings.HasPrefix(region, "us-gov-") }
