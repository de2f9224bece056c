package identity

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// MachineClientProps configure a [MachineClient]. Scopes is required.
type MachineClientProps struct {
	// Scopes are what the client may ask for, at most 50, each of a resource
	// server that the identity serves. Scopes that an override adds to the
	// template are not looked at.
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
	// Secret holds {"client_id": "…", "client_secret": "…"} as JSON; read those
	// two members and let others be. No template, output or event has the values:
	// the rotator alone writes them, the first ones when the stack is deployed.
	// Whoever reads them reads them again when the token endpoint answers
	// invalid_client, or more often than the overlap of [RotationProps].
	Secret() awssecretsmanager.ISecret
	// Settings holds what belongs to the secret, and may change with any deploy:
	// {"client_id": "…", "token_endpoint": "…", "scope": "…"} as JSON. The secret's
	// tag scopeway:settings is its name.
	Settings() awsssm.IStringParameter
	// GrantRead lets somebody read the secret and the settings.
	GrantRead(grantee awsiam.IGrantable)
}

type machineClient struct {
	constructs.Construct
	pool   *userPool
	name   string
	props  MachineClientProps
	site   access.Site
	client awscognito.CfnUserPoolClient
	secret *clientSecret
}

func (p *userPool) addMachineClient(id string, props *MachineClientProps) MachineClient {
	m := &machineClient{pool: p, name: id, site: app.Here()}
	if props != nil {
		m.props = *props
		m.props.Scopes = slices.Clone(props.Scopes)
	}
	constructs.NewConstruct_Override(m, p.scope, jsii.String(id))
	m.client = awscognito.NewCfnUserPoolClient(m, jsii.String("Client"), &awscognito.CfnUserPoolClientProps{
		UserPoolId:                      p.id,
		ClientName:                      p.clientName(id),
		GenerateSecret:                  true,
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows:               jsii.Strings("client_credentials"),
		AllowedOAuthScopes:              p.spelled(m.props.Scopes),
		ExplicitAuthFlows:               &[]*string{},
		EnableTokenRevocation:           true,
		PreventUserExistenceErrors:      jsii.String("ENABLED"),
		AccessTokenValidity:             jsii.Number(accessTokens(15 * minute).seconds(m.props.AccessTokenLife)),
		TokenValidityUnits:              &awscognito.CfnUserPoolClient_TokenValidityUnitsProperty{AccessToken: jsii.String("seconds")},
	})
	p.add(m, m.client, m.props.Scopes)
	m.secret = p.newClientSecret(m, m.client, m.client.AllowedOAuthScopes())
	return m
}

func (m *machineClient) ClientId() *string                   { return m.client.Ref() }
func (m *machineClient) Secret() awssecretsmanager.ISecret   { return m.secret.secret }
func (m *machineClient) Settings() awsssm.IStringParameter   { return m.secret.settings }
func (m *machineClient) GrantRead(grantee awsiam.IGrantable) { m.secret.grantRead(grantee) }
func (m *machineClient) id() string                          { return m.name }

func (m *machineClient) problems() access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: app.Subject("machine client", m), Text: fmt.Sprintf(format, args...), Site: m.site})
	}
	if len(m.props.Scopes) == 0 {
		problem("ClientWithoutScopes", "it may ask for no scope, write Scopes: []access.Scope{Read}")
	}
	m.pool.scopeProblems(m.props.Scopes, 0, problem)
	if wrong := accessTokens(15 * minute).wrong(m.props.AccessTokenLife); wrong != "" {
		problem("AccessTokenLife", "%s", wrong)
	}
	m.secret.grantProblems(problem)
	return ps
}
