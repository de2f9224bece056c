package token

import (
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// shapeOkta: Okta Developer, "OpenID Connect & OAuth 2.0 API", access token.
func shapeOkta(s *shape) {
	s.checkType = checkOkta
	s.client, s.noClient = named("cid"), "cid is missing, empty, too long or not a plain string"
	s.readScope, s.noScope = list("scp"), wrongScopeList
	s.notForItself = true
	s.kind = kindOkta
}

func checkOkta(t *jws) *Error {
	if err := checkJWT(t); err != nil {
		return err
	}
	if !present(t.claims, "cid") {
		return refuse(access.TypeRefused, "cid is missing, which Okta's access tokens have and its ID tokens lack")
	}
	if version, _ := t.claims.Member("ver").NumberText(); version != "1" {
		return refuse(access.TypeRefused, "ver is not 1")
	}
	if id, _ := t.claims.Member("jti").Text(); !strings.HasPrefix(id, "AT.") {
		return refuse(access.TypeRefused, "jti is not that of an access token of Okta")
	}
	return nil
}

func kindOkta(v strictjson.Value, c *claims) access.Kind {
	user, _ := v.Member("uid").Text()
	switch itself := c.subject == c.clientID; {
	case itself && !present(v, "uid"):
		return access.KindMachine
	case !itself && user != "":
		return access.KindPerson
	}
	return ""
}
