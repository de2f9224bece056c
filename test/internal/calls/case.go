// Package calls are the requests that the demo shows and the deploy tests
// prove: each with who sends it, what must come back, and why.
package calls

import (
	"context"
	"fmt"

	"github.com/scopeway/scopeway/access"
)

// Case is one request. The cases of a [World] must run in their order: later
// ones rely on answers that earlier ones left in the gateway's cache.
type Case struct {
	// Name is a sentence.
	Name string
	// Part says to what the case belongs, for headings.
	Part string
	// Request, Caller and Expected are the columns of the demo's table.
	Request, Caller, Expected string

	run func(context.Context) (got string, err error)
}

// Result is what became of a case.
type Result struct {
	// Got is to be compared with [Case.Expected].
	Got string
	// Err says what differs although Got may be as expected: the answer's
	// body, the caller that the backend saw, the audit line.
	Err error
}

// Run sends the request and looks at everything that came of it.
func (c Case) Run(ctx context.Context) Result {
	got, err := c.run(ctx)
	if err == nil && got != c.Expected {
		err = fmt.Errorf("%s by %s = %s, want %s", c.Request, c.Caller, got, c.Expected)
	}
	return Result{Got: got, Err: err}
}

// outcome puts a status and the authorizer's reason into words. Without a
// reason the authorizer was not asked: the gateway answered by itself, or from
// its cache.
func outcome(status int, reason access.Reason) string {
	if reason == access.Undecided {
		return fmt.Sprintf("%d, not asked", status)
	}
	return fmt.Sprintf("%d, %s", status, reason)
}
