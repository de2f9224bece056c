// Package trust describes an identity as the authorizer has to know it: who
// is trusted, and for what.
package trust

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
)

// Version is the version of the environment's JSON.
const Version = 1

// Profiles name the shapes of access tokens that the authorizer knows.
const (
	Cognito  = "cognito"
	RFC9068  = "rfc9068"
	Okta     = "okta"
	Auth0    = "auth0"
	EntraV1  = "entra-v1"
	EntraV2  = "entra-v2"
	Keycloak = "keycloak"
	OIDC     = "oidc"
	Workload = "workload"
)

// Trust is one identity. Texts may hold CloudFormation tokens.
type Trust struct {
	// Name is the construct's path, for audit lines and messages.
	Name string `json:"name"`
	// Issuer is the exact iss claim.
	Issuer string `json:"issuer"`
	// Keys is the URL of the JSON Web Key Set, or "shipped".
	Keys string `json:"keys"`
	// Shipped is the JSON Web Key Set that travels beside the authorizer, nil
	// where it is fetched.
	Shipped *Keys `json:"-"`
	// Profile names the shape of the access tokens.
	Profile string `json:"profile"`
	// Algorithms are those the issuer may sign with.
	Algorithms []string `json:"algorithms"`
	// Audiences holds the audience of each resource server, by its key.
	Audiences map[string]string `json:"audiences"`
	// Clients are those whose tokens are taken, unless AnyClient is set.
	Clients []string `json:"clients,omitempty"`
	// AnyClient takes tokens of every client of the issuer.
	AnyClient bool `json:"anyClient,omitempty"`
	// ID is the id of the construct, by which rules name the identity.
	ID string `json:"id,omitempty"`
	// Roles and Groups are the paths, as names of members, of the claims that
	// hold them.
	Roles  []string `json:"roles,omitempty"`
	Groups []string `json:"groups,omitempty"`
	// Person is a claim that only tokens for people carry.
	Person string `json:"person,omitempty"`
	// Spellings holds how the provider spells scopes, by "key/name". A scope in
	// it has this spelling only.
	Spellings map[string]string `json:"spellings,omitempty"`
	// ScopeClaim is the claim that holds the scopes, where it is not the
	// profile's own, and ScopeList whether it is a list of texts.
	ScopeClaim string `json:"scopeClaim,omitempty"`
	ScopeList  bool   `json:"scopeList,omitempty"`
	// ClientClaim is the claim that names the client, where it is not the
	// profile's own.
	ClientClaim string `json:"clientClaim,omitempty"`
	// Mark is a claim that access tokens carry and other tokens of the issuer
	// never do: its name, or its name and its only value.
	Mark []string `json:"mark,omitempty"`

	// Owners are the claims that say whose a token is, where the issuer has
	// tokens for everybody in the world: a rule has to read one, with a value of
	// which SaysWhose is true. They are for checks, not for the authorizer.
	Owners    []string                           `json:"-"`
	SaysWhose func(claim string, value any) bool `json:"-"`

	// TokenURL and AuthorizationURL are the issuer's endpoints (RFC 6749,
	// section 3), where they are known: for documents, not for the authorizer.
	TokenURL         string `json:"-"`
	AuthorizationURL string `json:"-"`
}

// Environment returns the text of the authorizer's environment variable.
func Environment(trusted []Trust) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Version    int     `json:"version"`
		Identities []Trust `json:"identities"`
	}{Version, trusted})
	if err != nil {
		panic(fmt.Sprintf("scopeway: identities do not encode: %v", err)) // texts and booleans only: cannot happen
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ServerProblems returns what is wrong with the resource servers an identity
// serves and their audiences.
func ServerProblems(serves map[*access.ResourceServer]string, subject string, at access.Site) access.Problems {
	problem := func(id, format string, args ...any) access.Problem {
		return access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: at}
	}
	if len(serves) == 0 {
		return access.Problems{problem("ServesNothing", "it serves no resource server, write Serves: identity.Serve(Orders)")}
	}
	var ps access.Problems
	keys, audiences := map[string]*access.ResourceServer{}, map[string]string{}
	for _, server := range Sorted(serves) {
		if server == nil {
			ps = append(ps, problem("NilServer", "one of the resource servers it serves is nil, declare it with access.NewResourceServer"))
			continue
		}
		ps = append(ps, server.Problems()...)
		if other, ok := keys[server.Key()]; ok {
			ps = append(ps, problem("DuplicateServer", "two resource servers it serves have the key %q, declared at %s and %s, give each its own", server.Key(), other.Site(), server.Site()))
		}
		keys[server.Key()] = server
		audience := serves[server]
		switch other, ok := audiences[audience]; {
		case audience == "":
			ps = append(ps, problem("NoAudience", "%s has no audience, write identity.Serves{Orders: \"https://orders.example.com\"}", server))
		case ok:
			ps = append(ps, problem("SharedAudience", "resource servers %q and %q have one audience, got %q twice, give each its own", other, server.Key(), audience))
		default:
			audiences[audience] = server.Key()
		}
	}
	return ps
}

// URLProblem says what is wrong with a URL that tokens or keys come from, or
// "". It must be https, or http on a literal loopback address; texts with
// CloudFormation tokens are known at deploy only and are not looked at.
func URLProblem(text string) string {
	if Unresolved(text) {
		return ""
	}
	u, err := url.Parse(text)
	got := fmt.Sprintf("%q", text)
	if strings.ContainsAny(text, "@?") {
		got = "one that may hold a password and is not repeated here"
	}
	switch {
	case err != nil || u.Host == "":
		return fmt.Sprintf("not a URL, got %s, write for example \"https://issuer.example.com\"", got)
	case u.User != nil:
		return "a URL with credentials in it, leave them out"
	case u.Fragment != "" || strings.Contains(text, "#"):
		return fmt.Sprintf("a URL with a fragment, got %s, leave it out", got)
	case u.Scheme == "https":
		return ""
	case u.Scheme == "http" && loopback(u.Hostname()):
		return ""
	}
	return fmt.Sprintf("not https, got %s, write \"https://…\" (http is for literal loopback addresses only)", got)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// HasScopes reports whether tokens of the identity may carry scopes: those of
// workloads never do.
func (t Trust) HasScopes() bool { return t.Profile != Workload }

// Unresolved reports whether a text holds a CloudFormation token.
func Unresolved(text string) bool {
	return strings.Contains(text, "${Token[") && *awscdk.Token_IsUnresolved(text)
}
