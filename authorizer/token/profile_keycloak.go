package token

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// shapeKeycloak: what Keycloak 26 writes.
func shapeKeycloak(s *shape) {
	s.checkType = checkKeycloak
	s.client, s.noClient = named("azp"), "azp is missing, empty, too long or not a plain string"
	s.kind = kindKeycloak
}

func checkKeycloak(t *jws) *Error {
	switch typ, _ := t.claims.Member("typ").Text(); typ {
	case "Bearer":
	case "DPoP":
		return refuse(access.TokenBound, "the token is bound to a key (typ DPoP), which cannot be checked")
	default:
		return refuse(access.TypeRefused, "the claim typ is not Bearer")
	}
	return checkJWT(t)
}

// kindKeycloak goes by the grant, which jti says before its colon ("onrtac:": the
// kind of session, of token, the grant), and by auth_time, which says that
// somebody signed in. A session (sid) alone says nothing: a client that gets
// refresh tokens for itself has one, too. What was refreshed or exchanged without
// auth_time is therefore for nobody that we know.
func kindKeycloak(v strictjson.Value, c *claims) access.Kind {
	context, _, told := strings.Cut(c.tokenID, ":")
	grant := ""
	if told && len(context) == len("onrtac") {
		grant = context[len("onrt"):]
	}
	session, _ := v.Member("sid").Text()
	switch {
	case grant == "cc" && !present(v, "auth_time"):
		return access.KindMachine
	case grant == "cc" || session == "":
		return ""
	case marks(v.Member("auth_time")), slices.Contains(personGrants, grant):
		return access.KindPerson
	}
	return ""
}

// personGrants are grants that only people take part in: authorization code and
// password.
var personGrants = []string{"ac", "ro"}
