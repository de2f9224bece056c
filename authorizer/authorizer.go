package authorizer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/token"
)

// Config is what an [Authorizer] is made of.
type Config struct {
	// Table is what is allowed. Mandatory, with at least one route.
	Table *access.Table
	// Issuers are who is trusted. At least one is mandatory.
	Issuers []token.Issuer
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Out takes the audit lines, one Write each; nil means os.Stdout. A line
	// that cannot be written is an evaluation that lets nobody through.
	Out io.Writer
	// NewID makes the decision ids; nil means 128 random bits.
	NewID func() string
}

// Authorizer answers API Gateway's questions. It is safe for concurrent use.
type Authorizer struct {
	table    *access.Table
	verifier *token.Verifier // nil: the configuration cannot be used
	now      func() time.Time
	newID    func() string

	mu  sync.Mutex // one line at a time
	out io.Writer
}

// New returns an authorizer. It refuses a configuration without a table,
// without an issuer, or with an issuer that leaves out what keeps it safe
// ([token.NewVerifier]). It fetches no keys.
func New(config Config) (*Authorizer, error) {
	a := unusable(config)
	if err := a.use(config.Table, config.Issuers); err != nil {
		return nil, err
	}
	return a, nil
}

// use makes an unusable authorizer answer by this table and these issuers, unless
// they cannot be used. It must not be answering yet; it may be reporting.
func (a *Authorizer) use(table *access.Table, issuers []token.Issuer) error {
	switch {
	case table == nil:
		return errors.New("table, is missing, got nil, give the table that access.Compile returned")
	case len(table.Routes()) == 0:
		return errors.New("table, has no routes, declare at least one")
	case len(issuers) == 0:
		return errors.New("issuers, is empty, name at least one issuer to trust")
	}
	verifier, err := token.NewVerifier(issuers, token.Known{
		Scopes: table.Scopes(),
		Roles:  table.Roles(),
		Groups: table.Groups(),
		Claims: table.Claims(),
	}, a.now)
	if err != nil {
		return fmt.Errorf("issuers, %w", err)
	}
	a.table, a.verifier = table, verifier
	return nil
}

// unusable returns an authorizer that answers every event with an error.
func unusable(config Config) *Authorizer {
	a := &Authorizer{now: config.Now, newID: config.NewID, out: config.Out}
	if a.now == nil {
		a.now = time.Now
	}
	if a.newID == nil {
		a.newID = newID
	}
	if a.out == nil {
		a.out = os.Stdout
	}
	return a
}

// errUnauthorized makes a REST API answer 401. The gateway looks for exactly
// this message.
var errUnauthorized = errors.New("Unauthorized")

// Handle answers one event and writes one audit line. A verdict is an answer,
// yes or no; for a REST API a no that another token could turn into a yes (a
// reason with the status 401) is the error "Unauthorized", which the gateway
// answers with 401. So is a path that is not canonical for both kinds of API,
// because the gateway keeps no errors; an HTTP API may answer it with 500. Where
// there is no verdict the error says so and names the decision id, nothing more:
// the gateway may show it to nobody, but it is not ours to hold. It waits for keys
// no longer than ctx allows.
func (a *Authorizer) Handle(ctx context.Context, raw json.RawMessage) (answer event.Answer, err error) {
	line := audit.Line{DecisionID: a.newID()}
	defer func() {
		if value := recover(); value != nil {
			answer, err = event.Answer{}, noDecision(line.DecisionID)
			a.reportBroken(value, line.DecisionID)
		}
	}()
	v := a.evaluate(ctx, raw, &line)
	line.Time = a.now()
	if err := a.write(func(out io.Writer) error { return audit.Write(out, line) }); err != nil {
		return event.Answer{}, noDecision(line.DecisionID)
	}
	decision := audit.DecisionOf(line.Reason)
	switch {
	case decision == audit.Deny && line.Reason == access.PathNotCanonical:
		// An answer would be kept for the token and the route, and then refuse
		// the canonical paths of everybody who has that token.
		return event.Answer{}, errUnauthorized
	case v.kind == event.REST && decision == audit.Deny && line.Reason.Status() == 401:
		return event.Answer{}, errUnauthorized
	case v.kind == event.REST && v.resource == "":
		return event.Answer{}, noDecision(line.DecisionID)
	case decision == audit.Allow && v.told != nil:
		return event.Answer{IsAuthorized: true, Context: *v.told, Resource: v.resource}, nil
	case decision == audit.Deny:
		return event.Answer{Context: event.Context{DecisionID: line.DecisionID}, Resource: v.resource}, nil
	default:
		return event.Answer{}, noDecision(line.DecisionID)
	}
}

// noDecision is the error for everything that is not a verdict.
func noDecision(id string) error {
	return fmt.Errorf("internal error, decision %s", id)
}

func (a *Authorizer) write(line func(io.Writer) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return line(a.out)
}
