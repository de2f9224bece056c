// Package explain says what the authorizer decides about a request, and why. It
// asks the very engine that runs as a Lambda function, with an event as API
// Gateway would send it, and tells what the audit line says.
//
// Neither a token nor its signature nor any part of it but the claims that an
// audit line may hold is ever in an answer, an account or an error.
package explain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// Config is what an [Explainer] is made of.
type Config struct {
	// Table is what is allowed. Mandatory.
	Table *access.Table
	// Identities are who is trusted. At least one is mandatory.
	Identities []authorizer.Identity
	// Shipped are the keys of identities that have them beside the function.
	Shipped map[string]*keyset.Shipped
	// KeySets are texts of JSON Web Key Sets by the name of the identity: what its
	// URL would answer, or what would be shipped. Nothing is fetched for those.
	KeySets map[string][]byte
	// Kind is the kind of API; "" means [event.HTTP].
	Kind event.Kind
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Explainer answers requests, one after the other.
type Explainer struct {
	kind       event.Kind
	table      *access.Table
	identities []authorizer.Identity
	engine     *authorizer.Authorizer
	files      map[string][]byte
	verifier   *token.Verifier // for what an audit line leaves out
	log        bytes.Buffer
	clock      func() time.Time
	now        time.Time // the same for all of a request
}

// New returns an explainer. It refuses what the authorizer would refuse at its
// start, and fetches no keys yet.
func New(config Config) (*Explainer, error) {
	e := &Explainer{kind: config.Kind, table: config.Table, identities: config.Identities, files: config.KeySets, clock: config.Now}
	if e.kind == "" {
		e.kind = event.HTTP
	}
	if e.clock == nil {
		e.clock = time.Now
	}
	e.now = e.clock()
	now := func() time.Time { return e.now }
	issuers, err := issuersOf(config, now)
	if err != nil {
		return nil, err
	}
	e.engine, err = authorizer.New(authorizer.Config{Table: config.Table, Issuers: issuers, Now: now, Out: &e.log})
	if err != nil {
		return nil, err
	}
	e.verifier, err = token.NewVerifier(issuers, token.Known{
		Scopes: config.Table.Scopes(), Roles: config.Table.Roles(), Groups: config.Table.Groups(), Claims: config.Table.Claims(),
	}, now)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Answer is what became of a request. Members that are empty are left out but
// for the first three. The texts are those of the audit line.
type Answer struct {
	Decision audit.Decision `json:"decision"`
	// Status is the reason's. A REST API answers with it; an HTTP API answers 403
	// to every refusal, and 500 for a path with a second spelling.
	Status int           `json:"status"`
	Reason access.Reason `json:"reason"`
	Detail string        `json:"detail,omitempty"`
	// Error says why a line is no request.
	Error string `json:"error,omitempty"`
	API   string `json:"api,omitempty"`
	Route string `json:"route,omitempty"`
	Path  string `json:"path,omitempty"`
	Table string `json:"table,omitempty"`
	audit.Verified
	Missing []string       `json:"missing,omitempty"`
	Unmet   []string       `json:"unmet,omitempty"`
	Claimed *audit.Claimed `json:"claimed,omitempty"`
	// LooksLike is what a refused token looks like, going by what it claims.
	LooksLike string `json:"looks_like,omitempty"`
}

// unreadable answers what is no request.
func unreadable(err error) Answer {
	reason := access.EventUnreadable
	return Answer{Decision: audit.DecisionOf(reason), Status: reason.Status(), Reason: reason, Error: audit.Clean(err.Error())}
}

// Answer asks the engine about a request. Its error says what is wrong with the
// request: the engine was not asked.
func (e *Explainer) Answer(ctx context.Context, request Request) (Answer, error) {
	e.now = e.clock()
	raw, err := e.event(request)
	if err != nil {
		return Answer{}, err
	}
	if rule, known := e.table.Rule(e.route(request)); known && rule.IsPublic() {
		return e.public(request), nil
	}
	e.log.Reset()
	verdict, failure := e.engine.Handle(ctx, raw)
	answer, err := lastDecision(e.log.Bytes())
	if err != nil {
		return Answer{}, err
	}
	// The line and the gateway's answer say the same; should they ever differ,
	// nobody passes here either.
	if passed := failure == nil && verdict.IsAuthorized; passed != (answer.Decision == audit.Allow) {
		return Answer{}, fmt.Errorf("authorizer, its answer and its audit line differ, got the reason %q", answer.Reason)
	}
	return answer, nil
}

// route returns the table's route for a request. A REST API serves what has no
// route of its own by that of ANY; an HTTP API tells which matched.
func (e *Explainer) route(request Request) string {
	if _, known := e.table.Rule(request.Route); known || e.kind != event.REST {
		return request.Route
	}
	route, err := access.ParseRoute(request.Route)
	if err != nil {
		return request.Route
	}
	any := "ANY " + route.Path()
	if _, known := e.table.Rule(any); known {
		return any
	}
	return request.Route
}

// public answers for a route that API Gateway serves without its authorizer.
func (e *Explainer) public(request Request) Answer {
	route := e.route(request)
	reason := access.Decide(e.table, route, nil, e.now).Reason
	return Answer{
		Decision: audit.DecisionOf(reason), Status: reason.Status(), Reason: reason,
		Detail: "the route is public: API Gateway lets everybody through and does not ask the authorizer",
		API:    string(e.kind), Route: route, Path: audit.Clean(request.pathOrInstance()), Table: e.table.Digest(),
	}
}

// lastDecision reads the audit line of one evaluation; a fault line may stand
// before it.
func lastDecision(log []byte) (Answer, error) {
	for line := range bytes.Lines(log) {
		var decision struct {
			Kind string `json:"scopeway"`
			Answer
		}
		if err := json.Unmarshal(line, &decision); err != nil || decision.Kind != "decision" {
			continue
		}
		answer := decision.Answer
		for _, text := range []*string{
			&answer.Detail, &answer.Route, &answer.Path, &answer.Issuer, &answer.Subject,
			&answer.ClientID, &answer.Scope, &answer.TokenID, &answer.KeyID,
		} {
			*text = audit.Visible(*text)
		}
		return answer, nil
	}
	return Answer{}, fmt.Errorf("authorizer, it wrote no audit line")
}
