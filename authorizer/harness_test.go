package authorizer_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/token"
)

// request is what a client asks; the zero parts are those of GET /orders/17.
type request struct {
	route, path   string
	method        string // on a REST API; "" for the route's
	authorization string
	more          map[string]string // further headers
}

func (r request) event(t testing.TB) []byte {
	t.Helper()
	if r.route == "" {
		r.route = "GET /orders/{id}"
	}
	if r.path == "" {
		r.path = "/orders/17"
	}
	method, _, _ := strings.Cut(r.route, " ")
	headers := map[string]string{"host": "abcdef1234.execute-api.us-east-1.amazonaws.com", "x-forwarded-for": "198.51.100.9"}
	e := map[string]any{
		"version": "2.0", "type": "REQUEST", "routeKey": r.route, "rawPath": r.path, "headers": headers,
		"requestContext": map[string]any{
			"apiId": "abcdef1234", "requestId": "JKJaXmPLvHcESHA=", "routeKey": r.route, "stage": "$default",
			"http": map[string]any{"method": method, "path": r.path, "sourceIp": "203.0.113.7"},
		},
	}
	if r.authorization != "" {
		headers["authorization"] = r.authorization
		e["identitySource"] = []string{r.authorization, r.route}
	}
	for name, value := range r.more {
		headers[name] = value
	}
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// restEvent is the same request as a REST API tells of it. The route is that of
// the table; its method may be another one that ANY takes.
func (r request) restEvent(t testing.TB) []byte {
	t.Helper()
	if r.route == "" {
		r.route = "GET /orders/{id}"
	}
	if r.path == "" {
		r.path = "/orders/17"
	}
	method, resource, _ := strings.Cut(r.route, " ")
	if r.method != "" {
		method = r.method
	}
	headers := map[string]string{"Host": "abcdef1234.execute-api.us-east-1.amazonaws.com", "X-Forwarded-For": "198.51.100.9"}
	if r.authorization != "" {
		headers["Authorization"] = r.authorization
	}
	for name, value := range r.more {
		headers[name] = value
	}
	multi := map[string][]string{}
	for name, value := range headers {
		multi[name] = []string{value}
	}
	raw, err := json.Marshal(map[string]any{
		"type": "REQUEST", "methodArn": restStage + "/" + method + r.path,
		"resource": resource, "path": r.path, "httpMethod": method, "headers": headers, "multiValueHeaders": multi,
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "abcdef1234", "stage": "prod", "requestId": "deef4878-7910-11e6-8f14-25afc3e9ae33",
			"resourcePath": resource, "httpMethod": method, "path": "/prod" + r.path,
			"identity": map[string]any{"sourceIp": "203.0.113.7"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// restStage is what the ARNs of the REST API's methods begin with.
const restStage = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod"

// outcome is everything that can be seen of one evaluation.
type outcome struct {
	answer event.Answer
	err    error
	line   audit.Line
	faults []audit.Fault
	output string
}

// subject is an authorizer under test and what it writes.
type subject struct {
	*authorizer.Authorizer
	output bytes.Buffer
}

func newSubject(t testing.TB, issuers ...token.Issuer) *subject {
	t.Helper()
	s := &subject{}
	a, err := authorizer.New(authorizer.Config{Table: testTable(t), Issuers: issuers, Out: &s.output})
	if err != nil {
		t.Fatal(err)
	}
	s.Authorizer = a
	return s
}

func (s *subject) handle(t testing.TB, raw []byte) outcome {
	t.Helper()
	s.output.Reset()
	var o outcome
	o.answer, o.err = s.Handle(t.Context(), raw)
	o.output = s.output.String()
	o.line, o.faults = readOutput(t, o.output)
	return o
}

// readOutput reads what one evaluation has written: one audit line, and
// faults.
func readOutput(t testing.TB, output string) (line audit.Line, faults []audit.Fault) {
	t.Helper()
	lines := 0
	for text := range strings.Lines(output) {
		var kind struct {
			Kind string `json:"scopeway"`
		}
		var fault audit.Fault
		if err := json.Unmarshal([]byte(text), &kind); err != nil {
			t.Fatalf("line %q is not JSON: %v", text, err)
		}
		switch kind.Kind {
		case "decision":
			lines++
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatal(err)
			}
		case "fault":
			if err := json.Unmarshal([]byte(text), &fault); err != nil {
				t.Fatal(err)
			}
			faults = append(faults, fault)
		default:
			t.Errorf("line %q is of no known kind", text)
		}
	}
	if lines != 1 {
		t.Errorf("output has %d audit lines, want 1:\n%s", lines, output)
	}
	return line, faults
}

// check compares the outcome with a reason and what follows from it.
func (o outcome) check(t *testing.T, want access.Reason) {
	t.Helper()
	if o.line.Reason != want {
		t.Errorf("reason = %q (%s), want %q", o.line.Reason, o.line.Detail, want)
	}
	if len(o.line.DecisionID) != 32 {
		t.Errorf("decision id %q, want 32 characters", o.line.DecisionID)
	}
	switch status := want.Status(); {
	case status == 200:
		if o.err != nil || !o.answer.IsAuthorized || o.line.Decision != audit.Allow {
			t.Errorf("answer = %+v, %v, decision %q, want a yes", o.answer, o.err, o.line.Decision)
		}
	case want == access.PathNotCanonical: // an answer would be kept for other paths
		if o.err == nil || o.err.Error() != "Unauthorized" || o.answer != (event.Answer{}) || o.line.Decision != audit.Deny {
			t.Errorf("answer = %+v, %v, decision %q, want the error Unauthorized", o.answer, o.err, o.line.Decision)
		}
	case status < 500:
		only := event.Answer{Context: event.Context{DecisionID: o.line.DecisionID}}
		if o.err != nil || o.answer != only || o.line.Decision != audit.Deny {
			t.Errorf("answer = %+v, %v, decision %q, want a no that has the decision id and nothing else", o.answer, o.err, o.line.Decision)
		}
	default:
		if o.err == nil || o.err.Error() != "internal error, decision "+o.line.DecisionID || o.answer != (event.Answer{}) || o.line.Decision != audit.Error {
			t.Errorf("answer = %+v, %v, decision %q, want an error that has the decision id and nothing else", o.answer, o.err, o.line.Decision)
		}
	}
	if want != access.Allowed && want != access.PublicRoute && want != access.ScopeMissing && want != access.ClaimUnmet && o.line.Verified != (audit.Verified{}) {
		t.Errorf("audit line has %+v outside of claimed", o.line.Verified)
	}
}

// checkNoToken fails when a piece of the token can be found in what was
// written or answered.
func (o outcome) checkNoToken(t *testing.T, authorization string) {
	t.Helper()
	const piece = 12
	for i := 0; i+piece <= len(authorization); i++ {
		if strings.Contains(o.output, authorization[i:i+piece]) || o.err != nil && strings.Contains(o.err.Error(), authorization[i:i+piece]) {
			t.Fatalf("output shows %q of the Authorization header:\n%s%v", authorization[i:i+piece], o.output, o.err)
		}
	}
}
