package identity

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Auth0Props configure an [Auth0]. Tenant and Serves are required. Tenant,
// audiences, client ids and KeysUrl may hold CloudFormation tokens.
type Auth0Props struct {
	// Tenant is the domain of the tenant, "acme.eu.auth0.com", or the custom
	// domain that clients get their tokens from: the host in the iss claim. A
	// tenant whose clients use both has two issuers; trust each with one.
	Tenant string
	// Serves are the resource servers the tenant may speak for, with the
	// audience of each: the Identifier of the API in Auth0, at most 600
	// characters.
	Serves Serves
	// Clients are the ids of the applications whose tokens count (azp, or
	// client_id in the RFC 9068 profile). Default: those of any application of
	// the tenant.
	Clients []string
	// Permissions takes the scopes from the permissions claim and no more from
	// scope: right for an API with RBAC and "Add Permissions in the Access
	// Token", where scope says what the application asked for and permissions
	// what the person may. Default: scopes are in scope.
	Permissions bool
	// RolesClaim and GroupsClaim are the paths of the claims that hold the roles
	// and the groups, []string{"https://acme.example/roles"}, which an Action
	// must add. Default: tokens have none.
	RolesClaim  []string
	GroupsClaim []string
	// Algorithms are those the APIs sign with. Default: RS256.
	Algorithms []string
	// Spellings are the scopes that Auth0 calls otherwise: {Read: "read:orders"},
	// at most 280 characters each. Default: "orders/read" or "read".
	Spellings map[access.Scope]string
	// KeysUrl is where the key set is. Default: where Auth0 publishes it.
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Default: keys are fetched.
	Keys string
}

// Auth0 is an Auth0 tenant with APIs of either token profile: "Auth0" (typ JWT,
// the application in azp) or "RFC 9068" (typ at+jwt, client_id). A token is a
// machine's when sub is the application's id and "@clients". Nothing is created
// in the tenant: the APIs, their permissions and grants must be there. Tokens
// that Auth0 encrypts or makes opaque, as those without an audience, are refused.
//
// It was tested against tokens of the shapes that Auth0 documents (Auth0 Docs,
// "Access Token Profiles"), not against Auth0 itself.
type Auth0 interface {
	Identity
	// AddMachineClient keeps the secret of a client that exists there, and renews it.
	AddMachineClient(id string, props *ExternalClientProps) ExternalClient
}

// What Auth0 takes at most, in characters (Management API, resource servers).
const (
	maxAuth0Audience = 600
	maxAuth0Scope    = 280
)

// NewAuth0 trusts the access tokens of an Auth0 tenant.
func NewAuth0(scope constructs.Construct, id string, props *Auth0Props) Auth0 {
	var p Auth0Props
	if props != nil {
		p = *props
	}
	p.Clients = slices.Clone(p.Clients)
	scopes := ""
	if p.Permissions {
		scopes = "permissions"
	}
	base := "https://" + p.Tenant
	return newExternal(scope, id, elsewhere{
		kind: "Auth0 identity",
		trust: trust.Trust{
			Issuer:     base + "/", // with the slash
			Keys:       base + "/.well-known/jwks.json",
			Profile:    trust.Auth0,
			Algorithms: orRS256(p.Algorithms),
			Roles:      p.RolesClaim,
			Groups:     p.GroupsClaim,
			ScopeClaim: scopes,

			TokenURL:         base + "/oauth/token",
			AuthorizationURL: base + "/authorize",
		},
		management: &management{
			provider: "auth0", api: base, adminTokenUrl: base + "/oauth/token",
			cutOver: "Auth0 gives an application one secret: when it is renewed the former one stops to work at once, and programs get invalid_client until they read the new one",
			request: func(audience, scope string) (string, string) { return scope, audience },
		},
		serves: p.Serves, clients: p.Clients, caller: "client id",
		keysUrl: p.KeysUrl, keys: p.Keys, spellings: p.Spellings,
		scopes:   naming{provider: "Auth0", most: maxAuth0Scope},
		check:    p.problems,
		audience: p.audience,
	})
}

func (p Auth0Props) problems(problem report) {
	if wrong := hostProblem(p.Tenant, "acme.eu.auth0.com"); wrong != "" {
		problem("Tenant", "Tenant %s", wrong)
	}
}

// audience says what is wrong with an audience. Those of the tenant itself are
// in the tokens of everybody who signs in.
func (p Auth0Props) audience(audience string) string {
	base := "https://" + p.Tenant
	switch {
	case utf8.RuneCountInString(audience) > maxAuth0Audience:
		return fmt.Sprintf("is longer than Auth0 takes, got %d characters, at most %d", utf8.RuneCountInString(audience), maxAuth0Audience)
	case audience == base+"/userinfo" || audience == base+"/api/v2/":
		return fmt.Sprintf("is that of Auth0's own API, which tokens for anything may have, got %q, write the Identifier of yours", audience)
	}
	return clientAudience(audience, p.Clients)
}
