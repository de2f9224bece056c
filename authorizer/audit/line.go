// Package audit writes what the authorizer decided: one JSON object on one
// line for each evaluation.
//
// The lines are made for people and machines that did not make the request,
// so they never hold a token, a header's value or a body; a token that was
// put where it does not belong (a path, a claim) is masked. What a caller or
// an unverified token said is cut at [MaxString] bytes, and characters that
// do not print are escaped: a line is a line on every terminal. What a token
// says before its signature held stands under "claimed" and nowhere else.
//
// The members and their order are a promise to those who read the lines;
// [Version] changes when one changes its meaning.
package audit

import (
	"io"
	"time"

	"github.com/scopeway/scopeway/access"
)

// Version is the version of the lines.
const Version = 1

// MaxString is the length in bytes at which strings from outside are cut. A
// string of that length may have been longer.
const MaxString = 256

// MaxDetail is the length in bytes at which a detail and a fault's cause are cut.
const MaxDetail = 1024

// Line is one evaluation. Members that are empty are left out, but for those
// up to status: they are always there.
type Line struct {
	// Kind is "decision", Version is [Version]; [Write] sets both.
	Kind    string `json:"scopeway"`
	Version int    `json:"version"`
	// Time is when the decision fell, in UTC.
	Time time.Time `json:"time"`
	// DecisionID joins the line with the access log and the backend's logs.
	DecisionID string `json:"decision_id"`
	// Decision is what became of the request; [Write] derives it from Reason.
	Decision Decision `json:"decision"`
	// Reason says why.
	Reason access.Reason `json:"reason"`
	// Status is the reason's HTTP status; [Write] derives it. A REST API answers
	// with it; an HTTP API answers every refusal with 403 all the same.
	Status int `json:"status"`

	// Route is the route the gateway matched.
	Route string `json:"route,omitempty"`
	// Method is the request's method.
	Method string `json:"method,omitempty"`
	// Path is the raw path, without the query.
	Path string `json:"path,omitempty"`
	// SourceIP is the address that the gateway saw.
	SourceIP string `json:"source_ip,omitempty"`
	// RequestID is the gateway's id of the request.
	RequestID string `json:"request_id,omitempty"`
	// API is the kind of API, "http" or "rest".
	API string `json:"api,omitempty"`
	// APIID is the id of the API.
	APIID string `json:"api_id,omitempty"`
	// Stage is the API's stage.
	Stage string `json:"stage,omitempty"`
	// Table is the digest of the table that was asked.
	Table string `json:"table,omitempty"`

	// Verified is what a token says whose signature held.
	Verified
	// Missing are the scopes that would have helped, as "server/name".
	Missing []string `json:"missing,omitempty"`
	// Unmet is what else the rule asks for and the token does not have, such as
	// `role "admin"`. It holds nothing of the token.
	Unmet []string `json:"unmet,omitempty"`
	// Claimed is what a token says that was refused. Nobody vouches for it.
	Claimed *Claimed `json:"claimed,omitempty"`
	// LooksLike is what a refused token looks like, in a phrase of the authorizer's
	// own, such as "an Auth0 ID token". It goes by what the token claims.
	LooksLike string `json:"looks_like,omitempty"`
	// Detail is a phrase of the authorizer's own that says more than the
	// reason. Where keys are the matter it names the key set's address and
	// what is wrong with it. Cut at [MaxDetail] bytes.
	Detail string `json:"detail,omitempty"`
}

// Verified is what a verified token says about the caller. A subject, client or
// token id that looks like a token is masked, and followed by "~" and the first 16
// hexadecimal digits of its SHA-256, so that no two look alike.
type Verified struct {
	// Issuer is iss.
	Issuer string `json:"iss,omitempty"`
	// Subject is sub.
	Subject string `json:"sub,omitempty"`
	// ClientID is the client the token was issued to.
	ClientID string `json:"client_id,omitempty"`
	// Scope is the claim as it was sent, with scopes that count for nothing here.
	Scope string `json:"scope,omitempty"`
	// TokenID is jti.
	TokenID string `json:"jti,omitempty"`
	// KeyID is the kid of the key that signed.
	KeyID string `json:"kid,omitempty"`
	// ExpiresAt is exp: seconds since 1970.
	ExpiresAt int64 `json:"exp,omitempty"`
}

// Claimed is what an unverified token says about itself.
type Claimed struct {
	// Issuer is iss.
	Issuer string `json:"iss,omitempty"`
	// Subject is sub.
	Subject string `json:"sub,omitempty"`
	// ClientID is the client.
	ClientID string `json:"client_id,omitempty"`
	// KeyID is kid.
	KeyID string `json:"kid,omitempty"`
	// Algorithm is alg.
	Algorithm string `json:"alg,omitempty"`
}

// Decision is what became of a request.
type Decision string

// The decisions.
const (
	// Allow let the request through.
	Allow Decision = "allow"
	// Deny refused it.
	Deny Decision = "deny"
	// Error found nothing out; the request was not let through.
	Error Decision = "error"
)

// DecisionOf returns what a reason makes of a request.
func DecisionOf(reason access.Reason) Decision {
	switch status := reason.Status(); {
	case status == 200:
		return Allow
	case status >= 500:
		return Error
	default:
		return Deny
	}
}

// Write writes one evaluation in one call of Write, so that lines of
// concurrent evaluations do not mix where w is a file.
func Write(w io.Writer, line Line) error {
	line.Kind, line.Version = "decision", Version
	line.Time = line.Time.UTC()
	line.Decision, line.Status = DecisionOf(line.Reason), line.Reason.Status()
	for _, s := range []*string{
		&line.DecisionID, &line.Route, &line.Method, &line.Path, &line.SourceIP, &line.RequestID, &line.API, &line.APIID, &line.Stage, &line.Table,
		&line.Issuer, &line.Scope, &line.KeyID, &line.LooksLike,
	} {
		*s = clean(*s)
	}
	for _, s := range []*string{&line.Subject, &line.ClientID, &line.TokenID} {
		*s = cleanName(*s)
	}
	line.Detail = cut(mask(line.Detail), MaxDetail)
	if line.Claimed != nil {
		c := *line.Claimed
		for _, s := range []*string{&c.Issuer, &c.Subject, &c.ClientID, &c.KeyID, &c.Algorithm} {
			*s = clean(*s)
		}
		line.Claimed = nil
		if c != (Claimed{}) {
			line.Claimed = &c
		}
	}
	return writeJSON(w, line)
}
