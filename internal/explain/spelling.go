package explain

import (
	"strings"

	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/token"
)

// spelling is what a profile's tokens have where, for people.
type spelling struct {
	kind   string // what makes an access token
	claims string // what must be there
	client string // the claim with the client
	scopes string // the claim with the scopes
}

const anyJWT = `typ, if any, "JWT" or "at+jwt"`

// spellings are those of the profiles; [token.Profile] has the same in detail.
var spellings = map[token.Profile]spelling{
	token.ProfileCognito:  {`token_use is "access"; ` + anyJWT, "exp, iat, sub and client_id", "client_id", "scope"},
	token.ProfileRFC9068:  {`typ is "at+jwt", and no mark of another kind of token`, "exp, iat, sub, client_id, aud and jti", "client_id", "scope"},
	token.ProfileOkta:     {`cid, ver 1 and a jti that starts with "AT."; ` + anyJWT, "exp, iat, sub, cid, aud and jti", "cid", "scp"},
	token.ProfileAuth0:    {`azp, or with typ "at+jwt" client_id, and no mark of an ID token`, "exp, iat, sub, aud and the client", "the client", "scope"},
	token.ProfileEntraV1:  {`ver "1.0", appidacr and the tenant in tid; ` + anyJWT, "exp, iat, sub, appid and aud", "appid", "scp, or without it roles,"},
	token.ProfileEntraV2:  {`ver "2.0", azpacr and the tenant in tid; ` + anyJWT, "exp, iat, sub, azp and aud", "azp", "scp, or without it roles,"},
	token.ProfileKeycloak: {`the claim typ is "Bearer"; typ of the header, if any, "JWT" or "at+jwt"`, "exp, iat, sub, azp, aud and jti", "azp", "scope"},
	token.ProfileOIDC:     {"the mark of access tokens, and none of another kind of token; " + anyJWT, "exp, iat, sub and aud, the client", "client_id", "scope"},
	token.ProfileWorkload: {"the mark of the issuer's tokens; " + anyJWT, "exp, iat, sub and aud", "sub", "scope"},
}

// spelling returns that of the trusted identity, with what its configuration
// adds.
func (f *facts) spelling() spelling { return spellingOf(f.trusted()) }

func spellingOf(i authorizer.Identity) spelling {
	s := spellings[i.Profile]
	if i.ClientClaim != "" {
		s.client = i.ClientClaim
	}
	if i.ScopeClaim != "" {
		s.scopes = i.ScopeClaim
	}
	if len(i.Mark) > 0 {
		s.kind = strings.Replace(s.kind, "the mark", "the mark "+shown(strings.Join(i.Mark, "=")), 1)
	}
	return s
}

// clientSaid returns what the token calls its client.
func (f *facts) clientSaid() string {
	if f.answer.ClientID != "" {
		return f.answer.ClientID
	}
	if f.answer.Claimed != nil {
		return f.answer.Claimed.ClientID
	}
	return f.says.ClientID
}
