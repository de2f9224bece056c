package authorizer

import (
	"context"
	"errors"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/token"
)

// margin is what is left of the function's time when the wait for keys ends,
// so that the audit line is written before Lambda stops the process.
const margin = 250 * time.Millisecond

// A verdict is what an answer takes beside the audit line. The zero verdict is
// none: nobody passes.
type verdict struct {
	kind     event.Kind
	resource string         // of the policy, for a REST API
	told     *event.Context // what the backend is told; nil: nobody passes
}

// evaluate comes to a decision and notes it in the line. A panic is an error
// like all others: never a yes, and never the end of the process.
func (a *Authorizer) evaluate(ctx context.Context, raw []byte, line *audit.Line) (v verdict) {
	line.Reason = access.Internal
	defer func() {
		if value := recover(); value != nil {
			v, line.Reason, line.Detail = verdict{}, access.Internal, ""
			a.reportPanic(value, line.DecisionID)
		}
	}()

	request, err := event.Decode(raw)
	if request != nil {
		describe(request, line)
	}
	if a.verifier == nil {
		line.Reason = access.Misconfigured
		line.Detail = "the configuration cannot be used: the fault line at the start of this process says why"
		return verdict{}
	}
	line.Table = a.table.Digest()
	if err != nil {
		refuse(err, line)
		return verdict{}
	}
	return a.decide(ctx, request, line)
}

// decide looks at the cheap and certain things first: no key is looked for on
// behalf of a request that could not pass anyway.
func (a *Authorizer) decide(ctx context.Context, request *event.Request, line *audit.Line) verdict {
	v := verdict{kind: request.Kind}
	route, known := a.route(request)
	var err error
	if v.resource, err = request.PolicyResource(route); err != nil {
		refuse(err, line)
		return v
	}
	if !known {
		line.Reason = access.RouteUnknown
		return v
	}
	line.Route = route
	if err := request.CheckPath(); err != nil {
		refuse(err, line)
		return v
	}
	raw, err := request.Credentials()
	if err != nil {
		refuse(err, line)
		return v
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-margin))
		defer cancel()
	}
	verified, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		refuse(err, line)
		return v
	}
	v.told = a.judge(route, verified, line)
	return v
}

// route returns the key under which the table has the request's route.
func (a *Authorizer) route(request *event.Request) (key string, known bool) {
	for _, key := range request.RouteKeys() {
		if _, known := a.table.Rule(key); known {
			return key, true
		}
	}
	return "", false
}

// judge decides whether a verified token may pass on the route, by the very key
// that was found. It returns what the backend is told if it may, and nil
// otherwise.
func (a *Authorizer) judge(route string, verified *token.Verified, line *audit.Line) *event.Context {
	caller := verified.Caller()
	line.Verified = audit.Verified{
		Issuer:    caller.Issuer,
		Subject:   caller.Subject,
		ClientID:  caller.ClientID,
		Scope:     verified.Scope(),
		TokenID:   verified.TokenID(),
		KeyID:     verified.KeyID(),
		ExpiresAt: caller.ExpiresAt.Unix(),
	}
	decision := access.Decide(a.table, route, caller, a.now())
	line.Reason, line.Unmet = decision.Reason, decision.Unmet
	for _, scope := range decision.Missing {
		line.Missing = append(line.Missing, scope.String())
	}
	// Allowed and the reason say the same; should they ever differ, nobody
	// passes.
	if decision.Allowed != (decision.Reason.Status() == 200) {
		line.Reason = access.Internal
	}
	if !decision.Allowed || line.Reason == access.Internal {
		return nil
	}
	told, err := tell(caller, line.Table, line.DecisionID)
	if err != nil {
		refuse(err, line)
		return nil
	}
	return told
}

// describe notes what the gateway says about the request.
func describe(request *event.Request, line *audit.Line) {
	line.Route, line.Method, line.Path = request.RouteKey, request.Method, request.RawPath
	line.SourceIP, line.RequestID = request.SourceIP, request.RequestID
	line.API, line.APIID, line.Stage = string(request.Kind), request.APIID, request.Stage
}

// refuse notes why an event or a token was refused.
func refuse(err error, line *audit.Line) {
	var ofEvent *event.Error
	var ofToken *token.Error
	switch {
	case errors.As(err, &ofEvent):
		line.Reason, line.Detail = ofEvent.Reason, ofEvent.Detail
	case errors.As(err, &ofToken):
		line.Reason, line.Detail = ofToken.Reason, ofToken.Detail
		// What a key set says about itself: where it is and what is wrong
		// with it, which somebody has to repair. It quotes no answer.
		if cause := errors.Unwrap(ofToken); cause != nil {
			line.Detail += ": " + cause.Error()
		}
		line.LooksLike = ofToken.Looks
		line.Claimed = &audit.Claimed{
			Issuer:    ofToken.Claimed.Issuer,
			Subject:   ofToken.Claimed.Subject,
			ClientID:  ofToken.Claimed.ClientID,
			KeyID:     ofToken.Claimed.KeyID,
			Algorithm: ofToken.Claimed.Algorithm,
		}
	default:
		line.Reason = access.Internal
	}
	// An error never lets anybody through, whatever it calls itself.
	if line.Reason.Status() == 200 {
		line.Reason = access.Internal
	}
}
