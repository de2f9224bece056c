package token

import (
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// Profile is how one kind of issuer spells its access tokens: what tells them
// from other tokens, which claims they have, and how scopes are written.
type Profile string

const (
	// ProfileCognito is Amazon Cognito's access token. token_use must be
	// "access", and typ, if there is one, JWT or at+jwt. aud is normally absent;
	// if present it must have one of our audiences, and only the scopes of
	// those resource servers count. A scope is spelled audience/name. A token is
	// a machine's when sub is client_id and there is no username, and a person's
	// when there is one and sub is not client_id.
	ProfileCognito Profile = "cognito"
	// ProfileRFC9068 is the token of RFC 9068. typ must be at+jwt, with or
	// without "application/"; aud and jti must be there; events, nonce, at_hash
	// and c_hash must not, and the claims token_use and typ, if present, must be
	// "access" and "Bearer". A scope is spelled key/name with the key of its
	// resource server, or name alone if exactly one audience of the token is one
	// of ours. Ours are the audiences that any issuer of the same [Verifier] has
	// for any resource server, so those of this one authorizer: it knows of no
	// other, and foreign audiences do not matter. A token is a machine's when sub
	// is client_id (RFC 9068, section 2.2), otherwise a person's when it has the
	// issuer's claim for people, and of neither when it has not. That holds for
	// issuers that give nobody the sub of a client (RFC 9068, section 5).
	ProfileRFC9068 Profile = "rfc9068"
)

// checkType refuses tokens that an issuer signs with the same keys but that are
// no access tokens. The profile says what an access token has; marks that only
// other tokens have are refused on top, for issuers that are careless with typ.
func (p Profile) checkType(t *jws) *Error {
	if p == ProfileCognito {
		return checkTypeCognito(t)
	}
	return checkTypeRFC9068(t)
}

func checkTypeCognito(t *jws) *Error {
	if use, _ := t.claims.Member("token_use").Text(); use != "access" {
		return refuse(access.TypeRefused, "token_use is not access")
	}
	if t.HasMediaType && !isMediaType(t.MediaType, "jwt") && !isMediaType(t.MediaType, "at+jwt") {
		return refuse(access.TypeRefused, "typ is that of another kind of token")
	}
	return nil
}

func checkTypeRFC9068(t *jws) *Error {
	if !isMediaType(t.MediaType, "at+jwt") {
		return refuse(access.TypeRefused, "typ is not at+jwt")
	}
	// Security event tokens have it, logout tokens among them (RFC 8417, section
	// 2.2). Cognito makes none, and there it may be a claim of one's own.
	if present(t.claims, "events") {
		return refuse(access.TypeRefused, "the token is a security event or logout token (events)")
	}
	// Only ID tokens have these (OpenID Connect Core, sections 2 and 3.3.2.11).
	for _, name := range []string{"nonce", "at_hash", "c_hash"} {
		if present(t.claims, name) {
			return refuse(access.TypeRefused, "the token has a claim of ID tokens (nonce, at_hash or c_hash)")
		}
	}
	// Cognito tells its tokens apart by token_use, Keycloak by a claim typ
	// ("ID", "Refresh", "Logout"). Where they are given, they must agree.
	if !absentOr(t.claims, "token_use", "access") || !absentOr(t.claims, "typ", "Bearer") {
		return refuse(access.TypeRefused, "the claim token_use or typ is that of another kind of token")
	}
	return nil
}

// isMediaType says whether typ is application/subtype. "application/" may be
// left out, and case does not matter (RFC 7515, section 4.1.9). EqualFold also
// folds letters beyond ASCII, but none into those that these names have.
func isMediaType(typ, subtype string) bool {
	return strings.EqualFold(typ, subtype) || strings.EqualFold(typ, "application/"+subtype)
}

// absentOr says whether a claim is not there, or is exactly this string.
func absentOr(claims strictjson.Value, name, want string) bool {
	got, _ := claims.Member(name).Text()
	return !present(claims, name) || got == want
}
