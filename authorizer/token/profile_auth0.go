package token

import (
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// permissions is where Auth0 writes what a caller may do on an API with RBAC.
const permissions = "permissions"

// shapeAuth0: Auth0 Docs, "Access Token Profiles".
func shapeAuth0(s *shape, scopeClaim string) {
	s.checkType = checkAuth0
	s.client, s.noClient = clientAuth0, "azp, or client_id with typ at+jwt, is missing, empty, too long or not a plain string"
	s.idOptional = func(t *jws) bool { return !isMediaType(t.MediaType, "at+jwt") }
	s.notForItself = true
	if scopeClaim == permissions {
		s.readScope, s.noScope = list(permissions), wrongScopeList
	}
	s.kind = kindAuth0
}

func checkAuth0(t *jws) *Error {
	if err := checkJWT(t); err != nil {
		return err
	}
	if !present(t.claims, clientAuth0(t)) {
		return refuse(access.TypeRefused, "azp, or client_id with typ at+jwt, is missing, which access tokens of Auth0 have")
	}
	// Where both name the client, they must agree.
	a, _ := t.claims.Member("azp").Text()
	b, _ := t.claims.Member("client_id").Text()
	if present(t.claims, "azp") && present(t.claims, "client_id") && a != b {
		return refuse(access.TypeRefused, "azp and client_id name two clients")
	}
	return nil
}

// clientAuth0 returns the claim that names the client in the token's dialect.
func clientAuth0(t *jws) string {
	if isMediaType(t.MediaType, "at+jwt") {
		return "client_id"
	}
	return "azp"
}

func kindAuth0(v strictjson.Value, c *claims) access.Kind {
	const machines, grant = "@clients", "client-credentials"
	switch {
	case c.subject == c.clientID+machines && absentOr(v, "gty", grant):
		return access.KindMachine
	case strings.Contains(c.subject, "|") && !strings.HasSuffix(c.subject, machines):
		if got, text := v.Member("gty").Text(); !present(v, "gty") || text && got != grant {
			return access.KindPerson
		}
	}
	return ""
}
