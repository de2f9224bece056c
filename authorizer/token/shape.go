package token

import (
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// shape is how one issuer's access tokens are read: its profile with what the
// configuration adds.
type shape struct {
	// checkType refuses what is no access token.
	checkType func(t *jws) *Error
	// client is where the name of the client is, and noClient what is said if it
	// is not.
	client   func(t *jws) string
	noClient string
	// tokenID is the name of the token's id, which may be missing where idOptional
	// says so.
	tokenID    string
	idOptional func(t *jws) bool
	noID       string
	// audienceOptional says that aud may be missing.
	audienceOptional bool
	// notForItself says that the client must not be an audience.
	notForItself bool
	// readScope reads the scopes.
	readScope func(v strictjson.Value, into *string) bool
	noScope   string
	// kind says whom a token is for.
	kind func(v strictjson.Value, c *claims) access.Kind
}

// Phrases of refusals, as [Error.Detail] has them.
const (
	wrongScopeText = "scope is not a string of scope tokens with one space between them"
	wrongScopeList = "the claim with the scopes is not an array of scope tokens"
	wrongID        = "jti is missing, empty, too long or not a plain string"
)

func always(*jws) bool { return true }
func never(*jws) bool  { return false }

// named returns the claim that names the client.
func named(claim string) func(*jws) string { return func(*jws) string { return claim } }

// text and list read scopes from a claim, which may be missing.
func text(claim string) func(strictjson.Value, *string) bool {
	return func(v strictjson.Value, into *string) bool { return !present(v, claim) || readScope(v, claim, into) }
}

func list(claim string) func(strictjson.Value, *string) bool {
	return func(v strictjson.Value, into *string) bool { return !present(v, claim) || readScopes(v, claim, into) }
}

// shapeOf returns the shape of an issuer's tokens. The issuer was checked.
func shapeOf(i *Issuer) shape {
	s := shape{
		checkType: checkRFC9068,
		client:    named("client_id"), noClient: "client_id is missing, empty, too long or not a plain string",
		tokenID: "jti", idOptional: never, noID: wrongID,
		readScope: text("scope"), noScope: wrongScopeText,
		kind: func(v strictjson.Value, c *claims) access.Kind { return kindByMark(v, c, i.Person) },
	}
	switch i.Profile {
	case ProfileCognito:
		s.checkType, s.kind, s.idOptional, s.audienceOptional = checkCognito, kindCognito, always, true
	case ProfileOkta:
		shapeOkta(&s)
	case ProfileAuth0:
		shapeAuth0(&s, i.ScopeClaim)
	case ProfileEntraV1, ProfileEntraV2:
		shapeEntra(&s, i)
	case ProfileKeycloak:
		shapeKeycloak(&s)
	case ProfileOIDC:
		shapeOIDC(&s, i)
	case ProfileWorkload:
		shapeWorkload(&s, i)
	}
	return s
}
