package identity

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// userPoolId stands for the id of the user pool in [CognitoProps.KeysUrl].
const userPoolId = "{userPoolId}"

// CognitoProps configure a [Cognito]. Serves is required.
type CognitoProps struct {
	// Serves are the resource servers the user pool may speak for; their
	// audience is the identifier of the resource server in Cognito, so that a
	// scope reads "identifier/name" in tokens. identity.Serve(Orders) takes
	// the key.
	Serves Serves
	// AnyClient trusts the tokens of every app client of the user pool.
	// Default: only those added here. Set it where other stacks own clients,
	// or where there are more than the authorizer's environment of 4 KB holds.
	AnyClient bool
	// KeysUrl is where the user pool's JSON Web Key Set is, with "{userPoolId}"
	// for the id of the pool. Default: where Amazon Cognito publishes it.
	KeysUrl string
	// DomainPrefix is the prefix of the domain of the token endpoint, unique
	// among all accounts of a region. Default: one that is unique, made from
	// the construct's id and the stack's.
	DomainPrefix string
	// RemovalPolicy says what becomes of the user pool when it leaves the
	// stack. Default: RETAIN.
	RemovalPolicy awscdk.RemovalPolicy
}

// Cognito is an Amazon Cognito user pool with a domain, in which the resource
// servers it serves are registered with all their scopes. It has no users
// until somebody makes them, and nobody can sign up.
type Cognito interface {
	Identity
	// AddMachineClient adds a client for a program that acts for itself
	// (client credentials, RFC 6749, section 4.4).
	AddMachineClient(id string, props *MachineClientProps) MachineClient
	// UserPool is the underlying user pool.
	UserPool() awscognito.UserPool
	// UserPoolDomain is the domain of the token endpoint.
	UserPoolDomain() awscognito.UserPoolDomain
	// IssuerUrl is the iss claim of the tokens.
	IssuerUrl() *string
	// TokenUrl is the token endpoint (RFC 6749, section 3.2), in regions other
	// than those of GovCloud, whose domains have another form.
	TokenUrl() *string
}

type cognito struct {
	constructs.Construct
	props   CognitoProps
	site    access.Site
	pool    awscognito.UserPool
	domain  awscognito.UserPoolDomain
	servers map[string]awscognito.CfnUserPoolResourceServer // by key
	scope   constructs.Construct                            // of the clients
	clients []*machineClient
}

// NewCognito makes a user pool that speaks for the resource servers it serves.
func NewCognito(scope constructs.Construct, id string, props *CognitoProps) Cognito {
	c := &cognito{site: app.Here(), servers: map[string]awscognito.CfnUserPoolResourceServer{}}
	if props != nil {
		c.props = *props
		c.props.Serves = maps.Clone(props.Serves)
	}
	constructs.NewConstruct_Override(c, scope, jsii.String(id))
	policy := c.props.RemovalPolicy
	if policy == "" {
		policy = awscdk.RemovalPolicy_RETAIN
	}
	c.pool = awscognito.NewUserPool(c, jsii.String("Pool"), &awscognito.UserPoolProps{
		SelfSignUpEnabled: jsii.Bool(false),
		RemovalPolicy:     policy,
	})
	c.domain = awscognito.NewUserPoolDomain(c, jsii.String("Domain"), &awscognito.UserPoolDomainProps{
		UserPool:      c.pool,
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String(c.domainPrefix(id))},
	})
	serverScope := constructs.NewConstruct(c, jsii.String("ResourceServers"))
	for _, server := range trust.Sorted(c.props.Serves) {
		if server == nil || server.Key() == "" || strings.ContainsAny(server.Key(), "/$") || c.servers[server.Key()] != nil {
			continue // reported by Problems
		}
		c.servers[server.Key()] = awscognito.NewCfnUserPoolResourceServer(serverScope, jsii.String(server.Key()), &awscognito.CfnUserPoolResourceServerProps{
			UserPoolId: c.pool.UserPoolId(),
			Identifier: jsii.String(c.props.Serves[server]),
			Name:       jsii.String(server.Name()),
			Scopes:     awscdk.Lazy_Any(&scopesOf{server}, nil),
		})
	}
	c.scope = constructs.NewConstruct(c, jsii.String("Clients"))
	app.Of(c).Add(c, c)
	return c
}

// scopesOf produces a resource server's scopes when the app is declared.
type scopesOf struct{ server *access.ResourceServer }

func (s *scopesOf) Produce() any {
	scopes := []map[string]string{}
	for _, d := range s.server.Scopes() {
		scopes = append(scopes, map[string]string{"scopeName": d.Scope.Name(), "scopeDescription": d.Description})
	}
	return scopes
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

func (c *cognito) Serves() Serves                            { return c.props.Serves }
func (c *cognito) UserPool() awscognito.UserPool             { return c.pool }
func (c *cognito) UserPoolDomain() awscognito.UserPoolDomain { return c.domain }

func (c *cognito) IssuerUrl() *string {
	return jsii.String("https://" + *c.pool.UserPoolProviderName())
}

func (c *cognito) TokenUrl() *string {
	return jsii.String(*c.domain.BaseUrl(nil) + "/oauth2/token")
}

// Trust returns how the authorizer knows the user pool.
func (c *cognito) Trust() trust.Trust {
	keys := c.props.KeysUrl
	if keys == "" {
		keys = *c.IssuerUrl() + "/.well-known/jwks.json"
	}
	t := trust.Trust{
		Name:       *c.Node().Path(),
		Issuer:     *c.IssuerUrl(),
		Keys:       strings.ReplaceAll(keys, userPoolId, *c.pool.UserPoolId()),
		Profile:    "cognito",
		Algorithms: []string{"RS256"},
		Audiences:  trust.Audiences(c.props.Serves),
		AnyClient:  c.props.AnyClient,
	}
	if !t.AnyClient {
		for _, client := range slices.SortedFunc(slices.Values(c.clients), byID) {
			t.Clients = append(t.Clients, *client.ClientId())
		}
	}
	return t
}

// Problems returns what is wrong with the user pool's props and its clients.
func (c *cognito) Problems() access.Problems {
	subject := app.Subject("Cognito identity", c)
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: c.site})
	}
	if c.props.KeysUrl != "" {
		if wrong := trust.URLProblem(strings.ReplaceAll(c.props.KeysUrl, userPoolId, "pool")); wrong != "" {
			problem("IssuerUrl", "KeysUrl is %s", wrong)
		}
	}
	if p := c.props.DomainPrefix; p != "" && !usableDomainPrefix(p) {
		problem("DomainPrefix", "the domain prefix is not usable, got %q, write 1 to 63 lower-case letters, digits or hyphens, without aws, amazon or cognito, or leave it out", p)
	}
	if !c.props.AnyClient && len(c.clients) == 0 {
		problem("NoClients", "no client can get a token for it, write users.AddMachineClient(\"Billing\", …), or AnyClient: true where clients are made elsewhere")
	}
	for _, server := range trust.Sorted(c.props.Serves) {
		if server != nil && server.Name() != "" && !trust.Unresolved(server.Name()) && !serverNamePattern.MatchString(server.Name()) {
			problem("ServerName", "Cognito refuses the name of %s, got %q, write letters, digits, spaces or any of _+=,.@-", server, server.Name())
		}
	}
	for _, key := range slices.Sorted(maps.Keys(trust.Audiences(c.props.Serves))) {
		identifier := trust.Audiences(c.props.Serves)[key]
		if identifier != "" && !trust.Unresolved(identifier) && !identifierPattern.MatchString(identifier) {
			problem("Identifier", "the audience of %q is not usable as identifier of a resource server, got %q, write 1 to 256 visible ASCII characters without quotes or backslash", key, identifier)
		}
	}
	ps = append(ps, trust.ServerProblems(c.props.Serves, subject, c.site)...)
	for _, client := range c.clients {
		ps = append(ps, client.problems()...)
	}
	return ps
}
