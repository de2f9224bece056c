package calls

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/caller"
)

// checkLine compares an API's audit line with what was sent.
func (c call) checkLine(to api, line audit.Line) error {
	var errs []error
	for _, member := range []struct{ name, got, want string }{
		{"reason", string(line.Reason), string(c.reason)},
		{"route", line.Route, c.route},
		{"method", line.Method, c.method},
		{"path", line.Path, c.path},
		{"api", line.API, to.kind()},
		{"api_id", line.APIID, to.id},
		{"source_ip", line.SourceIP, "127.0.0.1"},
	} {
		if member.got != member.want {
			errs = append(errs, fmt.Errorf("audit line has %s %q, want %q", member.name, member.got, member.want))
		}
	}
	if line.DecisionID == "" || line.Table == "" || line.Time.IsZero() {
		errs = append(errs, errors.New("audit line lacks its decision id, table or time"))
	}
	// The local cloud gives a REST API's authorizer no request id.
	if line.RequestID == "" && !to.isREST() {
		errs = append(errs, errors.New("audit line lacks its request id"))
	}
	if line.Status != c.reason.Status() {
		errs = append(errs, fmt.Errorf("audit line has status %d, want %d", line.Status, c.reason.Status()))
	}
	verified := c.reason == access.Allowed || c.reason == access.ScopeMissing || c.reason == access.ClaimUnmet
	if verified != (line.ClientID != "") {
		errs = append(errs, fmt.Errorf("audit line has client_id %q for %s", line.ClientID, c.reason))
	}
	if verified && line.Claimed != nil {
		errs = append(errs, errors.New("audit line of a verified token has claims nobody vouches for"))
	}
	if missing := len(line.Missing) > 0; missing != (c.reason == access.ScopeMissing) {
		errs = append(errs, fmt.Errorf("audit line has missing %q for %s", line.Missing, c.reason))
	}
	return errors.Join(errs...)
}

// backendAnswer is what the backends of package stacks answer.
type backendAnswer struct {
	Route string `json:"route"`
	// Caller is the authorizer's context as the backend's event has it.
	Caller map[string]any `json:"caller"`
}

// told reads the caller from the event that the backend was given.
func (b backendAnswer) told(by api) (*caller.Caller, error) {
	if by.isREST() {
		var event events.APIGatewayProxyRequest
		event.RequestContext.Authorizer = b.Caller
		return caller.FromREST(event)
	}
	var event events.APIGatewayV2HTTPRequest
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: b.Caller}
	return caller.FromHTTP(event)
}

// checkBackend compares what the backend answered: which route it was asked
// on, and what the authorizer told it about the caller.
func (w *World) checkBackend(c call, to api, body []byte, lines []audit.Line) error {
	if c.body != "" && string(body) != c.body {
		return fmt.Errorf("body is %s, want %s", body, c.body)
	}
	var answer backendAnswer
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("body is not the backend's JSON: %w", err)
	}
	if answer.Route != c.route {
		return fmt.Errorf("backend was asked on route %q, want %q", answer.Route, c.route)
	}
	if c.clientID == "" {
		if answer.Caller != nil {
			return errors.New("backend was told of a caller on a public route")
		}
		return nil
	}
	told, err := answer.told(to)
	if err != nil {
		return fmt.Errorf("backend cannot read the caller: %w", err)
	}
	if told.ClientID != c.clientID {
		return fmt.Errorf("backend was told of client %q, want %q", told.ClientID, c.clientID)
	}
	// From the cache the backend gets the decision that was made for the same
	// token on the same route before.
	decision := slices.IndexFunc(w.lines, func(line audit.Line) bool { return line.DecisionID == told.DecisionID })
	if decision < 0 || len(lines) == 1 && lines[0].DecisionID != told.DecisionID {
		return fmt.Errorf("backend was given decision %q, which is not the audit line's", told.DecisionID)
	}
	line := w.lines[decision]
	if line.Route != c.route || line.ClientID != told.ClientID || line.Subject != told.Subject || line.Issuer != told.Issuer ||
		!granted(told.Scopes, line.Scope) || line.Table != told.Table || line.ExpiresAt != told.ExpiresAt.Unix() {
		return fmt.Errorf("backend was told of %+v, the audit line says %+v", *told, line)
	}
	return nil
}

// granted reports whether the scopes that a backend was told of are all in the
// token's scope claim, in full or by their bare names.
func granted(told []access.Scope, claim string) bool {
	words := strings.Fields(claim)
	for _, scope := range told {
		if !slices.Contains(words, scope.String()) && !slices.Contains(words, scope.Name()) {
			return false
		}
	}
	return len(told) > 0
}
