package token

import (
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// shapeEntra: Microsoft Learn, "Access token claims reference".
func shapeEntra(s *shape, i *Issuer) {
	version, client, shown := "2.0", "azp", "azpacr"
	s.noClient = "azp is missing, empty, too long or not a plain string"
	if i.Profile == ProfileEntraV1 {
		version, client, shown = "1.0", "appid", "appidacr"
		s.noClient = "appid is missing, empty, too long or not a plain string"
	}
	tenant := tenantOf(i.URL)
	s.checkType = func(t *jws) *Error { return checkEntra(t, tenant, version, shown) }
	s.client = named(client)
	s.tokenID, s.idOptional, s.noID = "uti", always, "uti is empty, too long or not a plain string"
	s.readScope, s.noScope = readScopeEntra, "scp is not a string of scope tokens with one space between them, or roles, without scp, no array of scope tokens"
	s.kind = func(v strictjson.Value, c *claims) access.Kind { return kindEntra(v, c, shown) }
}

func checkEntra(t *jws, tenant, version, shown string) *Error {
	if err := checkJWT(t); err != nil {
		return err
	}
	if got, _ := t.claims.Member("ver").Text(); got != version {
		return refuse(access.TypeRefused, "ver is not that of the issuer's access tokens")
	}
	// ID tokens for the same audience may have roles and lack this.
	if got, _ := t.claims.Member(shown).Text(); got != "0" && got != "1" && got != "2" {
		return refuse(access.TypeRefused, "azpacr, in version 1.0 appidacr, is missing, which only access tokens of Entra have")
	}
	if got, _ := t.claims.Member("tid").Text(); got == "" || got != tenant {
		return refuse(access.TypeRefused, "tid is not the tenant of the issuer")
	}
	return nil
}

// readScopeEntra reads scp, what a person let the client do, and where there is
// none the roles that an application was given.
func readScopeEntra(v strictjson.Value, into *string) bool {
	if present(v, "scp") {
		return readScope(v, "scp", into)
	}
	return !present(v, "roles") || readScopes(v, "roles", into)
}

func kindEntra(v strictjson.Value, c *claims, shown string) access.Kind {
	object, _ := v.Member("oid").Text()
	how, _ := v.Member(shown).Text()
	if present(v, "scp") {
		if typ, _ := v.Member("idtyp").Text(); typ != "app" {
			return access.KindPerson
		}
		return ""
	}
	if object == c.subject && (how == "1" || how == "2") && absentOr(v, "idtyp", "app") {
		return access.KindMachine
	}
	return ""
}
