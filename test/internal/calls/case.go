// Package calls are the requests that the demo shows and the deploy tests
// prove: each with who sends it, what must come back from an HTTP API and from a
// REST API, and why.
package calls

import (
	"context"
	"fmt"
)

// Case is one request, sent to an HTTP API and to a REST API with the same
// rules. The cases of a [World] must run in their order: later ones rely on
// answers that earlier ones left in the gateway's cache.
type Case struct {
	// Name is a sentence.
	Name string
	// Part says to what the case belongs, for headings.
	Part string
	// Request and Caller say what is sent and by whom.
	Request, Caller string
	// Expected is what must come back.
	Expected Answers

	run func(context.Context) (Answers, error)
}

// Answers are what came of a request, in words.
type Answers struct {
	// HTTP and REST are the statuses that the APIs of the two kinds answered,
	// with [NotAsked] where the authorizer was not asked.
	HTTP, REST string
	// Reason is the authorizer's, or that of who refused instead of it. Where it
	// was asked by one API only, its reason there.
	Reason string
}

// NotAsked marks a status that the gateway gave by itself or from its cache.
const NotAsked = "*"

// none stands in Answers for what there is not.
const none = "–"

// Result is what became of a case.
type Result struct {
	// Got is to be compared with [Case.Expected].
	Got Answers
	// Err says what differs although Got may be as expected: the answer's
	// body, the caller that the backend saw, the audit line.
	Err error
}

// Run sends the request and looks at everything that came of it.
func (c Case) Run(ctx context.Context) Result {
	got, err := c.run(ctx)
	if err == nil && got != c.Expected {
		err = fmt.Errorf("%s by %s = %v, want %v", c.Request, c.Caller, got, c.Expected)
	}
	return Result{Got: got, Err: err}
}

// String reads "401*, REST 401, token_missing".
func (a Answers) String() string {
	return fmt.Sprintf("HTTP %s, REST %s, %s", a.HTTP, a.REST, a.Reason)
}
