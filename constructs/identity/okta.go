package identity

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// OktaProps configure an [Okta]. Org and Serves are required. Org, audiences,
// client ids and KeysUrl may hold CloudFormation tokens.
type OktaProps struct {
	// Org is the host of the Okta org, "acme.okta.com", or the custom domain
	// that its issuer is set to: the host in the iss claim of the tokens.
	Org string
	// AuthorizationServer is the id of a custom authorization server,
	// "aus1a2b3c4d5e6f7g8h9". The tokens of the org authorization server are
	// for Okta itself: nobody else can verify them, so it is refused. Default:
	// "default", the custom server that orgs begin with.
	AuthorizationServer string
	// Serves are the resource servers the authorization server may speak for,
	// with the audience of each: what its Audience field says. Okta gives a
	// server one.
	Serves Serves
	// Clients are the ids of the clients whose tokens count (cid). Default:
	// those of any client that the server's access policies let ask.
	Clients []string
	// RolesClaim and GroupsClaim are the paths of the claims that hold the roles
	// and the groups, []string{"groups"}, which the server must be told to add
	// to access tokens. Default: tokens have none.
	RolesClaim  []string
	GroupsClaim []string
	// Spellings are the scopes that Okta calls otherwise: {Read: "orders:read"}.
	// Default: "orders/read" or "read".
	Spellings map[access.Scope]string
	// KeysUrl is where the key set is. Default: where Okta publishes it.
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Default: keys are fetched.
	Keys string
}

// Okta is a custom authorization server of an Okta org. Its access tokens have
// the scopes in scp, a list, and the client in cid; a token is a machine's when
// sub is cid and there is no uid. Nothing is created at Okta: the server, its
// audience, scopes and access policies must be there.
//
// It was tested against tokens of the shape that Okta documents (Okta
// Developer, "OpenID Connect & OAuth 2.0 API"), not against Okta itself.
type Okta interface {
	Identity
	// AddMachineClient keeps the secret of a client that exists there, and renews it.
	AddMachineClient(id string, props *ExternalClientProps) ExternalClient
}

// NewOkta trusts the access tokens of a custom authorization server of Okta.
func NewOkta(scope constructs.Construct, id string, props *OktaProps) Okta {
	var p OktaProps
	if props != nil {
		p = *props
	}
	if p.AuthorizationServer == "" {
		p.AuthorizationServer = "default"
	}
	clients := slices.Clone(p.Clients)
	issuer := fmt.Sprintf("https://%s/oauth2/%s", p.Org, p.AuthorizationServer)
	return newExternal(scope, id, elsewhere{
		kind: "Okta identity",
		trust: trust.Trust{
			Issuer:     issuer,
			Keys:       issuer + "/v1/keys",
			Profile:    trust.Okta,
			Algorithms: []string{"RS256"},
			Roles:      p.RolesClaim,
			Groups:     p.GroupsClaim,

			TokenURL:         issuer + "/v1/token",
			AuthorizationURL: issuer + "/v1/authorize",
		},
		management: &management{
			provider: "okta", api: "https://" + p.Org, adminTokenUrl: "https://" + p.Org + "/oauth2/v1/token",
			// Okta refuses a request without a scope.
			request: func(_, scope string) (string, string) { return scope, "" },
		},
		serves: p.Serves, clients: p.Clients, caller: "cid",
		keysUrl: p.KeysUrl, keys: p.Keys, spellings: p.Spellings,
		scopes:   naming{provider: "Okta", own: []string{"device_sso"}},
		check:    p.problems,
		audience: func(audience string) string { return clientAudience(audience, clients) },
	})
}

var (
	oktaServer = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	oktaAdmin  = regexp.MustCompile(`^(.+)-admin(\.(?:okta|oktapreview|okta-emea|okta-gov)\.com|\.okta\.mil)$`)
)

// problems reports names that are no org's and no authorization server's.
func (p OktaProps) problems(problem report) {
	if wrong := hostProblem(p.Org, "acme.okta.com"); wrong != "" {
		problem("Tenant", "Org %s", wrong)
	} else if parts := oktaAdmin.FindStringSubmatch(p.Org); parts != nil {
		problem("Tenant", "Org is the host of the admin console, got %q, write that of the org, %q", p.Org, parts[1]+parts[2])
	}
	switch server := p.AuthorizationServer; {
	case trust.Unresolved(server):
	case server == "org":
		problem("AuthorizationServer", "AuthorizationServer is the org's own, whose tokens are for Okta itself and verified by nobody else, got %q, write the id of a custom authorization server, or \"default\"", server)
	case !oktaServer.MatchString(server):
		problem("AuthorizationServer", "AuthorizationServer is no id, got %q, write the last part of its issuer, such as \"aus1a2b3c4d5e6f7g8h9\", or \"default\"", server)
	}
}

// clientAudience says that an audience is a client's, or "". ID tokens have the
// client's id as audience (OpenID Connect Core, section 2).
func clientAudience(audience string, clients []string) string {
	if slices.Contains(clients, audience) {
		return fmt.Sprintf("is the id of a client, which is the audience of ID tokens, got %q, write the audience of the API", audience)
	}
	return ""
}
