package access

// Reason says why a request was let through or refused. It is one word of a
// small closed set, for audit lines, metrics and tests; it never holds
// anything a caller sent.
type Reason string

// The reasons in the order in which they are looked for: the first that
// applies is the one reported.
const (
	// Undecided is the reason of the zero [Decision]: nothing was let through.
	Undecided Reason = ""

	// Misconfigured: the authorizer has no usable table or no usable identity.
	Misconfigured Reason = "misconfigured"
	// Internal: something broke that never should, such as a panic.
	Internal Reason = "internal"
	// EventUnreadable: what invoked the authorizer is not an event it knows.
	EventUnreadable Reason = "event_unreadable"

	// RouteUnknown: the table has no such route.
	RouteUnknown Reason = "route_unknown"
	// PathNotCanonical: the raw path has another spelling than the route it
	// matched: a trailing or double slash, an encoded slash, a dot segment.
	PathNotCanonical Reason = "path_not_canonical"

	// TokenMissing: there is no Authorization header, or it is empty.
	TokenMissing Reason = "token_missing"
	// CredentialsMalformed: the Authorization header is not one Bearer token
	// (RFC 6750, section 2.1).
	CredentialsMalformed Reason = "credentials_malformed"

	// TokenTooLarge: the token is longer than 8 KB.
	TokenTooLarge Reason = "token_too_large"
	// TokenEncrypted: the token has five parts (JWE, RFC 7516).
	TokenEncrypted Reason = "token_encrypted"
	// TokenMalformed: the token is not a compact JWS (RFC 7515, section 3.1)
	// over strict base64url and strict JSON objects.
	TokenMalformed Reason = "token_malformed"
	// HeaderRefused: the token's header has a member that changes how it
	// would have to be read, such as crit or b64.
	HeaderRefused Reason = "header_refused"
	// IssuerUnknown: iss is missing or names nobody this API trusts.
	IssuerUnknown Reason = "issuer_unknown"
	// AlgorithmRefused: alg is not one that the issuer is trusted to use.
	AlgorithmRefused Reason = "algorithm_refused"
	// TypeRefused: the token is of another kind than an access token of this
	// issuer, such as an ID token.
	TypeRefused Reason = "type_refused"
	// TokenBound: the token is bound to a key of the client's (cnf, RFC 7800)
	// and that binding cannot be checked here.
	TokenBound Reason = "token_bound"
	// ClaimMalformed: a claim that must be there is missing, or a claim has
	// the wrong type.
	ClaimMalformed Reason = "claim_malformed"
	// AudienceRefused: aud names nothing that the issuer may speak for here.
	AudienceRefused Reason = "audience_refused"
	// ClientUnknown: the token was issued to a client this API does not know.
	ClientUnknown Reason = "client_unknown"
	// TokenExpired: exp has passed.
	TokenExpired Reason = "token_expired"
	// TokenNotYetValid: nbf or iat lies ahead.
	TokenNotYetValid Reason = "token_not_yet_valid"
	// KeysUnavailable: the issuer's keys could not be had, so nothing can be
	// said about the token.
	KeysUnavailable Reason = "keys_unavailable"
	// KeyUnknown: the issuer's key set has no such key, or not for this
	// algorithm.
	KeyUnknown Reason = "key_unknown"
	// SignatureInvalid: the signature is not the key's.
	SignatureInvalid Reason = "signature_invalid"

	// ScopeMissing: the token is good, and does not have the scopes that the
	// route's rule asks for.
	ScopeMissing Reason = "scope_missing"
	// ClaimUnmet: the token is good and its scopes could satisfy the route's
	// rule, but it lacks a role, a group or the value of a claim, or is of
	// another kind or another identity than the rule asks for.
	ClaimUnmet Reason = "claim_unmet"

	// Allowed: the token is good and satisfies the route's rule.
	Allowed Reason = "allowed"
	// PublicRoute: the route's rule is [Public].
	PublicRoute Reason = "public"
)

// Reasons returns every reason but [Undecided], in the order in which they
// are looked for.
func Reasons() []Reason {
	return []Reason{
		Misconfigured, Internal, EventUnreadable,
		RouteUnknown, PathNotCanonical,
		TokenMissing, CredentialsMalformed,
		TokenTooLarge, TokenEncrypted, TokenMalformed, HeaderRefused,
		IssuerUnknown, AlgorithmRefused, TypeRefused, TokenBound, ClaimMalformed,
		AudienceRefused, ClientUnknown, TokenExpired, TokenNotYetValid,
		KeysUnavailable, KeyUnknown, SignatureInvalid,
		ScopeMissing, ClaimUnmet,
		Allowed, PublicRoute,
	}
}

// Status returns the HTTP status that says as much as a client may know:
// 200 for what is let through, 401 where another token or another spelling of
// the path could help, 403 where none would, 500 where nothing could be found out. A reason that is not of
// the set is a 500.
func (r Reason) Status() int {
	switch r {
	case Allowed, PublicRoute:
		return 200
	case RouteUnknown, ScopeMissing, ClaimUnmet:
		return 403
	case PathNotCanonical, TokenMissing, CredentialsMalformed,
		TokenTooLarge, TokenEncrypted, TokenMalformed, HeaderRefused,
		IssuerUnknown, AlgorithmRefused, TypeRefused, TokenBound, ClaimMalformed,
		AudienceRefused, ClientUnknown, TokenExpired, TokenNotYetValid,
		KeyUnknown, SignatureInvalid:
		return 401
	default:
		return 500
	}
}
