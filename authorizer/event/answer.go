package event

import (
	"bytes"
	"encoding/json"
)

// Answer is what an API wants back from its authorizer. The zero Answer refuses.
//
// Its JSON is a simple response for an HTTP API, which must have simple responses
// on; with a Resource it is a policy, for a REST API, with context values that
// all are strings and the subject as the principal. Neither kind of API takes the
// other's for a yes.
type Answer struct {
	// IsAuthorized lets the request through.
	IsAuthorized bool `json:"isAuthorized"`
	// Context goes to the backend, under requestContext.authorizer.lambda or,
	// on a REST API, requestContext.authorizer; and to the access log. It does
	// not reach the client.
	Context Context `json:"context"`
	// Resource is what the policy for a REST API speaks of, as
	// [Request.PolicyResource] returns it; "" for an HTTP API.
	Resource string `json:"-"`
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
	// Identity is the id of the construct that trusts the issuer.
	Identity string `json:"identity,omitempty"`
	// Kind is whom the token is for, "machine" or "person", where it says so.
	Kind string `json:"kind,omitempty"`
	// Table is the digest of the table that was asked.
	Table string `json:"table,omitempty"`
	// DecisionID joins the audit line, the access log and the backend's logs.
	DecisionID string `json:"decision_id"`
	// Caller is all of the above and the roles, groups and claims that the table
	// names, in one value that fits into a header; package caller reads it.
	Caller string `json:"caller,omitempty"`
}

// MarshalJSON writes the answer as its kind of API wants it.
func (a Answer) MarshalJSON() ([]byte, error) {
	type simple Answer // without this method
	var value any = simple(a)
	if a.Resource != "" {
		value = a.policy()
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}
