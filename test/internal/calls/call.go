package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// call is a request to an API and all that must come of it.
type call struct {
	name   string
	to     api
	method string
	path   string
	// caller says who calls, as the demo's table shows it.
	caller string
	// authorization makes the value of the header; nil sends none.
	authorization credentials

	status int
	// reason is the authorizer's; Undecided: it must not be asked.
	reason access.Reason
	// route is the route the gateway matches, if any.
	route string
	// clientID is the client that the backend must be told of; empty: it must
	// be told of nobody.
	clientID string
	// body is the whole answer, where it matters.
	body string
}

// credentials make the value of an Authorization header.
type credentials func(context.Context) (string, error)

func (w *World) toCase(c call) Case {
	if c.to.stage != "" {
		c = c.onREST()
	}
	return Case{
		Name:     c.name,
		Request:  c.method + " " + c.path,
		Caller:   c.caller,
		Expected: outcome(c.status, c.reason),
		run:      func(ctx context.Context) (string, error) { return w.send(ctx, c) },
	}
}

func (w *World) send(ctx context.Context, c call) (string, error) {
	authorization := ""
	if c.authorization != nil {
		var err error
		if authorization, err = c.authorization(ctx); err != nil {
			return "no token", err
		}
	}
	request := localcloud.Request{API: c.to.id, Stage: c.to.stage, Method: c.method, Path: c.path, Header: http.Header{}}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	answer, err := w.cloud.Send(ctx, request)
	if err != nil {
		return "no answer", err
	}
	status, body := answer.Status, answer.Body
	wanted := 1
	if c.reason == access.Undecided {
		wanted = 0
	}
	lines, err := w.newLines(ctx, c.to, wanted)
	if err != nil {
		return outcome(status, access.Undecided), err
	}
	got := outcome(status, access.Undecided)
	if len(lines) > 0 {
		got = outcome(status, lines[0].Reason)
	}
	if got != c.expected() {
		return got, nil
	}
	if len(lines) != wanted {
		return got, fmt.Errorf("%d audit lines for one request, want %d", len(lines), wanted)
	}
	for _, line := range lines {
		err = errors.Join(err, c.checkLine(line))
	}
	if status == 200 {
		err = errors.Join(err, w.checkBackend(c, body, lines))
	} else if strings.Contains(string(body), string(c.reason)) && c.reason != access.Undecided {
		err = errors.Join(err, errors.New("answer tells the caller the reason"))
	}
	return got, err
}

func (c call) expected() string { return outcome(c.status, c.reason) }

// checkLine compares the audit line with what was sent.
func (c call) checkLine(line audit.Line) error {
	var errs []error
	for _, member := range []struct{ name, got, want string }{
		{"route", line.Route, c.route},
		{"method", line.Method, c.method},
		{"path", line.Path, c.path},
		{"api_id", line.APIID, c.to.id},
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
	if line.RequestID == "" && c.to.stage == "" {
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

// checkBackend compares what the backend answered: which route it was asked
// on, and what the authorizer told it about the caller.
func (w *World) checkBackend(c call, body []byte, lines []audit.Line) error {
	if c.body != "" && string(body) != c.body {
		return fmt.Errorf("body is %s, want %s", body, c.body)
	}
	var answer struct {
		Route  string `json:"route"`
		Caller *struct {
			ClientID   string `json:"client_id"`
			Subject    string `json:"sub"`
			Issuer     string `json:"iss"`
			Scope      string `json:"scope"`
			Table      string `json:"table"`
			ExpiresAt  int64  `json:"exp"`
			DecisionID string `json:"decision_id"`
		} `json:"caller"`
	}
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
	if answer.Caller == nil || answer.Caller.ClientID != c.clientID {
		return fmt.Errorf("backend was told of the caller %+v, want client %q", answer.Caller, c.clientID)
	}
	// From the cache the backend gets the decision that was made for the same
	// token on the same route before.
	decision := slices.IndexFunc(w.lines, func(line audit.Line) bool { return line.DecisionID == answer.Caller.DecisionID })
	if decision < 0 || len(lines) == 1 && lines[0].DecisionID != answer.Caller.DecisionID {
		return fmt.Errorf("backend was given decision %q, which is not the audit line's", answer.Caller.DecisionID)
	}
	line, told := w.lines[decision], *answer.Caller
	if line.Route != c.route || line.ClientID != told.ClientID || line.Subject != told.Subject || line.Issuer != told.Issuer ||
		!granted(told.Scope, line.Scope) || line.Table != told.Table || line.ExpiresAt != told.ExpiresAt {
		return fmt.Errorf("backend was told of %+v, the audit line says %+v", told, line)
	}
	return nil
}

// granted reports whether the scopes that a backend was told of, in full
// spelling, are all in the token's scope claim, in full or by their bare names.
func granted(told, claim string) bool {
	words := strings.Fields(claim)
	for _, scope := range strings.Fields(told) {
		_, name, full := strings.Cut(scope, "/")
		if !full || !slices.Contains(words, scope) && !slices.Contains(words, name) {
			return false
		}
	}
	return told != ""
}
