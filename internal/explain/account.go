package explain

import (
	"context"
	"slices"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/token"
)

// Outcome is what became of one check.
type Outcome string

// The outcomes.
const (
	Passed      Outcome = "passed"
	Failed      Outcome = "failed"
	NotLookedAt Outcome = "not_looked_at"
)

// Step is one check, in the order of the authorizer.
type Step struct {
	Check   string  `json:"check"`
	Outcome Outcome `json:"outcome"`
	// Wanted and Got are not there for what was not looked at.
	Wanted string `json:"wanted,omitempty"`
	Got    string `json:"got,omitempty"`
	// Change is what to do about a check that failed.
	Change string `json:"change,omitempty"`
}

// Account is an answer with everything that led to it.
type Account struct {
	Answer
	// Identity is the name of the identity whose issuer the token names.
	Identity string `json:"identity,omitempty"`
	Steps    []Step `json:"steps,omitempty"`
	// Rule is the route's rule held against the caller; against nobody where the
	// token did not get that far.
	Rule *access.Outcome `json:"rule,omitempty"`

	kind event.Kind
}

// Account asks the engine about a request and tells how it came to its answer.
// Its error is that of [Explainer.Answer].
func (e *Explainer) Account(ctx context.Context, request Request) (Account, error) {
	answer, err := e.Answer(ctx, request)
	if err != nil {
		return Account{}, err
	}
	account := Account{Answer: answer, kind: e.kind}
	rule, known := e.table.Rule(e.route(request))
	if known && rule.IsPublic() {
		outcome := rule.Outcome(nil)
		account.Rule = &outcome
		return account, nil
	}
	f := facts{answer: answer, request: request, table: e.table, identities: e.identities, files: e.files, now: e.now, kind: e.kind}
	f.read(e.credentials(request))
	if f.identity != nil {
		account.Identity = f.identity.Name
	}
	if known {
		outcome := rule.Outcome(e.caller(ctx, f.raw, answer))
		account.Rule, f.outcome = &outcome, outcome
	}
	failed := len(checks)
	if answer.Reason != access.Allowed {
		failed = failedCheck(answer)
	}
	for n, c := range checks {
		step := Step{Check: c.name, Outcome: NotLookedAt}
		if n <= failed {
			step.Outcome = Passed
			step.Wanted, step.Got = c.tell(&f)
		}
		if n == failed {
			step.Outcome = Failed
			step.Change = change(answer.Reason, &f)
			if step.Got == "" {
				step.Got = answer.Detail
			}
		}
		account.Steps = append(account.Steps, step)
	}
	return account, nil
}

// credentials returns the token as the authorizer finds it, "" where it finds
// none.
func (e *Explainer) credentials(request Request) string {
	raw, err := e.event(request)
	if err != nil {
		return ""
	}
	decoded, err := event.Decode(raw)
	if err != nil {
		return ""
	}
	credentials, err := decoded.Credentials()
	if err != nil {
		return ""
	}
	return credentials
}

// caller returns the caller of a token that the engine has verified. An audit
// line does not hold all of it, so the token is verified once more.
func (e *Explainer) caller(ctx context.Context, raw string, answer Answer) *access.Caller {
	if answer.Issuer == "" { // the audit line tells of no verified token
		return nil
	}
	verified, err := e.verifier.Verify(ctx, raw)
	if err != nil {
		return nil
	}
	return verified.Caller()
}

// facts are what the steps are told from.
type facts struct {
	answer     Answer
	request    Request
	table      *access.Table
	identities []authorizer.Identity
	files      map[string][]byte // key sets that were given, by the identity's name
	outcome    access.Outcome    // the rule held against the caller
	now        time.Time
	kind       event.Kind

	raw      string // the token
	says     token.Unverified
	identity *authorizer.Identity // whose issuer the token names; nil for none
}

func (f *facts) read(raw string) {
	f.raw, f.says = raw, token.ReadUnverified(raw)
	if f.answer.Reason == access.IssuerUnknown || f.says.Issuer == "" {
		return
	}
	n := slices.IndexFunc(f.identities, func(i authorizer.Identity) bool { return token.SaysIssuer(raw, i.Issuer) })
	if n >= 0 {
		f.identity = &f.identities[n]
	}
}

// trusted returns the identity that the token names; an empty one for none, so
// that a step can be told all the same.
func (f *facts) trusted() authorizer.Identity {
	if f.identity == nil {
		return authorizer.Identity{}
	}
	return *f.identity
}

// failedCheck returns which check refused.
func failedCheck(answer Answer) int {
	if answer.Reason == access.ClaimMalformed && answer.Issuer != "" {
		return len(checks) - 1 // the token was good, and its caller too long to pass on
	}
	return slices.IndexFunc(checks, func(c check) bool { return slices.Contains(c.reasons, answer.Reason) })
}
