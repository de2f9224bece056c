package token

import (
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

// kindKeycloak goes by the session, which people have and programs that act for
// themselves have not, and by the grant in jti ("trrtcc:" and the id).
func kindKeycloak(v strictjson.Value, c *claims) access.Kind {
	grant, _, told := strings.Cut(c.tokenID, ":")
	credentials := told && strings.HasSuffix(grant, "cc")
	session, _ := v.Member("sid").Text()
	switch {
	case session != "" && !credentials:
		return access.KindPerson
	case credentials && !present(v, "sid") && !present(v, "auth_time"):
		return access.KindMachine
	}
	return ""
}
