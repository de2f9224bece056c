package identity

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// CognitoProps configure a [Cognito]. Serves is required. What is not here can
// be set on UserPool(), or on a user pool of your own that
// [CognitoFromUserPool] takes.
type CognitoProps struct {
	// Serves are the resource servers the user pool may speak for; their
	// audience is the identifier of the resource server in Cognito, so that a
	// scope reads "identifier/name" in tokens. identity.Serve(Orders) takes
	// the key.
	Serves Serves
	// Clients are the ids of app clients that are made elsewhere and whose
	// tokens count beside those of the clients added here. Which grants and
	// scopes they have is up to whoever makes them.
	Clients []string
	// AnyClient trusts the tokens of every app client of the user pool.
	// Default: only those added here and those in Clients. Set it where there
	// are more than the authorizer's environment of 4 KB holds.
	AnyClient bool
	// KeysUrl is where the user pool's JSON Web Key Set is, with "{userPoolId}"
	// for the id of the pool. Default: where Amazon Cognito publishes it.
	KeysUrl string

	// DomainPrefix is the prefix of the domain of the login pages and the token
	// endpoint, unique among all accounts of a region. Default: one that is
	// unique, made from the construct's id and the stack's.
	DomainPrefix string
	// CustomDomain puts the login pages and the token endpoint on a domain of
	// yours, with a certificate of us-east-1, instead of a prefix. Its parent
	// domain must have an A record when it is made; point its own at
	// UserPoolDomain().CloudFrontEndpoint() after.
	CustomDomain *awscognito.CustomDomainOptions
	// ManagedLoginVersion is the kind of the login pages. Default: the newer
	// managed login once there is a client that people sign in to, the classic
	// hosted UI on the LITE plan, which has no other.
	ManagedLoginVersion awscognito.ManagedLoginVersion

	// SelfSignUp lets people make accounts for themselves. Default: nobody has
	// an account until somebody makes it.
	SelfSignUp bool
	// SignInAliases are what people sign in with; Cognito cannot change them
	// later. Default: the user name.
	SignInAliases *awscognito.SignInAliases
	// PasswordPolicy is what passwords need. Default: 12 characters with lower
	// case, upper case, digits and symbols; a member that is nil keeps its part
	// of the default.
	PasswordPolicy *awscognito.PasswordPolicy
	// Mfa says whether people sign in with a second factor. Default: OPTIONAL,
	// which lets people set one up; REQUIRED is better where nobody objects.
	Mfa awscognito.Mfa
	// MfaSecondFactor is which second factors there are. Default: one-time
	// passwords of an authenticator app, and no text messages, which cost money
	// and can be diverted.
	MfaSecondFactor *awscognito.MfaSecondFactor
	// Rotation says how the secrets of clients are renewed. Default: every 90
	// days, the former one works 24 hours on.
	Rotation *RotationProps
	// FeaturePlan is the plan that Amazon bills. Default: Cognito's, which is
	// ESSENTIALS for new user pools.
	FeaturePlan awscognito.FeaturePlan
	// ThreatProtection watches sign-ins; it needs the PLUS plan. Default: none.
	ThreatProtection awscognito.StandardThreatProtectionMode
	// DeletionProtection makes Cognito refuse to delete the user pool.
	// Default: false.
	DeletionProtection bool
	// RemovalPolicy says what becomes of the user pool when it leaves the
	// stack. Default: RETAIN.
	RemovalPolicy awscdk.RemovalPolicy
}

// Cognito is an Amazon Cognito user pool with a domain, in which the resource
// servers it serves are registered with all their scopes. It has no users
// until somebody makes them, and nobody can sign up unless SelfSignUp is set.
//
// An API in another stack may trust it, also one in another region or account
// of the app if both stacks have an Env: awscdk hands the values over.
type Cognito interface {
	Identity
	// AddMachineClient adds a client for a program that acts for itself
	// (client credentials, RFC 6749, section 4.4).
	AddMachineClient(id string, props *MachineClientProps) MachineClient
	// AddWebClient adds a client for a page or a web server that people sign in
	// to (authorization code with PKCE).
	AddWebClient(id string, props *WebClientProps) WebClient
	// AddNativeClient adds a client for an app on a phone or a desktop that
	// people sign in to (RFC 8252).
	AddNativeClient(id string, props *NativeClientProps) NativeClient
	// UserPool is the underlying user pool.
	UserPool() awscognito.UserPool
	// UserPoolDomain is the domain of the login pages and the token endpoint.
	UserPoolDomain() awscognito.UserPoolDomain
	// IssuerUrl is the iss claim of the tokens.
	IssuerUrl() *string
	// AuthorizationUrl is where people are sent to sign in (RFC 6749, section
	// 3.1). It and the next two have GovCloud's form in stacks whose region is
	// known to be one of GovCloud; in stacks without a region they have the form
	// of all others, and are wrong if deployed there.
	AuthorizationUrl() *string
	// TokenUrl is the token endpoint (RFC 6749, section 3.2).
	TokenUrl() *string
	// LogoutUrl is where people are sent to sign out, with client_id and
	// logout_uri, one of the client's LogoutUrls, as parameters.
	LogoutUrl() *string
	// RotationAlarms are those that tell when client secrets are not renewed: one
	// for a failed or overdue rotation, one for a sweep that does not run. Give
	// them actions. There are none before a client with a secret is added.
	RotationAlarms() []awscloudwatch.Alarm
}

type cognito struct {
	constructs.Construct
	props  CognitoProps
	site   access.Site
	pool   awscognito.UserPool
	domain awscognito.UserPoolDomain
	shared *userPool
}

// NewCognito makes a user pool that speaks for the resource servers it serves.
func NewCognito(scope constructs.Construct, id string, props *CognitoProps) Cognito {
	c := &cognito{site: app.Here()}
	if props != nil {
		c.props = *props
		c.props.Serves = maps.Clone(props.Serves)
	}
	constructs.NewConstruct_Override(c, scope, jsii.String(id))
	c.pool = awscognito.NewUserPool(c, jsii.String("Pool"), c.props.userPool())
	c.domain = c.newDomain(id)
	c.shared = &userPool{
		construct: c,
		site:      c.site,
		serves:    c.props.Serves,
		keysUrl:   c.props.KeysUrl,
		given:     slices.Clone(c.props.Clients),
		anyClient: c.props.AnyClient,
		branded:   c.props.loginVersion() == newerLogin,
		id:        c.pool.UserPoolId(),
		arn:       c.pool.UserPoolArn(),
		tokenUrl:  *c.TokenUrl(),
		rotation:  c.props.Rotation.orDefault(),
	}
	c.explainPool()
	c.shared.registerServers()
	c.shared.scope = constructs.NewConstruct(c, jsii.String("Clients"))
	app.Of(c).Add(c, c)
	return c
}

func (c *cognito) AddMachineClient(id string, props *MachineClientProps) MachineClient {
	return c.shared.addMachineClient(id, props)
}

func (c *cognito) AddWebClient(id string, props *WebClientProps) WebClient {
	return c.shared.addWebClient(id, props)
}

func (c *cognito) AddNativeClient(id string, props *NativeClientProps) NativeClient {
	return c.shared.addNativeClient(id, props)
}

func (c *cognito) Serves() Serves                            { return c.props.Serves }
func (c *cognito) UserPool() awscognito.UserPool             { return c.pool }
func (c *cognito) UserPoolDomain() awscognito.UserPoolDomain { return c.domain }

func (c *cognito) IssuerUrl() *string {
	return jsii.String("https://" + *c.pool.UserPoolProviderName())
}

func (c *cognito) RotationAlarms() []awscloudwatch.Alarm { return c.shared.alarms() }

func (c *cognito) AuthorizationUrl() *string { return c.endpoint("/oauth2/authorize") }
func (c *cognito) TokenUrl() *string         { return c.endpoint("/oauth2/token") }
func (c *cognito) LogoutUrl() *string        { return c.endpoint("/logout") }

func (c *cognito) endpoint(path string) *string {
	return jsii.String(domainUrl(c.domain, *awscdk.Stack_Of(c).Region()) + path)
}

// Trust returns how the authorizer knows the user pool.
func (c *cognito) Trust() trust.Trust {
	t := c.shared.trust(*c.pool.UserPoolId(), *c.IssuerUrl())
	t.TokenURL, t.AuthorizationURL = *c.TokenUrl(), *c.AuthorizationUrl()
	return t
}

// registered returns the user pool in which resource servers are registered
// here, and their identifiers.
func (c *cognito) registered() (poolId string, identifiers []string) {
	return *c.shared.id, c.shared.identifiers()
}

// Problems returns what is wrong with the user pool's props and its clients.
func (c *cognito) Problems() access.Problems {
	subject := app.Subject("Cognito identity", c)
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: c.site})
	}
	c.domainProblems(problem)
	c.props.poolProblems(problem)
	c.shared.rotationProblems(c.props.Rotation, problem)
	return append(ps, c.shared.problems(subject)...)
}
