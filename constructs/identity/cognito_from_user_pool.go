package identity

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// CognitoFromUserPoolProps configure an [ImportedCognito]. UserPool and Serves
// are required, and Clients or AnyClient unless a client is added here.
type CognitoFromUserPoolProps struct {
	// UserPool is the user pool: one of this app, or one that
	// awscognito.UserPool_FromUserPoolArn or UserPool_FromUserPoolId names.
	UserPool awscognito.IUserPool
	// Serves are the resource servers the user pool may speak for; their
	// audience is the identifier of the resource server in Cognito.
	Serves Serves
	// ServersExist leaves the resource servers alone: the user pool has them
	// already, with these scopes. Default: they are registered in the user pool
	// by the stack of this construct, whose deploy fails if one is there. Set it
	// for a user pool of another region or account, where a stack can register
	// nothing.
	ServersExist bool
	// Clients are the ids of app clients that are made elsewhere and whose
	// tokens count beside those of the clients added here. Which scopes they may
	// ask for is up to whoever makes them.
	Clients []string
	// AnyClient trusts the tokens of every app client of the user pool, also of
	// those that others make later. Default: only those added here and those in
	// Clients.
	AnyClient bool
	// Region is the region of an imported user pool whose id and ARN are known
	// at deploy only. Default: the one in its id, else the one in its ARN, else
	// the stack's. A user pool of this app knows its own.
	Region string
	// KeysUrl is where the user pool's JSON Web Key Set is, with "{userPoolId}"
	// for the id of the pool. Default: where Amazon Cognito publishes it.
	KeysUrl string
	// Keys is the user pool's JSON Web Key Set itself, for an authorizer that has
	// no way to Amazon Cognito: the text at that place, as it is when the app is
	// deployed. It is shipped with the function and never fetched, so a new key is
	// refused, and a revoked one goes on to work, until the app is deployed with
	// another text. Default: keys are fetched.
	Keys string
	// Domain is the domain of its login pages and token endpoint, or DomainUrl
	// the base URL of it ("https://login.example.com"); one of the two at most.
	// They are for AuthorizationUrl, TokenUrl, LogoutUrl, documents and for the
	// test of renewed client secrets, not for the authorizer: one of them is
	// required where a client with a secret is added.
	Domain    awscognito.IUserPoolDomain
	DomainUrl string
	// ManagedLoginVersion is the kind of the login pages of its domain. The newer
	// managed login needs a branding for each client, which AddWebClient and
	// AddNativeClient then make. Default: no branding is made.
	ManagedLoginVersion awscognito.ManagedLoginVersion
	// Rotation says how the secrets of the clients added here are renewed.
	// Default: every 90 days, the former one works 24 hours on.
	Rotation *RotationProps
}

// ImportedCognito is an Amazon Cognito user pool that another stack, app,
// region or account owns. The resource servers it serves are registered in it,
// and nothing else of it changes.
//
// A user pool of this app may be in another stack, and in another region or
// account if both stacks have an Env: awscdk hands the values over, for another
// region with a custom resource. One that is imported by its id or ARN needs
// nothing of the kind.
type ImportedCognito interface {
	Identity
	// AddMachineClient adds a client for a program that acts for itself
	// (client credentials, RFC 6749, section 4.4). A stack can add clients to a
	// user pool of its own region and account only.
	AddMachineClient(id string, props *MachineClientProps) MachineClient
	// AddWebClient adds a client for a page or a web server that people sign in
	// to (authorization code with PKCE).
	AddWebClient(id string, props *WebClientProps) WebClient
	// AddNativeClient adds a client for an app on a phone or a desktop that
	// people sign in to (RFC 8252).
	AddNativeClient(id string, props *NativeClientProps) NativeClient
	// UserPool is the underlying user pool.
	UserPool() awscognito.IUserPool
	// IssuerUrl is the iss claim of the tokens.
	IssuerUrl() *string
	// AuthorizationUrl is where people are sent to sign in, TokenUrl the token
	// endpoint, LogoutUrl where people are sent to sign out; nil where neither
	// Domain nor DomainUrl says where.
	AuthorizationUrl() *string
	TokenUrl() *string
	LogoutUrl() *string
	// RotationAlarms are those that tell when client secrets are not renewed.
	// There are none before a client with a secret is added.
	RotationAlarms() []awscloudwatch.Alarm
}

type importedCognito struct {
	constructs.Construct
	props  CognitoFromUserPoolProps
	site   access.Site
	shared *userPool
}

// CognitoFromUserPool trusts a user pool that exists already.
func CognitoFromUserPool(scope constructs.Construct, id string, props *CognitoFromUserPoolProps) ImportedCognito {
	c := &importedCognito{site: app.Here()}
	if props != nil {
		c.props = *props
		c.props.Serves = maps.Clone(props.Serves)
	}
	constructs.NewConstruct_Override(c, scope, jsii.String(id))
	c.shared = &userPool{
		construct: c,
		site:      c.site,
		serves:    c.props.Serves,
		keysUrl:   c.props.KeysUrl,
		given:     slices.Clone(c.props.Clients),
		anyClient: c.props.AnyClient,
		branded:   c.props.ManagedLoginVersion == newerLogin,
		id:        jsii.String(c.poolId()),
	}
	if c.props.UserPool != nil {
		c.shared.arn = c.props.UserPool.UserPoolArn()
	}
	if url := c.TokenUrl(); url != nil {
		c.shared.tokenUrl = *url
	}
	c.shared.rotation = c.props.Rotation.orDefault()
	if c.elsewhere() != "" {
		// A reference to it would end synth before the problem is reported.
		c.shared.id = jsii.String(unusable)
	} else if !c.props.ServersExist {
		c.shared.registerServers()
	}
	c.shared.scope = constructs.NewConstruct(c, jsii.String("Clients"))
	app.Of(c).Add(c, c)
	return c
}

func (c *importedCognito) AddMachineClient(id string, props *MachineClientProps) MachineClient {
	return c.shared.addMachineClient(id, props)
}

func (c *importedCognito) AddWebClient(id string, props *WebClientProps) WebClient {
	return c.shared.addWebClient(id, props)
}

func (c *importedCognito) AddNativeClient(id string, props *NativeClientProps) NativeClient {
	return c.shared.addNativeClient(id, props)
}

func (c *importedCognito) Serves() Serves                 { return c.props.Serves }
func (c *importedCognito) UserPool() awscognito.IUserPool { return c.props.UserPool }
func (c *importedCognito) IssuerUrl() *string             { return jsii.String(c.issuer()) }
func (c *importedCognito) AuthorizationUrl() *string      { return c.endpoint("/oauth2/authorize") }
func (c *importedCognito) TokenUrl() *string              { return c.endpoint("/oauth2/token") }
func (c *importedCognito) LogoutUrl() *string             { return c.endpoint("/logout") }

func (c *importedCognito) RotationAlarms() []awscloudwatch.Alarm { return c.shared.alarms() }

func (c *importedCognito) endpoint(path string) *string {
	base, _ := c.domainUrl()
	if base == "" {
		return nil
	}
	return jsii.String(base + path)
}

// Trust returns how the authorizer knows the user pool.
func (c *importedCognito) Trust() trust.Trust {
	t := c.shared.trust(c.poolId(), c.issuer())
	if base, _ := c.domainUrl(); base != "" {
		t.TokenURL, t.AuthorizationURL = *c.TokenUrl(), *c.AuthorizationUrl()
	}
	t.Ship(c.props.Keys)
	return t
}

// registered returns the user pool in which resource servers are registered
// here, and their identifiers.
func (c *importedCognito) registered() (poolId string, identifiers []string) {
	return *c.shared.id, c.shared.identifiers()
}

// domainUrl returns the base URL of the domain or "", and what is wrong with
// what the props say of it.
func (c *importedCognito) domainUrl() (base, wrong string) {
	d, given := c.props.Domain, c.props.DomainUrl
	switch {
	case d != nil && given != "":
		return "", "it has two domains, write either Domain or DomainUrl"
	case given != "":
		if wrong := trust.URLProblem(given); wrong != "" {
			return "", "DomainUrl is " + wrong
		}
		if strings.Contains(given, "?") {
			return "", "DomainUrl is a URL with a query, leave it out"
		}
		return strings.TrimSuffix(given, "/"), ""
	case d == nil:
		return "", ""
	}
	if own, ok := d.(awscognito.UserPoolDomain); ok {
		return domainUrl(own, *d.Env().Region), ""
	}
	name := *d.DomainName()
	switch {
	case trust.Unresolved(name):
		return "", "the name of its domain is known at deploy only and may be a prefix or a whole name, write DomainUrl"
	case strings.Contains(name, "."):
		return "https://" + name, ""
	case govCloud(c.region()):
		return "https://" + name + ".auth-fips." + c.region() + ".amazoncognito.com", ""
	}
	return "https://" + name + ".auth." + c.region() + ".amazoncognito.com", ""
}

// Problems returns what is wrong with the props and the clients.
func (c *importedCognito) Problems() access.Problems {
	subject := app.Subject("Cognito identity", c)
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: c.site})
	}
	c.placeProblems(problem)
	base, wrong := c.domainUrl()
	if wrong != "" {
		problem("LoginDomain", "%s", wrong)
	} else if len(c.shared.rotators) > 0 && base == "" && c.elsewhere() == "" {
		problem("RotationDomain", "a client here has a secret, and a renewed one could be tested nowhere: write Domain or DomainUrl, where the user pool has its token endpoint")
	}
	if v := c.props.ManagedLoginVersion; v != "" && !slices.Contains(logins, v) {
		problem("LoginDomain", "the version of the login pages is not one that is known, got %q, write one of %q", v, logins)
	}
	c.twiceProblems(problem)
	c.shared.rotationProblems(c.props.Rotation, problem)
	ps = append(ps, trust.KeysProblems(c.props.Keys, c.props.KeysUrl, cognitoAlgorithms, subject, c.site)...)
	return append(ps, c.shared.problems(subject)...)
}

// twiceProblems reports resource servers that another identity of the app
// registers in the same user pool too. The deploy of the second one would fail,
// or, if the first one were removed, take the server away from both.
func (c *importedCognito) twiceProblems(problem func(id, format string, args ...any)) {
	pool, mine := c.registered()
	for _, m := range app.Of(c).Members() {
		if m == app.Member(c) {
			return // the later one of two says so
		}
		other, ok := m.(interface {
			constructs.Construct
			registered() (string, []string)
		})
		if !ok {
			continue
		}
		its, identifiers := other.registered()
		for _, identifier := range mine {
			if its == pool && slices.Contains(identifiers, identifier) {
				problem("RegisteredTwice", "the resource server %q is registered in this user pool by %q already, write ServersExist: true, or trust that identity", identifier, *other.Node().Path())
			}
		}
	}
}
