package identity

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// KeycloakProps configure a [Keycloak]. Url, Realm and Serves are required.
// Url, Realm, audiences, client ids and KeysUrl may hold CloudFormation tokens.
type KeycloakProps struct {
	// Url is the address of the server as clients see it, without the realm and
	// without a slash at the end: "https://sso.example.com". Servers before 17,
	// and those with a relative path, have one: "https://sso.example.com/auth".
	// It must be https, or http on a literal loopback address.
	Url string
	// Realm is the name of the realm as it is in URLs: letters, digits, "-",
	// "_", "." and "~".
	Realm string
	// Serves are the resource servers the realm may speak for, with the audience
	// of each, which an audience mapper must add: without one, Keycloak writes
	// "account" into the tokens of everybody, and that is refused.
	Serves Serves
	// Clients are the ids of the clients whose tokens count (azp). Default:
	// those of any client of the realm.
	Clients []string
	// RolesOf is the client whose roles count: resource_access.{client}.roles.
	// Default: the roles of the realm, realm_access.roles.
	RolesOf string
	// GroupsClaim is the path of the claim that holds the groups,
	// []string{"groups"}, which a group membership mapper must add. Default:
	// tokens have none.
	GroupsClaim []string
	// Algorithms are those the realm signs access tokens with. Default: RS256.
	Algorithms []string
	// Spellings are the scopes that Keycloak calls otherwise: {Read:
	// "orders:read"}, at most 255 characters each. Default: "orders/read" or
	// "read".
	Spellings map[access.Scope]string
	// KeysUrl is where the key set is. Default: where Keycloak publishes the
	// realm's.
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Default: keys are fetched.
	Keys string
}

// Keycloak is a realm of a Keycloak server. Its access tokens say "typ":
// "Bearer" in the payload and name the client in azp. Lightweight access tokens
// have an audience and roles only if the mappers add them there, too. Nothing
// is created in the realm: client scopes, audience mappers and clients must be
// there.
type Keycloak interface {
	Identity
	// AddMachineClient keeps the secret of a client that exists there, and renews it.
	AddMachineClient(id string, props *ExternalClientProps) ExternalClient
}

// maxKeycloakScope is how long the name of a client scope may be, in
// characters: the width of its column.
const maxKeycloakScope = 255

// NewKeycloak trusts the access tokens of a realm of Keycloak.
func NewKeycloak(scope constructs.Construct, id string, props *KeycloakProps) Keycloak {
	var p KeycloakProps
	if props != nil {
		p = *props
	}
	roles := []string{"realm_access", "roles"}
	if p.RolesOf != "" {
		roles = []string{"resource_access", p.RolesOf, "roles"}
	}
	issuer := p.Url + "/realms/" + p.Realm
	return newExternal(scope, id, elsewhere{
		kind: "Keycloak identity",
		trust: trust.Trust{
			Issuer:     issuer,
			Keys:       issuer + "/protocol/openid-connect/certs",
			Profile:    trust.Keycloak,
			Algorithms: orRS256(p.Algorithms),
			Roles:      roles,
			Groups:     p.GroupsClaim,

			TokenURL:         issuer + "/protocol/openid-connect/token",
			AuthorizationURL: issuer + "/protocol/openid-connect/auth",
		},
		management: &management{
			provider: "keycloak", api: p.Url + "/admin/realms/" + p.Realm, adminTokenUrl: issuer + "/protocol/openid-connect/token",
			object:  "the UUID of the client, which is in the address of its page in the admin console",
			cutOver: "Keycloak gives a client one secret unless it runs with the feature client-secret-rotation: when it is renewed the former one stops to work at once, and programs get unauthorized_client until they read the new one",
			request: func(_, scope string) (string, string) { return scope, "" },
		},
		serves: p.Serves, clients: p.Clients, caller: "client id",
		keysUrl: p.KeysUrl, keys: p.Keys, spellings: p.Spellings,
		rolesProp: "RolesOf",
		scopes:    naming{provider: "Keycloak", most: maxKeycloakScope, own: keycloakScopes},
		check:     p.problems,
		audience:  keycloakAudience,
	})
}

// keycloakScopes are the client scopes that every realm begins with.
var keycloakScopes = []string{"acr", "basic", "microprofile-jwt", "organization", "roles", "service_account", "web-origins"}

var realmName = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)

func (p KeycloakProps) problems(problem report) {
	if !trust.Unresolved(p.Url) {
		if wrong := baseProblem(p.Url, "https://sso.example.com"); wrong != "" {
			problem("IssuerUrl", "Url %s", wrong)
		} else if strings.Contains(p.Url+"/", "/realms/") {
			problem("IssuerUrl", "Url has the realm in it, got %q, write what is before /realms/, and the realm's name in Realm", p.Url)
		}
	}
	switch realm := p.Realm; {
	case trust.Unresolved(realm):
	case realm == "":
		problem("Tenant", "Realm is missing, write the name of the realm, such as \"acme\"")
	case strings.ContainsAny(realm, "@?"):
		problem("Tenant", "Realm is no name of a realm: it may hold a password and is not repeated here, write its name alone, such as \"acme\"")
	case !realmName.MatchString(realm) || strings.Trim(realm, ".") == "":
		problem("Tenant", "Realm is no name that is the same in a URL, got %q, write letters, digits, \"-\", \"_\", \".\" or \"~\", such as \"acme\"", realm)
	}
}

// keycloakAudience says what is wrong with an audience, or "".
func keycloakAudience(audience string) string {
	if audience == "account" {
		return fmt.Sprintf("is that of Keycloak's own account pages, which the tokens of everybody have, got %q, write the one that your audience mapper adds", audience)
	}
	return ""
}

// baseProblem says what is wrong with a URL that others are made from by adding
// to its end, or "".
func baseProblem(text, example string) string {
	if wrong := trust.URLProblem(text); wrong != "" {
		return "is " + wrong
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.RawQuery != "" || u.ForceQuery:
		return fmt.Sprintf("has a query, which may hold a password and is not repeated here, write for example %q", example)
	case strings.HasSuffix(text, "/"):
		return fmt.Sprintf("ends with a slash, and iss is compared byte for byte, got %q, write %q", text, strings.TrimRight(text, "/"))
	}
	return ""
}
