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
	s.readScope = func(v strictjson.Value, into *string) bool { return readScopeEntra(v, shown, into) }
	s.noScope = "scp is not a string of scope tokens with one space between them, or roles, without scp, no array of scope tokens"
	s.kind = func(v strictjson.Value, _ *claims) access.Kind { return kindEntra(v, shown) }
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

// readScopeEntra reads scp, what a person let the client do, and in the token of
// an application the roles that it was given. A person may have roles of the same
// names, and a token without scp.
func readScopeEntra(v strictjson.Value, shown string, into *string) bool {
	if present(v, "scp") {
		return readScope(v, "scp", into)
	}
	return !isApplication(v, shown) || !present(v, "roles") || readScopes(v, "roles", into)
}

// isApplication says whether a token without scp is one that an application got
// for itself: its subject is its own object, and it has proven who it is.
func isApplication(v strictjson.Value, shown string) bool {
	object, _ := v.Member("oid").Text()
	subject, _ := v.Member("sub").Text()
	how, _ := v.Member(shown).Text()
	return object == subject && object != "" && (how == "1" || how == "2") && absentOr(v, "idtyp", "app")
}

func kindEntra(v strictjson.Value, shown string) access.Kind {
	switch {
	case !present(v, "scp"):
		if isApplication(v, shown) {
			return access.KindMachine
		}
	case textOf(v, "idtyp") != "app":
		return access.KindPerson
	}
	return ""
}
