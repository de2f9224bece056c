package identity

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// Amazon Cognito's quotas and grammars.
const maxScopesPerClient = 50

var (
	domainPrefixPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)
	identifierPattern   = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,256}$`)
	serverNamePattern   = regexp.MustCompile(`^[\p{L}\p{N}\s_+=,.@-]{1,256}$`)
	notInClientName     = regexp.MustCompile(`[^A-Za-z0-9_ +=,.@-]+`)
)

// MachineClientProps configure a [MachineClient]. Scopes is required.
type MachineClientProps struct {
	// Scopes are what the client may ask for, at most 50, each of a resource
	// server that the identity serves.
	Scopes []access.Scope
	// AccessTokenLife is how long an access token lasts, 5 minutes to 1 day.
	// Default: 15 minutes.
	AccessTokenLife awscdk.Duration
}

// MachineClient is a client that gets access tokens for itself with the
// client-credentials grant, and no other grant.
type MachineClient interface {
	constructs.Construct
	// ClientId is the OAuth client id.
	ClientId() *string
	// Secret holds {"client_id": "…", "client_secret": "…"}. The values are in
	// no template; CloudFormation writes them once, when the client is made.
	Secret() awssecretsmanager.Secret
}

type machineClient struct {
	constructs.Construct
	identity *cognito
	name     string
	props    MachineClientProps
	site     access.Site
	client   awscognito.CfnUserPoolClient
	secret   awssecretsmanager.Secret
}

func (c *cognito) AddMachineClient(id string, props *MachineClientProps) MachineClient {
	m := &machineClient{identity: c, name: id, site: app.Here()}
	if props != nil {
		m.props = *props
		m.props.Scopes = slices.Clone(props.Scopes)
	}
	constructs.NewConstruct_Override(m, c.scope, jsii.String(id))
	c.clients = append(c.clients, m)

	scopes := []*string{}
	for _, s := range m.props.Scopes {
		scopes = append(scopes, jsii.String(c.spell(s)))
	}
	m.client = awscognito.NewCfnUserPoolClient(m, jsii.String("Client"), &awscognito.CfnUserPoolClientProps{
		UserPoolId:                      c.pool.UserPoolId(),
		ClientName:                      jsii.String(clientName(*c.Node().Id() + "-" + id)),
		GenerateSecret:                  true,
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows:               jsii.Strings("client_credentials"),
		AllowedOAuthScopes:              &scopes,
		ExplicitAuthFlows:               &[]*string{},
		EnableTokenRevocation:           true,
		PreventUserExistenceErrors:      jsii.String("ENABLED"),
		AccessTokenValidity:             jsii.Number(m.accessTokenSeconds()),
		TokenValidityUnits:              &awscognito.CfnUserPoolClient_TokenValidityUnitsProperty{AccessToken: jsii.String("seconds")},
	})
	for _, key := range m.servers() {
		if server := c.servers[key]; server != nil {
			m.client.AddResourceDependency(server, nil)
		}
	}
	// The text names attributes only, so that the values stay out of the
	// template, and never changes: a change would write the first secret again.
	m.secret = awssecretsmanager.NewSecret(m, jsii.String("Secret"), &awssecretsmanager.SecretProps{
		Description: jsii.String("OAuth client credentials of " + *m.Node().Path()),
		SecretObjectValue: &map[string]awscdk.SecretValue{
			"client_id":     awscdk.SecretValue_ResourceAttribute(m.client.Ref()),
			"client_secret": awscdk.SecretValue_ResourceAttribute(m.client.AttrClientSecret()),
		},
	})
	return m
}

// spell returns how Cognito spells a scope: the resource server's identifier,
// a slash and the name.
func (c *cognito) spell(s access.Scope) string {
	for server, identifier := range c.props.Serves {
		if server != nil && server.Key() == s.Server() {
			return identifier + "/" + s.Name()
		}
	}
	return s.String() // reported by problems
}

// servers returns the keys of the resource servers of the client's scopes.
func (m *machineClient) servers() []string {
	var keys []string
	for _, s := range m.props.Scopes {
		keys = append(keys, s.Server())
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (m *machineClient) ClientId() *string                { return m.client.Ref() }
func (m *machineClient) Secret() awssecretsmanager.Secret { return m.secret }

func (m *machineClient) problems() access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: app.Subject("machine client", m), Text: fmt.Sprintf(format, args...), Site: m.site})
	}
	if n := len(m.props.Scopes); n == 0 {
		problem("ClientWithoutScopes", "it may ask for no scope, write Scopes: []access.Scope{Read}")
	} else if n > maxScopesPerClient {
		problem("TooManyScopes", "it may ask for too many scopes, got %d, at most %d: use two clients", n, maxScopesPerClient)
	}
	for i, s := range m.props.Scopes {
		switch {
		case s == access.Scope{}:
			problem("NoScope", "scope %d is the zero Scope, write one that a resource server declared", i+1)
		case !m.identity.props.Serves.declares(s):
			problem("UnknownScope", "the identity does not serve scope %q, add its resource server to Serves or take the scope away", s)
		case slices.Contains(m.props.Scopes[:i], s):
			problem("RepeatedScope", "it names %q twice, write it once", s)
		}
	}
	if life := m.props.AccessTokenLife; life != nil {
		if seconds, ok := literalSeconds(life); !ok || seconds < 5*60 || seconds > 24*60*60 {
			problem("AccessTokenLife", "the life of its access tokens is out of range, got %s, write whole seconds from 5 minutes to 1 day", spoken(life))
		}
	}
	return ps
}

// defaultAccessTokenSeconds is how long access tokens last unless the props say
// otherwise.
const defaultAccessTokenSeconds = 15 * 60

// accessTokenSeconds returns the life of the client's access tokens. One that
// is not usable is reported by problems.
func (m *machineClient) accessTokenSeconds() float64 {
	if life := m.props.AccessTokenLife; life != nil {
		if seconds, ok := literalSeconds(life); ok {
			return seconds
		}
	}
	return defaultAccessTokenSeconds
}

// literalSeconds returns a duration in seconds if it is known now and whole.
func literalSeconds(d awscdk.Duration) (float64, bool) {
	if *d.IsUnresolved() {
		return 0, false
	}
	seconds := *d.ToMilliseconds(nil) / 1000
	return seconds, seconds == math.Trunc(seconds)
}

// spoken returns a duration for people.
func spoken(d awscdk.Duration) string {
	if *d.IsUnresolved() {
		return "one that is known at deploy only"
	}
	return *d.ToHumanString()
}

// clientName returns a name that Cognito takes: at most 128 characters of a few
// kinds. Names need not be unique.
func clientName(text string) string {
	name := notInClientName.ReplaceAllString(text, "-")
	return name[:min(len(name), 128)]
}

func byID(a, b *machineClient) int { return strings.Compare(a.name, b.name) }

// declares reports whether one of the resource servers declared the scope.
func (s Serves) declares(scope access.Scope) bool {
	for server := range s {
		if server == nil || server.Key() != scope.Server() {
			continue
		}
		for _, d := range server.Scopes() {
			if d.Scope == scope {
				return true
			}
		}
	}
	return false
}
