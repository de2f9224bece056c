package identity

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// EntraVersion is the version of the access tokens that an API's registration
// asks for (api.requestedAccessTokenVersion in its manifest).
type EntraVersion string

const (
	// EntraV1 are tokens of version 1.0, which a registration gives that says
	// null or 1: iss is https://sts.windows.net/{tenant}/.
	EntraV1 EntraVersion = "1.0"
	// EntraV2 are tokens of version 2.0, for which the registration says 2: iss
	// is https://login.microsoftonline.com/{tenant}/v2.0.
	EntraV2 EntraVersion = "2.0"
)

// EntraProps configure an [Entra]. Tenant and Serves are required. Tenant,
// audiences, client ids and KeysUrl may hold CloudFormation tokens.
type EntraProps struct {
	// Tenant is the id of the directory: a GUID in lower case. Its domain name
	// is not in tokens, and "common" and its like stand for every tenant there
	// is.
	Tenant string
	// Version is that of the tokens. The API's registration decides it, not the
	// endpoint that clients ask. Default: EntraV2.
	Version EntraVersion
	// Serves are the resource servers the tenant may speak for, with the
	// audience of each. In version 2.0 it is the client id of the API's
	// registration, a GUID; in version 1.0 that, or its application ID URI,
	// "api://…", whichever clients ask for.
	Serves Serves
	// Clients are the ids of the applications whose tokens count (azp, in
	// version 1.0 appid). Default: those of any application of the tenant. A
	// token without scp and roles, which Entra gives to any of them unless the
	// API requires an assignment, has no scopes.
	Clients []string
	// GroupsClaim is the path of the claim that holds the groups. Default:
	// []string{"groups"}, with object ids, which the registration must be told
	// to add. People in more than 200 groups have none in their tokens. Roles
	// are in the roles claim.
	GroupsClaim []string
	// Spellings are the scopes that Entra calls otherwise: {Read: "Orders.Read"},
	// at most 120 characters each; the name of an app role is spelled alike.
	// Default: "orders/read" or "read".
	Spellings map[access.Scope]string
	// KeysUrl is where the key set is. Default: where Entra publishes the
	// tenant's.
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Microsoft signs for all
	// tenants and both versions with the same keys, so one API takes one Entra
	// identity with Keys at most. Default: keys are fetched.
	Keys string
}

// Entra is a tenant of Microsoft Entra ID, formerly Azure AD, in the global
// cloud. For people the scopes are in scp; in a token that an application got for
// itself (no scp, sub is oid) the app roles in its roles claim count as scopes.
// Nothing is created in the tenant: the API's registration, its scopes and app
// roles must be there.
//
// It was tested against tokens of the shapes that Microsoft documents
// (Microsoft Learn, "Access token claims reference"), not against Entra itself.
type Entra interface {
	Identity
	// AddMachineClient keeps the secret of a client that exists there, and renews it.
	AddMachineClient(id string, props *ExternalClientProps) ExternalClient
}

// maxEntraScope is how long the value of a scope or an app role may be, in
// characters (Microsoft Graph, permissionScope and appRole).
const maxEntraScope = 120

// NewEntra trusts the access tokens of a tenant of Microsoft Entra ID.
func NewEntra(scope constructs.Construct, id string, props *EntraProps) Entra {
	var p EntraProps
	if props != nil {
		p = *props
	}
	if p.Version == "" {
		p.Version = EntraV2
	}
	if p.GroupsClaim == nil {
		p.GroupsClaim = []string{"groups"}
	}
	login := "https://login.microsoftonline.com/" + p.Tenant
	issuer, keys, profile := login+"/v2.0", login+"/discovery/v2.0/keys", trust.EntraV2
	if p.Version == EntraV1 {
		issuer, keys, profile = "https://sts.windows.net/"+p.Tenant+"/", login+"/discovery/keys", trust.EntraV1
	}
	return newExternal(scope, id, elsewhere{
		kind: "Entra identity",
		trust: trust.Trust{
			Issuer:     issuer,
			Keys:       keys,
			Profile:    profile,
			Algorithms: []string{"RS256"},
			Roles:      []string{"roles"},
			Groups:     p.GroupsClaim,

			// These give tokens of either version.
			TokenURL:         login + "/oauth2/v2.0/token",
			AuthorizationURL: login + "/oauth2/v2.0/authorize",
		},
		management: &management{
			provider: "entra", api: "https://graph.microsoft.com/v1.0", adminTokenUrl: login + "/oauth2/v2.0/token",
			object: "the object id of its app registration, which is another one than its client id",
			// All that were granted, and no other request is possible (Microsoft
			// Learn, "The .default scope").
			request: func(audience, _ string) (string, string) { return audience + "/.default", "" },
		},
		serves: p.Serves, clients: p.Clients, caller: "application id",
		keysUrl: p.KeysUrl, keys: p.Keys, spellings: p.Spellings,
		scopes:   naming{provider: "Entra", most: maxEntraScope, refused: entraRefuses},
		check:    p.problems,
		audience: p.audience,
	})
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// everyTenant are names under which Entra knows more tenants than one.
var everyTenant = []string{"common", "organizations", "consumers"}

// personalAccounts is the tenant of everybody with an account at Microsoft.
const personalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad"

func (p EntraProps) problems(problem report) {
	const write = "write the directory (tenant) id, a GUID in lower case"
	switch tenant := p.Tenant; {
	case trust.Unresolved(tenant):
	case tenant == "":
		problem("Tenant", "Tenant is missing, %s", write)
	case slices.Contains(everyTenant, strings.ToLower(tenant)):
		problem("Tenant", "Tenant stands for every tenant there is, so that anybody could make one and sign in, got %q, %s", tenant, write)
	case tenant == personalAccounts:
		problem("Tenant", "Tenant is that of all personal accounts at Microsoft, so that anybody could make one and sign in, got %q, %s", tenant, write)
	case strings.ContainsAny(tenant, "@?"):
		problem("Tenant", "Tenant is no GUID: it may hold a password and is not repeated here, %s", write)
	case guid.MatchString(strings.ToLower(tenant)) && !guid.MatchString(tenant):
		problem("Tenant", "Tenant has capitals, and iss is compared byte for byte, got %q, write %q", tenant, strings.ToLower(tenant))
	case !guid.MatchString(tenant):
		problem("Tenant", "Tenant is no GUID, and tokens name nothing else, got %q, %s", tenant, write)
	}
	if p.Version != EntraV1 && p.Version != EntraV2 {
		problem("EntraVersion", "Version is unknown, got %q, write identity.EntraV2, or identity.EntraV1 where the API's registration says requestedAccessTokenVersion null or 1", string(p.Version))
	}
}

// audience says what is wrong with an audience, or "".
func (p EntraProps) audience(audience string) string {
	switch {
	case guid.MatchString(audience):
		return ""
	case p.Version == EntraV2:
		return fmt.Sprintf("is no client id, which is aud in every token of version 2.0, got %q, write the client id of the API's registration, a GUID in lower case", audience)
	}
	u, err := url.Parse(audience)
	if err == nil && u.Host != "" && u.User == nil && (u.Scheme == "api" || u.Scheme == "https") {
		return ""
	}
	return fmt.Sprintf("is neither a client id nor an application ID URI, got %q, write the GUID of the API's registration in lower case, or \"api://…\" or \"https://…\" as the registration has it", audience)
}

// entraRefuses says what Entra has against a name. Its other characters are
// those that no scope can have.
func entraRefuses(name string) string {
	if strings.HasPrefix(name, ".") {
		return "which Entra refuses, because it begins with a dot"
	}
	return ""
}
