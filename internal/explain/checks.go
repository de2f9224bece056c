package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// check is one step of the authorizer: the reasons with which it refuses, and
// what to tell of it. It judges nothing itself. An empty got is the engine's own
// detail where the check failed.
type check struct {
	name    string
	reasons []access.Reason
	tell    func(f *facts) (wanted, got string)
}

// checks are all steps in the order of [access.Reasons]. The last has no reason
// of its own: it refuses a good token whose caller does not fit into a header.
var checks = []check{
	{"request", []access.Reason{access.Misconfigured, access.Internal, access.EventUnreadable}, always("an event as API Gateway sends it", "")},
	{"route", []access.Reason{access.RouteUnknown}, func(f *facts) (string, string) {
		if f.answer.Reason == access.RouteUnknown {
			return "a route of the table, one of " + list(f.table.Routes()), shown(f.request.Route)
		}
		return "a route of the table", shown(f.answer.Route)
	}},
	{"path", []access.Reason{access.PathNotCanonical}, func(f *facts) (string, string) {
		return "a path with one spelling", detailed(shown(f.answer.Path), f, access.PathNotCanonical)
	}},
	{"authorization", []access.Reason{access.TokenMissing, access.CredentialsMalformed}, always("one Authorization header with one Bearer token", "")},
	{"size", []access.Reason{access.TokenTooLarge}, func(f *facts) (string, string) {
		return "at most 8192 bytes", fmt.Sprintf("%d bytes", len(f.raw))
	}},
	{"form", []access.Reason{access.TokenEncrypted, access.TokenMalformed}, always("three parts in strict base64url, strict JSON with alg in the header", "")},
	{"header", []access.Reason{access.HeaderRefused}, always("no crit, b64, enc or zip", "")},
	{"issuer", []access.Reason{access.IssuerUnknown}, func(f *facts) (string, string) {
		var issuers []string
		for _, i := range f.identities {
			issuers = append(issuers, i.Issuer)
		}
		got := "iss " + shown(f.says.Issuer)
		if f.identity != nil {
			got += ", the identity " + shown(f.identity.Name)
		}
		return "iss is, byte for byte, " + oneOf(issuers), got
	}},
	{"algorithm", []access.Reason{access.AlgorithmRefused}, func(f *facts) (string, string) {
		return "alg is " + oneOf(texts(f.trusted().Algorithms)), "alg " + shown(f.says.Algorithm)
	}},
	{"type", []access.Reason{access.TypeRefused}, func(f *facts) (string, string) {
		got := "typ " + shown(f.says.MediaType)
		switch f.trusted().Profile {
		case token.ProfileCognito:
			got = "token_use " + shown(f.says.TokenUse) + ", " + got
		case token.ProfileKeycloak:
			got = "the claim typ " + shown(f.says.Type) + ", " + got
		}
		return f.spelling().kind, detailed(got, f, access.TypeRefused)
	}},
	{"binding", []access.Reason{access.TokenBound}, always("no cnf: nobody here can check such a binding", "")},
	{"claims", []access.Reason{access.ClaimMalformed}, func(f *facts) (string, string) {
		return f.spelling().claims + ", and all others that count, of their types", ""
	}},
	{"audience", []access.Reason{access.AudienceRefused}, func(f *facts) (string, string) {
		audiences := slices.Sorted(maps.Values(f.trusted().Audiences))
		if f.trusted().Profile == token.ProfileCognito {
			return "no aud, or in it " + oneOf(audiences), "aud " + list(f.says.Audiences)
		}
		return "aud has " + oneOf(audiences), "aud " + list(f.says.Audiences)
	}},
	{"client", []access.Reason{access.ClientUnknown}, func(f *facts) (string, string) {
		client := f.spelling().client
		wanted := client + " is " + oneOf(f.trusted().Clients)
		if f.trusted().AnyClient {
			wanted = "any client of the issuer"
		}
		return wanted, client + " " + shown(f.clientSaid())
	}},
	{"time", []access.Reason{access.TokenExpired, access.TokenNotYetValid}, func(f *facts) (string, string) {
		got := "exp " + moment(f.says.ExpiresAt, f.now) + "; iat " + moment(f.says.IssuedAt, f.now)
		if f.says.NotBefore != 0 {
			got += "; nbf " + moment(f.says.NotBefore, f.now)
		}
		return fmt.Sprintf("valid at %s, give or take %.0f seconds", f.now.UTC().Format(time.RFC3339), token.ClockSkew.Seconds()), got
	}},
	{"key set", []access.Reason{access.KeysUnavailable}, always("the issuer's keys", "")},
	{"key", []access.Reason{access.KeyUnknown}, func(f *facts) (string, string) {
		return "one key of the issuer's that the token names and that fits " + shown(f.says.Algorithm),
			detailed("kid "+shown(f.says.KeyID), f, access.KeyUnknown)
	}},
	{"signature", []access.Reason{access.SignatureInvalid}, always("the signature of that key", "")},
	{"scopes", []access.Reason{access.ScopeMissing}, func(f *facts) (string, string) {
		got := f.spelling().scopes + " " + shown(f.answer.Scope)
		if f.answer.Reason == access.ScopeMissing {
			got += ", lacking: " + f.lacking()
		}
		return "the scopes of the rule: " + f.rule(), got
	}},
	{"rule", []access.Reason{access.ClaimUnmet}, func(f *facts) (string, string) {
		got := ""
		if f.answer.Reason == access.ClaimUnmet {
			got = "lacking: " + f.lacking()
		}
		return f.rule(), got
	}},
	{"backend", nil, always("a caller that fits into a header", "")},
}

// always tells the same of every token.
func always(wanted, got string) func(*facts) (string, string) {
	return func(*facts) (string, string) { return wanted, got }
}

// detailed adds the engine's words where it refused for the reason.
func detailed(got string, f *facts, reason access.Reason) string {
	if f.answer.Reason != reason || f.answer.Detail == "" {
		return got
	}
	return got + ": " + f.answer.Detail
}

// lacks returns what would satisfy the rule.
func (f *facts) lacks() lack {
	if f.answer.Reason == access.ScopeMissing {
		return scopesLacking(f.outcome, f.answer.Missing)
	}
	return partsLacking(f.outcome)
}

// lacking reads aloud what would satisfy the rule, or where that has too many
// ways, what of it is not there.
func (f *facts) lacking() string {
	if text := f.lacks().text(); text != "" {
		return text
	}
	return "some of " + strings.Join(append(slices.Clone(f.answer.Missing), f.answer.Unmet...), ", ")
}

// rule reads the route's rule aloud.
func (f *facts) rule() string {
	rule, _ := f.table.Rule(f.answer.Route)
	return rule.String()
}

func oneOf(texts []string) string {
	if len(texts) == 1 {
		return shown(texts[0])
	}
	return "one of " + list(texts)
}

func texts(algorithms []keyset.Algorithm) []string {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return names
}
