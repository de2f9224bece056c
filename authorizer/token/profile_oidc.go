package token

import (
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// What is read where the configuration does not say otherwise.
const (
	defaultScopeClaim  = "scope"
	defaultClientClaim = "client_id"
)

func shapeOIDC(s *shape, i *Issuer) {
	s.checkType = checkMarked(i.Mark)
	s.client, s.noClient = named(or(i.ClientClaim, defaultClientClaim)), "the claim that names the client is missing, empty, too long or not a plain string"
	s.idOptional = always
	claim := or(i.ScopeClaim, defaultScopeClaim)
	if s.readScope = text(claim); i.ScopeList {
		s.readScope, s.noScope = list(claim), wrongScopeList
	}
}

func shapeWorkload(s *shape, i *Issuer) {
	s.checkType = checkMarked(i.Mark)
	s.client, s.noClient = named("sub"), "sub is missing, empty, too long or not a plain string"
	s.idOptional = always
	s.readScope = func(strictjson.Value, *string) bool { return true } // none counts
	s.kind = func(strictjson.Value, *claims) access.Kind { return access.KindMachine }
}

// checkMarked demands the mark of access tokens. It may be a claim that tells
// kinds of tokens apart, which then is not looked at twice.
func checkMarked(mark []string) func(*jws) *Error {
	return func(t *jws) *Error {
		if err := checkMediaType(t); err != nil {
			return err
		}
		if err := checkMarks(t, mark[0]); err != nil {
			return err
		}
		if len(mark) == 2 {
			if got, ok := t.claims.Member(mark[0]).Text(); !ok || got != mark[1] {
				return refuse(access.TypeRefused, "the claim that only access tokens of the issuer have is missing or another")
			}
		} else if claim := t.claims.Member(mark[0]); !marks(claim) && claim.Kind() != strictjson.Object {
			// An object says something by being there: Hydra's ext is often {}.
			return refuse(access.TypeRefused, "the claim that only access tokens of the issuer have is missing or empty")
		}
		return nil
	}
}

func or(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}
