package identity

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Mark is a claim, at the top level of a token, that an issuer's access tokens
// carry and none of its other tokens does, so that an ID token is never taken
// for an access token. With a Value, the claim must be exactly that text;
// without, it must be there. The name is a constant.
type Mark struct {
	Claim, Value string
}

// list returns the mark as the authorizer reads it, nil for the zero Mark.
func (m Mark) list() []string {
	switch {
	case m == Mark{}:
		return nil
	case m.Value == "":
		return []string{m.Claim}
	}
	return []string{m.Claim, m.Value}
}

// inIDTokens are claims that ID tokens have or may have (OpenID Connect Core,
// sections 2, 3.3.2.11 and 5.1; Front-Channel Logout, section 3). No mark is
// among them.
var inIDTokens = []string{
	"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "auth_time", "nonce", "acr", "amr", "azp",
	"at_hash", "c_hash", "s_hash", "sid", "events",
	"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile",
	"picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale",
	"phone_number", "phone_number_verified", "address", "updated_at",
	// And those of Entra ID and PingOne.
	"oid", "tid", "roles", "groups", "org", "env",
}

// kindClaims are claims that some issuers write into all of their tokens, with
// a value for each kind.
var kindClaims = []string{"typ", "token_use"}

// otherKinds are their values in tokens that are no access tokens.
var otherKinds = []string{"id", "id_token", "idtoken", "serialized-id", "refresh", "refresh_token", "offline", "logout", "logout+jwt", "dpop"}

// problems reports a mark that tells nothing.
func (m Mark) problems(problem report, prop string) {
	switch {
	case m.Claim == "":
		problem("Mark", "%s has no claim, write one that access tokens carry and ID tokens never do, such as identity.Mark{Claim: \"scope\"}", prop)
	case trust.Unresolved(m.Claim):
		problem("Mark", "%s has a claim that is known at deploy only, write a constant", prop)
	case slices.Contains(inIDTokens, m.Claim):
		problem("Mark", "%s is a claim that other tokens of an issuer have too, got %q, write one that only the tokens to be trusted carry", prop, m.Claim)
	case m.Value == "" && slices.Contains(kindClaims, m.Claim):
		problem("Mark", "%s is a claim that tells kinds of tokens apart by its value, got %q without one, write the value of access tokens", prop, m.Claim)
	case slices.Contains(kindClaims, m.Claim) && slices.Contains(otherKinds, strings.ToLower(m.Value)):
		problem("Mark", "%s is that of another kind of token, got %q, write the value of access tokens", prop, m.Value)
	}
}

// maxClaimPath is how many members the authorizer follows.
const maxClaimPath = 8

// pathProblems reports the path of a claim that can hold nothing.
func pathProblems(problem report, prop string, path []string) {
	switch {
	case len(path) > maxClaimPath:
		problem("ClaimPath", "%s is too long, got %d members, at most %d", prop, len(path), maxClaimPath)
	case slices.Contains(path, ""):
		problem("ClaimPath", "%s has an empty name, got %q, write the names of members such as []string{\"realm_access\", \"roles\"}", prop, path)
	case slices.ContainsFunc(path, trust.Unresolved):
		problem("ClaimPath", "%s has a name that is known at deploy only, write a constant", prop)
	}
}

// algorithmProblems reports algorithms that the authorizer does not verify.
func algorithmProblems(problem report, algorithms []string) {
	if len(algorithms) == 0 {
		problem("NoAlgorithms", "it names no algorithm, write those the issuer signs with, for example Algorithms: []string{\"RS256\"}")
	}
	for n, name := range algorithms {
		if _, err := keyset.ParseAlgorithm(name); err != nil {
			problem("Algorithm", "an algorithm is not usable, got %q, write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA", name)
		} else if slices.Contains(algorithms[:n], name) {
			problem("Algorithm", "it names %q twice, write it once", name)
		}
	}
}

// orRS256 is what most providers sign with unless they are told otherwise.
func orRS256(algorithms []string) []string {
	if len(algorithms) == 0 {
		return []string{"RS256"}
	}
	return algorithms
}
