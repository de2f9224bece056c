package identity

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/constructs/internal/app"
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
	// 9068). Default: those of any client of the issuer.
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
	// TokenUrl and AuthorizationUrl are the issuer's endpoints (RFC 6749, section
	// 3), for documents only. Default: documents leave them out.
	TokenUrl         string
	AuthorizationUrl string
}

// Issuer is any OAuth 2.0 or OpenID Connect issuer whose access tokens are
// JSON Web Tokens of RFC 9068 (typ at+jwt). Nothing is created at the issuer.
type Issuer interface {
	Identity
}

type issuer struct {
	constructs.Construct
	props IssuerProps
	site  access.Site
}

// NewIssuer trusts the tokens of an issuer that exists elsewhere.
func NewIssuer(scope constructs.Construct, id string, props *IssuerProps) Issuer {
	i := &issuer{site: app.Here()}
	if props != nil {
		i.props = *props
		i.props.Serves = maps.Clone(props.Serves)
		i.props.Algorithms = slices.Clone(props.Algorithms)
		i.props.Clients = slices.Clone(props.Clients)
		i.props.RolesClaim = slices.Clone(props.RolesClaim)
		i.props.GroupsClaim = slices.Clone(props.GroupsClaim)
	}
	constructs.NewConstruct_Override(i, scope, jsii.String(id))
	app.Of(i).Add(i, i)
	return i
}

// Serves returns the resource servers the issuer may speak for.
func (i *issuer) Serves() Serves { return i.props.Serves }

// Trust returns how the authorizer knows the issuer.
func (i *issuer) Trust() trust.Trust {
	t := trust.Trust{
		Name:       *i.Node().Path(),
		Issuer:     i.props.Url,
		Keys:       i.props.KeysUrl,
		Profile:    "rfc9068",
		Algorithms: i.props.Algorithms,
		Audiences:  trust.Audiences(i.props.Serves),
		Clients:    i.props.Clients,
		AnyClient:  len(i.props.Clients) == 0,
		ID:         *i.Node().Id(),
		Roles:      i.props.RolesClaim,
		Groups:     i.props.GroupsClaim,
		Person:     i.props.PersonClaim,

		TokenURL:         i.props.TokenUrl,
		AuthorizationURL: i.props.AuthorizationUrl,
	}
	t.Ship(i.props.Keys)
	return t
}

// Problems returns what is wrong with the issuer's props.
func (i *issuer) Problems() access.Problems {
	subject := app.Subject("issuer", i)
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: i.site})
	}
	for _, u := range []struct {
		prop, text string
		optional   bool
	}{
		{"Url", i.props.Url, false},
		{"KeysUrl", i.props.KeysUrl, i.props.Keys != ""},
		{"TokenUrl", i.props.TokenUrl, true},
		{"AuthorizationUrl", i.props.AuthorizationUrl, true},
	} {
		if u.optional && u.text == "" {
			continue
		}
		if u.prop == "KeysUrl" && u.text == "" {
			problem("IssuerUrl", "it has no keys, write KeysUrl: where it publishes its key set, or Keys: the key set itself")
			continue
		}
		if wrong := trust.URLProblem(u.text); wrong != "" {
			problem("IssuerUrl", "%s is %s", u.prop, wrong)
		}
	}
	if len(i.props.Algorithms) == 0 {
		problem("NoAlgorithms", "it names no algorithm, write those the issuer signs with, for example Algorithms: []string{\"RS256\"}")
	}
	for n, name := range i.props.Algorithms {
		if _, err := keyset.ParseAlgorithm(name); err != nil {
			problem("Algorithm", "an algorithm is not usable, got %q, write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA", name)
		} else if slices.Contains(i.props.Algorithms[:n], name) {
			problem("Algorithm", "it names %q twice, write it once", name)
		}
	}
	for n, id := range i.props.Clients {
		if id == "" {
			problem("ClientId", "the id of client %d is empty, write the client_id of its tokens", n+1)
		} else if slices.Contains(i.props.Clients[:n], id) {
			problem("ClientId", "it names the client %q twice, write it once", id)
		}
	}
	i.claimProblems(problem)
	ps = append(ps, trust.KeysProblems(i.props.Keys, i.props.KeysUrl, i.props.Algorithms, subject, i.site)...)
	return append(ps, trust.ServerProblems(i.props.Serves, subject, i.site)...)
}

// maxClaimPath is how many members the authorizer follows.
const maxClaimPath = 8

// inEveryToken are the claims of RFC 9068, section 2.2, that every access token
// has or may have: none tells a person from a machine.
var inEveryToken = []string{"iss", "exp", "nbf", "aud", "sub", "client_id", "iat", "jti", "scope"}

// claimProblems reports claims that cannot hold what they are said to hold.
func (i *issuer) claimProblems(problem func(id, format string, args ...any)) {
	for _, c := range []struct {
		prop string
		path []string
	}{{"RolesClaim", i.props.RolesClaim}, {"GroupsClaim", i.props.GroupsClaim}} {
		switch {
		case len(c.path) > maxClaimPath:
			problem("ClaimPath", "%s is too long, got %d members, at most %d", c.prop, len(c.path), maxClaimPath)
		case slices.Contains(c.path, ""):
			problem("ClaimPath", "%s has an empty name, got %q, write the names of members such as []string{\"realm_access\", \"roles\"}", c.prop, c.path)
		case slices.ContainsFunc(c.path, trust.Unresolved):
			problem("ClaimPath", "%s has a name that is known at deploy only, write a constant", c.prop)
		}
	}
	switch p := i.props.PersonClaim; {
	case trust.Unresolved(p):
		problem("ClaimPath", "PersonClaim is known at deploy only, write a constant")
	case slices.Contains(inEveryToken, p):
		problem("ClaimPath", "PersonClaim is a claim that tokens for machines have too, got %q, write one that only tokens for people carry, such as \"auth_time\"", p)
	}
}
