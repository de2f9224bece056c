package identity

import (
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// IssuerProps configure an [Issuer]. Url, Serves, Algorithms and one of KeysUrl
// and Keys are required. URLs, audiences and client ids may hold CloudFormation
// tokens.
type IssuerProps struct {
	// Url is the exact iss claim of the tokens, byte for byte: a trailing
	// slash counts. It must be https, or http on a literal loopback address.
	Url string
	// KeysUrl is where the issuer publishes its JSON Web Key Set (RFC 7517).
	// It is fixed at deploy; the authorizer does no discovery and follows no
	// redirect.
	KeysUrl string
	// Keys is the issuer's JSON Web Key Set itself, for an authorizer that has no
	// way to KeysUrl: the text that the issuer publishes, public keys only, of
	// which at least one fits Algorithms. It is shipped with the function and
	// never fetched, so a new key is refused, and a revoked one goes on to work,
	// until the app is deployed with another text. Default: keys are fetched.
	Keys string
	// Serves are the resource servers the issuer may speak for, with the
	// audience of each: identity.Serves{Orders: "https://orders.example.com"}.
	Serves Serves
	// Algorithms are those the issuer signs access tokens with: RS256, RS384,
	// RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA.
	Algorithms []string
	// Clients are the ids of the clients whose tokens count (client_id of RFC
	// 9068, or ClientClaim). Default: those of any client of the issuer.
	Clients []string
	// RolesClaim and GroupsClaim are the paths of the claims that hold the roles
	// and the groups, as names of members, at most 8:
	// []string{"realm_access", "roles"}. The claim must be a list of texts;
	// another one holds none. Default: tokens have no roles, no groups.
	RolesClaim  []string
	GroupsClaim []string
	// PersonClaim is the name of a claim that only tokens for people carry, so
	// that access.Person() knows them. Default: auth_time (RFC 9068, section
	// 2.2.1).
	PersonClaim string
	// Spellings are the scopes that the issuer calls otherwise, each with its
	// name there, which is compared whole: {Read: "orders:read"}. Neither
	// "orders/read" nor "read" counts for such a scope. Default: "orders/read",
	// or "read" in a token for one of our audiences.
	Spellings map[access.Scope]string
	// AccessTokenMark trusts access tokens that are not of RFC 9068: typ is JWT
	// or absent, and this claim tells them from the issuer's ID tokens. Look at
	// both before writing it: a claim that an ID token may have as well lets
	// everybody in who can sign in to any page of the issuer's. Default: tokens
	// are of RFC 9068, with typ at+jwt, and have no need of it.
	AccessTokenMark Mark
	// ScopesClaim is the claim that holds the scopes of tokens with an
	// AccessTokenMark: a text with spaces, or with ScopesList a list of texts;
	// the one is never taken for the other. Default: scope, a text.
	ScopesClaim string
	ScopesList  bool
	// ClientClaim is the claim that names the client in tokens with an
	// AccessTokenMark. Default: client_id.
	ClientClaim string
	// TokenUrl and AuthorizationUrl are the issuer's endpoints (RFC 6749, section
	// 3), for documents only. Default: documents leave them out.
	TokenUrl         string
	AuthorizationUrl string
}

// Issuer is any OAuth 2.0 or OpenID Connect issuer whose access tokens are
// JSON Web Tokens: of RFC 9068 (typ at+jwt), or known by a claim of theirs.
// Nothing is created at the issuer.
type Issuer interface {
	Identity
}

// NewIssuer trusts the tokens of an issuer that exists elsewhere.
func NewIssuer(scope constructs.Construct, id string, props *IssuerProps) Issuer {
	var p IssuerProps
	if props != nil {
		p = *props
	}
	profile := trust.RFC9068
	if p.AccessTokenMark != (Mark{}) {
		profile = trust.OIDC
	}
	return newExternal(scope, id, elsewhere{
		kind: "issuer",
		trust: trust.Trust{
			Issuer:      p.Url,
			Profile:     profile,
			Algorithms:  p.Algorithms,
			Roles:       p.RolesClaim,
			Groups:      p.GroupsClaim,
			Person:      p.PersonClaim,
			ScopeClaim:  p.ScopesClaim,
			ScopeList:   p.ScopesList,
			ClientClaim: p.ClientClaim,
			Mark:        p.AccessTokenMark.list(),

			TokenURL:         p.TokenUrl,
			AuthorizationURL: p.AuthorizationUrl,
		},
		serves: p.Serves, clients: p.Clients, caller: "client_id",
		keysUrl: p.KeysUrl, keys: p.Keys, spellings: p.Spellings,
		scopes: naming{provider: "the issuer"},
		check:  p.problems,
	})
}

// inEveryToken are the claims of RFC 9068, section 2.2, that every access token
// has or may have: none tells a person from a machine.
var inEveryToken = []string{"iss", "exp", "nbf", "aud", "sub", "client_id", "iat", "jti", "scope"}

// problems reports URLs, algorithms and claims that cannot be right.
func (p IssuerProps) problems(problem report) {
	for _, u := range []struct {
		prop, text string
		optional   bool
	}{{"Url", p.Url, false}, {"TokenUrl", p.TokenUrl, true}, {"AuthorizationUrl", p.AuthorizationUrl, true}} {
		if u.optional && u.text == "" {
			continue
		}
		if wrong := trust.URLProblem(u.text); wrong != "" {
			problem("IssuerUrl", "%s is %s", u.prop, wrong)
		}
	}
	switch person := p.PersonClaim; {
	case trust.Unresolved(person):
		problem("ClaimPath", "PersonClaim is known at deploy only, write a constant")
	case slices.Contains(inEveryToken, person):
		problem("ClaimPath", "PersonClaim is a claim that tokens for machines have too, got %q, write one that only tokens for people carry, such as \"auth_time\"", person)
	}
	if p.AccessTokenMark != (Mark{}) {
		p.AccessTokenMark.problems(problem, "AccessTokenMark")
		p.shapeProblems(problem)
	} else if p.ScopesClaim != "" || p.ScopesList || p.ClientClaim != "" {
		problem("Mark", "it has a ScopesClaim, ScopesList or ClientClaim and no AccessTokenMark: RFC 9068 says where its tokens hold both, so leave them out, or write the claim that tells its access tokens from ID tokens")
	}
}

// shapeProblems reports claims that hold something else than scopes or a client.
func (p IssuerProps) shapeProblems(problem report) {
	for _, c := range []struct{ prop, name, own, example string }{
		{"ScopesClaim", p.ScopesClaim, "scope", "scp"}, {"ClientClaim", p.ClientClaim, "client_id", "azp"},
	} {
		switch {
		case trust.Unresolved(c.name):
			problem("ClaimPath", "%s is known at deploy only, write a constant", c.prop)
		case c.name != c.own && slices.Contains(inEveryToken, c.name):
			problem("ClaimPath", "%s is a claim that holds something else, got %q, write one such as %q", c.prop, c.name, c.example)
		}
	}
}
