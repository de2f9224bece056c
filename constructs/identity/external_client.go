package identity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// ExternalClientProps configure an [ExternalClient]. ClientId, Scopes and
// Credential are required, and ObjectId where the provider has one. Texts may
// hold CloudFormation tokens.
type ExternalClientProps struct {
	// ClientId is the OAuth client id of the client, which exists at the provider
	// and may use the client-credentials grant.
	ClientId string
	// ObjectId is what the provider's management API calls the client: at Keycloak
	// its UUID, at Entra ID the object id of its app registration. Okta and Auth0
	// know it by its client id.
	ObjectId string
	// Scopes are what the client asks for; it must have been granted them at the
	// provider. They are for the settings and the test of a new secret.
	Scopes []access.Scope
	// Credential is a secret in AWS Secrets Manager with the credential that may
	// renew the client's secret, as JSON: {"client_id": "…", "client_secret": "…"},
	// and for Okta {"client_id": "…", "key_id": "…", "private_key": "…"}, where
	// private_key is PEM. Its value must not be in the template.
	Credential awssecretsmanager.ISecret
	// ManagementUrl is the base URL of the management API, where it is not at the
	// host that the identity names: at Auth0 with a custom domain
	// "https://acme.eu.auth0.com". Default: what follows from the identity.
	ManagementUrl string
	// Rotation says how the secret is renewed. Default: every 90 days; where the
	// provider can have two secrets the former one works 24 hours on.
	Rotation *RotationProps
}

// ExternalClient is a client for a program that acts for itself, which exists at
// a provider outside AWS. Its secret is kept and renewed as that of a client of
// Amazon Cognito is: from the deploy on Scopeway looks after all secrets that the
// client has there, and one that programs have from elsewhere stops to work.
type ExternalClient interface {
	MachineClient
	// RotationAlarms are those that tell when the secret is not renewed: one for a
	// failed or overdue rotation, one for a sweep that does not run. Give them
	// actions.
	RotationAlarms() []awscloudwatch.Alarm
}

// management is how client secrets are renewed at a provider outside AWS.
type management struct {
	provider      string // in the rotator's words
	api           string
	adminTokenUrl string
	object        string // what ObjectId is; "" where the client id does
	cutOver       string // what a renewal does to the former secret, "" where it works on
	// request is what a client says in its request for a token for the audience.
	request func(audience, scope string) (saysScope, saysAudience string)
}

type externalClient struct {
	constructs.Construct
	identity *external
	props    ExternalClientProps
	site     access.Site
	rotator  *rotator
	secret   *clientSecret
}

// AddMachineClient keeps and renews the secret of a client that exists there. It
// is in the interface of those identities only that have a management.
func (e *external) AddMachineClient(id string, props *ExternalClientProps) ExternalClient {
	c := &externalClient{identity: e, site: app.Here()}
	if props != nil {
		c.props = *props
		c.props.Scopes = slices.Clone(props.Scopes)
	}
	scope := e.Node().TryFindChild(jsii.String("Clients"))
	if scope == nil {
		scope = constructs.NewConstruct(e, jsii.String("Clients"))
	}
	constructs.NewConstruct_Override(c, scope.(constructs.Construct), jsii.String(id))
	words := make([]string, len(c.props.Scopes))
	for n, s := range c.props.Scopes {
		words[n] = e.asked(s)
	}
	m := e.management
	saysScope, saysAudience := m.request(c.audience(), strings.Join(words, " "))
	what := rotating{
		Provider: m.provider, TokenUrl: e.trust.TokenURL, ApiUrl: m.api, AdminTokenUrl: m.adminTokenUrl,
		Object: c.props.ObjectId, Scope: saysScope, Audience: saysAudience,
	}
	if c.props.ManagementUrl != "" {
		what.ApiUrl = c.props.ManagementUrl
		if m.provider == "auth0" {
			what.AdminTokenUrl = c.props.ManagementUrl + "/oauth/token"
		}
	}
	if c.props.Credential != nil {
		what.Credential = *c.props.Credential.SecretArn()
	}
	c.rotator = newRotator(c, "Rotation", c.props.Rotation.orDefault(), c.site, what)
	if c.props.Credential != nil {
		c.props.Credential.GrantRead(c.rotator.role, nil)
	}
	// The client's first secret that is ours is made at the deploy. Another one
	// right after it would push out the one that programs have from before.
	c.secret = c.rotator.keep(c, settings{ClientId: c.props.ClientId, TokenEndpoint: e.trust.TokenURL, Scope: saysScope, Audience: saysAudience}, false)
	if m.cutOver != "" {
		awscdk.Annotations_Of(c).AddInfoV2(jsii.String("scopeway:CutOver"), jsii.String(m.cutOver))
	}
	e.added = append(e.added, c.props.ClientId)
	app.Of(c).Add(c, c)
	return c
}

func (c *externalClient) ClientId() *string                     { return jsii.String(c.props.ClientId) }
func (c *externalClient) Secret() awssecretsmanager.ISecret     { return c.secret.secret }
func (c *externalClient) Settings() awsssm.IStringParameter     { return c.secret.settings }
func (c *externalClient) GrantRead(grantee awsiam.IGrantable)   { c.secret.grantRead(grantee) }
func (c *externalClient) RotationAlarms() []awscloudwatch.Alarm { return c.rotator.alarms() }

// objectId is what management APIs call clients: mostly a UUID.
var objectId = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// asked returns how a client asks for a scope: as it is spelled, else by its
// name, or, where there are several resource servers, with the key of its own.
func (e *external) asked(s access.Scope) string {
	if text, ok := e.spellings[s]; ok {
		return text
	}
	if len(e.serves) > 1 {
		return s.String()
	}
	return s.Name()
}

// audience returns that of the resource server of the client's scopes.
func (c *externalClient) audience() string {
	for _, s := range c.props.Scopes {
		for server, audience := range c.identity.serves {
			if server != nil && server.Key() == s.Server() {
				return audience
			}
		}
	}
	return ""
}

// Problems returns what is wrong with the client's props.
func (c *externalClient) Problems() access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: app.Subject("client of "+c.identity.kind, c), Text: fmt.Sprintf(format, args...), Site: c.site})
	}
	switch id := c.props.ClientId; {
	case id == "":
		problem("ClientId", "it has no ClientId, write the client id that it has at the provider")
	case strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }):
		// RFC 6749, appendix A.1.
		problem("ClientId", "its ClientId has a character that none can have, got %q, write the client id that it has at the provider", id)
	}
	c.twiceProblems(problem)
	c.secret.grantProblems(problem)
	if what := c.identity.management.object; (what != "") != (c.props.ObjectId != "") {
		if what != "" {
			problem("ObjectId", "it has no ObjectId, write %s", what)
		} else {
			problem("ObjectId", "the provider knows it by its client id, got the ObjectId %q, leave it out", c.props.ObjectId)
		}
	} else if id := c.props.ObjectId; id != "" && !trust.Unresolved(id) && !objectId.MatchString(id) {
		problem("ObjectId", "its ObjectId is no id, got %q, write %s", id, what)
	}
	if len(c.props.Scopes) == 0 {
		problem("ClientWithoutScopes", "it may ask for no scope, write Scopes: []access.Scope{Read}")
	}
	declaredProblems(c.identity.serves, c.props.Scopes, problem)
	for _, s := range c.props.Scopes {
		if s.Server() != c.props.Scopes[0].Server() {
			problem("OneAudience", "its scopes are of two resource servers, got %q and %q, and a token has one audience: write a client for each", c.props.Scopes[0], s)
			break
		}
	}
	if url := c.props.ManagementUrl; url != "" {
		if wrong := baseProblem(url, "https://acme.eu.auth0.com"); wrong != "" && !trust.Unresolved(url) {
			problem("ManagementUrl", "ManagementUrl %s", wrong)
		}
	}
	switch wrong := c.credentialProblem(); {
	case c.props.Credential == nil:
		problem("Credential", "it has no Credential, write the secret of AWS Secrets Manager with which its secret may be renewed, for example awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String(\"Credential\"), jsii.String(\"keycloak/rotator\"))")
	case wrong != "":
		problem("Credential", "%s", wrong)
	}
	return ps
}

// place is where the client's secret is renewed.
func (c *externalClient) place() (api, client string) { return c.rotator.what.ApiUrl, c.props.ClientId }

// twiceProblems reports a client whose secret is renewed by another construct of
// the app as well: each would remove what the other one made.
func (c *externalClient) twiceProblems(problem report) {
	api, id := c.place()
	for _, m := range app.Of(c).Members() {
		if m == app.Member(c) {
			return // the later one of two says so
		}
		other, ok := m.(*externalClient)
		if !ok {
			continue
		}
		if itsApi, its := other.place(); itsApi == api && its == id && id != "" {
			problem("ClientTwice", "the secret of client %q is renewed by %q already, and each would remove what the other one makes: give the program the Secret() of that one, or a client of its own", id, *other.Node().Path())
		}
	}
}
