package access

import "time"

// ClockSkew is how far the clocks of issuer and authorizer may differ.
const ClockSkew = 30 * time.Second

// Caller is who calls, as a verified access token tells. The zero Caller has
// expired and was granted nothing.
type Caller struct {
	// Issuer is the exact iss of the token.
	Issuer string
	// Subject is sub; for client credentials it names the client.
	Subject string
	// ClientID is the OAuth client the token was issued to.
	ClientID string
	// Scopes are those granted, of the resource servers the issuer speaks for.
	Scopes []Scope
	// IssuedAt is iat.
	IssuedAt time.Time
	// ExpiresAt is exp.
	ExpiresAt time.Time
}

// Decision is the outcome for one request. The zero Decision denies.
type Decision struct {
	Allowed bool
	Reason  Reason
	// Missing are the scopes that would have helped, sorted; only with
	// [ScopeMissing].
	Missing []Scope
}

// Decide says whether the caller may call the route now. The route is the
// route key that the gateway matched, spelled as API Gateway spells it; a
// caller of nil has no verified token. Decide is pure: it reads no clock and
// no network, and does not verify anything about the caller but the expiry
// (with [ClockSkew] to spare).
func Decide(table *Table, route string, caller *Caller, now time.Time) Decision {
	if table == nil {
		return Decision{Reason: Misconfigured}
	}
	rule, ok := table.Rule(route)
	switch {
	case !ok:
		return Decision{Reason: RouteUnknown}
	case rule.IsPublic():
		return Decision{Allowed: true, Reason: PublicRoute}
	case caller == nil:
		return Decision{Reason: TokenMissing}
	case !now.Before(caller.ExpiresAt.Add(ClockSkew)):
		return Decision{Reason: TokenExpired}
	case !rule.satisfied(caller.Scopes):
		return Decision{Reason: ScopeMissing, Missing: rule.missing(caller.Scopes)}
	}
	return Decision{Allowed: true, Reason: Allowed}
}
