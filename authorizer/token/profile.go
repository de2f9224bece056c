package token

import (
	"slices"
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
	// ProfileOkta is the token of a custom authorization server of Okta: cid, ver 1
	// and a jti that starts with "AT." must be there. typ, if there is one, is JWT
	// or at+jwt. Scopes are in scp, an array. A token is a machine's when sub is cid
	// and there is no uid, and a person's when there is one and sub is not cid.
	ProfileOkta Profile = "okta"
	// ProfileAuth0 is the token of an Auth0 API, in either dialect: typ JWT or none
	// with the client in azp, or typ at+jwt with the client in client_id and a jti.
	// The client must not be an audience, as in ID tokens. Scopes are in scope, or
	// in permissions, an array, if [Issuer.ScopeClaim] says so. A token is a
	// machine's when sub is the client with "@clients", and a person's when sub has
	// a "|" and does not end like that; gty must not say otherwise.
	ProfileAuth0 Profile = "auth0"
	// ProfileEntraV1 is the access token of version 1.0 of Microsoft Entra ID: ver
	// "1.0", the client in appid, and appidacr, which ID tokens lack; tid must be
	// the tenant in iss. Scopes are in scp, a text; where there is no scp, the roles
	// of an application count as scopes. A token is a person's when it has scp, and a
	// machine's when it has none, sub is oid, and the client has shown a secret or a
	// certificate; idtyp must not say otherwise.
	ProfileEntraV1 Profile = "entra-v1"
	// ProfileEntraV2 is that of version 2.0, with the client in azp, and azpacr.
	ProfileEntraV2 Profile = "entra-v2"
	// ProfileKeycloak is Keycloak's access token: the claim typ is "Bearer" and the
	// client is in azp. The typ of the header, if there is one, is JWT or at+jwt. A
	// token is a machine's when its jti says that it was got with client credentials,
	// and a person's when it has a session (sid) and either auth_time or a jti that
	// says how a person got it. Others, such as refreshed ones of a password or of a
	// client, are of neither.
	ProfileKeycloak Profile = "keycloak"
	// ProfileOIDC is any other JWT whose issuer can tell its access tokens from its
	// ID tokens by a claim ([Issuer.Mark]). typ, if there is one, is JWT or at+jwt;
	// jti may be missing. Where client and scopes are, the [Issuer] says. People and
	// machines are told apart as in [ProfileRFC9068].
	ProfileOIDC Profile = "oidc"
	// ProfileWorkload is the token of a program that says who it is and has no
	// scopes, whatever it says: of a workflow, a pod, a role of AWS. It needs a mark
	// as [ProfileOIDC] does; its client is its sub, and it is a machine's.
	ProfileWorkload Profile = "workload"
)

// Profiles returns all there are.
func Profiles() []Profile {
	return []Profile{
		ProfileCognito, ProfileRFC9068, ProfileOkta, ProfileAuth0, ProfileEntraV1, ProfileEntraV2,
		ProfileKeycloak, ProfileOIDC, ProfileWorkload,
	}
}

// checkCognito refuses tokens that Cognito signs with the same keys but that are
// no access tokens.
func checkCognito(t *jws) *Error {
	if use, _ := t.claims.Member("token_use").Text(); use != "access" {
		return refuse(access.TypeRefused, "token_use is not access")
	}
	if t.HasMediaType && !isMediaType(t.MediaType, "jwt") && !isMediaType(t.MediaType, "at+jwt") {
		return refuse(access.TypeRefused, "typ is that of another kind of token")
	}
	return nil
}

func checkRFC9068(t *jws) *Error {
	if !isMediaType(t.MediaType, "at+jwt") {
		return refuse(access.TypeRefused, "typ is not at+jwt")
	}
	return checkMarks(t)
}

// checkJWT is for providers that write nothing into typ that would tell access
// tokens from others.
func checkJWT(t *jws) *Error {
	if err := checkMediaType(t); err != nil {
		return err
	}
	return checkMarks(t)
}

func checkMediaType(t *jws) *Error {
	if t.HasMediaType && !isMediaType(t.MediaType, "jwt") && !isMediaType(t.MediaType, "at+jwt") {
		return refuse(access.TypeRefused, "typ is that of another kind of token")
	}
	return nil
}

// checkMarks refuses marks that only other tokens have, for issuers that are
// careless with typ. Claims that tell kinds of tokens apart count but for those
// that were looked at.
func checkMarks(t *jws, lookedAt ...string) *Error {
	// Security event tokens have it, logout tokens among them (RFC 8417, section
	// 2.2). Cognito makes none, and there it may be a claim of one's own.
	if present(t.claims, "events") {
		return refuse(access.TypeRefused, "the token is a security event or logout token (events)")
	}
	// Only ID tokens have these (OpenID Connect Core, sections 2 and 3.3.2.11).
	for _, name := range [...]string{"nonce", "at_hash", "c_hash"} {
		if present(t.claims, name) {
			return refuse(access.TypeRefused, "the token has a claim of ID tokens (nonce, at_hash or c_hash)")
		}
	}
	for name, accessTokens := range kindClaims {
		if !slices.Contains(lookedAt, name) && !absentOr(t.claims, name, accessTokens) {
			return refuse(access.TypeRefused, "the claim token_use or typ is that of another kind of token")
		}
	}
	return nil
}

// kindClaims are claims that tell an issuer's tokens apart, each with what it is
// in access tokens: Cognito's token_use, and Keycloak's typ ("ID", "Refresh",
// "Logout"). Where they are given, they must agree.
var kindClaims = map[string]string{"token_use": "access", "typ": "Bearer"}

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
