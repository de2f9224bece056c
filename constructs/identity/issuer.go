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

// IssuerProps configure an [Issuer]. All are required. Texts may hold
// CloudFormation tokens.
type IssuerProps struct {
	// Url is the exact iss claim of the tokens, byte for byte: a trailing
	// slash counts. It must be https, or http on a literal loopback address.
	Url string
	// KeysUrl is where the issuer publishes its JSON Web Key Set (RFC 7517).
	// It is fixed at deploy; the authorizer does no discovery and follows no
	// redirect.
	KeysUrl string
	// Serves are the resource servers the issuer may speak for, with the
	// audience of each: identity.Serves{Orders: "https://orders.example.com"}.
	Serves Serves
	// Algorithms are those the issuer signs access tokens with: RS256, RS384,
	// RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA.
	Algorithms []string
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
	}
	constructs.NewConstruct_Override(i, scope, jsii.String(id))
	app.Of(i).Add(i, i)
	return i
}

// Serves returns the resource servers the issuer may speak for.
func (i *issuer) Serves() Serves { return i.props.Serves }

// Trust returns how the authorizer knows the issuer.
func (i *issuer) Trust() trust.Trust {
	return trust.Trust{
		Name:       *i.Node().Path(),
		Issuer:     i.props.Url,
		Keys:       i.props.KeysUrl,
		Profile:    "rfc9068",
		Algorithms: i.props.Algorithms,
		Audiences:  trust.Audiences(i.props.Serves),
		AnyClient:  true,
	}
}

// Problems returns what is wrong with the issuer's props.
func (i *issuer) Problems() access.Problems {
	subject := app.Subject("issuer", i)
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: i.site})
	}
	for _, u := range []struct{ prop, text string }{{"Url", i.props.Url}, {"KeysUrl", i.props.KeysUrl}} {
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
	return append(ps, trust.ServerProblems(i.props.Serves, subject, i.site)...)
}
