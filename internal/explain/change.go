package explain

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// changes say what to do about a refusal. Those in which the identity or the
// rule matters are made by [change].
var changes = map[access.Reason]string{
	access.Misconfigured:        "deploy the authorizer with the constructs that made its table",
	access.Internal:             "look at the authorizer's log for the fault line, and report it",
	access.EventUnreadable:      "write a route, a path and an Authorization header as they may reach API Gateway",
	access.RouteUnknown:         "write the route key as the table has it, or declare the route",
	access.PathNotCanonical:     "send the path without trailing or double slashes, dot segments and encoded separators",
	access.TokenMissing:         "send the header \"Authorization: Bearer <token>\"",
	access.CredentialsMalformed: "send one header, \"Bearer\", one space and the token",
	access.TokenTooLarge:        "have the issuer put less into the token",
	access.TokenEncrypted:       "have the issuer sign access tokens for this API and not encrypt them",
	access.TokenMalformed:       "send the access token just as the issuer gave it: it may be an opaque token, cut short, or copied with more",
	access.HeaderRefused:        "have the issuer leave that header parameter out",
	access.IssuerUnknown:        "get the token from a trusted issuer, or trust this one; iss is compared byte for byte, a slash at the end included",
	access.AlgorithmRefused:     "have the issuer sign with a trusted algorithm",
	access.TypeRefused:          "send the access token, not the ID token or the refresh token",
	access.TokenBound:           "have the issuer give this client tokens that are not bound to a key (DPoP, mutual TLS)",
	access.ClaimMalformed:       "have the issuer put that claim into access tokens, of the type that its RFC gives it",
	access.AudienceRefused:      "ask the issuer for a token for this API (its resource or audience parameter), or correct what the identity serves",
	access.ClientUnknown:        "add the client to the identity's clients, or use one of them",
	access.TokenExpired:         "get a new token",
	access.TokenNotYetValid:     "wait, or correct the clock of the issuer or of this machine",
	access.KeysUnavailable:      "see that the authorizer can reach the issuer's key set, and that it has keys that can be used",
	access.KeyUnknown:           "see that the issuer publishes the key that it signs with, under its kid; keys from a file may be older than the token",
	access.SignatureInvalid:     "send the token just as the issuer gave it; if you did, the key set is not that of the issuer that signed it",
	access.ScopeMissing:         "ask the issuer for those scopes, and let the client have them",
	access.ClaimUnmet:           "have the issuer give the caller what is lacking, or use a token of the kind that the rule asks for",
}

func supported(algorithm string) bool {
	_, err := keyset.ParseAlgorithm(algorithm)
	return err == nil
}

// hasFile reports whether the keys of the token's identity came from a file.
func (f *facts) hasFile() bool {
	_, given := f.files[f.trusted().Name]
	return given
}

// noAccessToken reports whether a phrase names a token that is for something else.
func noAccessToken(look string) bool {
	return slices.ContainsFunc([]string{"ID token", "refresh token", "logout token"}, func(kind string) bool { return strings.HasSuffix(look, kind) })
}

// change says what to do about the refusal of a request.
func change(reason access.Reason, f *facts) string {
	switch {
	case reason == access.ClaimMalformed && f.answer.Issuer != "":
		return "have the issuer put fewer or shorter roles, groups and claims into the token"
	case reason == access.TypeRefused && noAccessToken(f.answer.LooksLike):
		return "send the access token: this looks like " + f.answer.LooksLike
	case reason == access.IssuerUnknown && f.answer.LooksLike != "":
		return changes[reason] + ": this looks like " + f.answer.LooksLike
	case reason == access.TypeRefused && f.trusted().Profile == token.ProfileRFC9068 && strings.EqualFold(f.says.MediaType, "JWT"):
		return "send the access token, not the ID token; if it is the access token, have the issuer follow RFC 9068 (typ at+jwt)"
	case reason == access.AlgorithmRefused && supported(f.says.Algorithm):
		return changes[reason] + ", or add " + f.says.Algorithm + " to the identity's Algorithms"
	case reason == access.KeysUnavailable && f.hasFile():
		return "write the issuer's key set, as its URL answers it, to the file of -keys"
	case (reason == access.ScopeMissing || reason == access.ClaimUnmet) && f.lacks().foreign():
		return "use a token of the identity that the rule means: " + f.lacking()
	case reason == access.ScopeMissing:
		return "ask the issuer for " + f.lacking() + ", and let the client " + shown(f.answer.ClientID) + " have it"
	}
	return changes[reason]
}
