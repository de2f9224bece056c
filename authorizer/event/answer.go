package event

// Answer is what an HTTP API wants back from its authorizer when simple
// responses are on. The zero Answer refuses.
type Answer struct {
	// IsAuthorized lets the request through.
	IsAuthorized bool `json:"isAuthorized"`
	// Context goes to the backend, under requestContext.authorizer.lambda,
	// and to the access log. It does not reach the client.
	Context Context `json:"context"`
}

// Context is what the backend is told about the caller. A refusal has a
// DecisionID and nothing else. The names are those of the claims.
type Context struct {
	// Subject is the token's sub.
	Subject string `json:"sub,omitempty"`
	// ClientID is the client the token was issued to.
	ClientID string `json:"client_id,omitempty"`
	// Scope is the scopes that the token grants and the table names, each once in
	// its full spelling "server/name", joined by one space, in the order of the
	// token: what was checked, not what was sent. How the issuer spells scopes,
	// and which others the token has, is in the token and in the audit line.
	Scope string `json:"scope,omitempty"`
	// Issuer is the token's iss.
	Issuer string `json:"iss,omitempty"`
	// ExpiresAt is the token's exp: seconds since 1970.
	ExpiresAt int64 `json:"exp,omitempty"`
	// Table is the digest of the table that was asked.
	Table string `json:"table,omitempty"`
	// DecisionID joins the audit line, the access log and the backend's logs.
	DecisionID string `json:"decision_id"`
}
