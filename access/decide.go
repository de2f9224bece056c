package access

import "time"

// ClockSkew is how far the clocks of issuer and authorizer may differ.
const ClockSkew = 30 * time.Second

// Decision is the outcome for one request. The zero Decision denies.
type Decision struct {
	Allowed bool
	Reason  Reason
	// Missing are the scopes that would have helped, sorted; only with
	// [ScopeMissing].
	Missing []Scope
	// Unmet reads aloud what the rule asks for and the token does not have, for
	// example `role "admin"`, in the order of the rule; only with
	// [ClaimUnmet]. It holds nothing of the token.
	Unmet []string
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
	case !rule.byScopes(caller.has):
		return Decision{Reason: ScopeMissing, Missing: rule.missing(caller.has)}
	case !rule.satisfied(caller.has):
		return Decision{Reason: ClaimUnmet, Unmet: rule.unmet(caller.has)}
	}
	return Decision{Allowed: true, Reason: Allowed}
}
