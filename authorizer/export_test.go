package authorizer

import (
	"context"
	"encoding/json"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
)

// Load is what Start does before it hands over to the Lambda runtime.
func Load(ctx context.Context, config Config, getenv func(string) string) *Authorizer {
	return load(ctx, config, getenv)
}

// Invoke is what the Lambda runtime calls.
func (a *Authorizer) Invoke(ctx context.Context, payload json.RawMessage) ([]byte, error) {
	return handler{a}.Invoke(ctx, payload)
}

// Decide is the way from a decoded event to the decision.
func (a *Authorizer) Decide(ctx context.Context, request *event.Request) access.Reason {
	line := audit.Line{Table: a.table.Digest(), DecisionID: "a-decision"}
	a.decide(ctx, request, &line)
	return line.Reason
}
