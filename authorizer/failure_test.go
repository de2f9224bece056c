package authorizer_test

import (
	"bytes"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

func TestHandleAnswersUnreadableEventsWithAnError(t *testing.T) {
	s := newSubject(t, newIssuer(t).trusted())
	for name, raw := range map[string]string{
		"garbage":                "good morning",
		"nothing":                "",
		"an event of a REST API": `{"type":"TOKEN","authorizationToken":"Bearer aGVhZGVy.cGF5bG9hZA.c2ln","methodArn":"arn:aws:execute-api:us-west-2:123456789012:ymy8tbxw7b/*/GET/"}`,
	} {
		t.Run(name, func(t *testing.T) {
			got := s.handle(t, []byte(raw))
			got.check(t, access.EventUnreadable)
			if got.line.Detail == "" || strings.Contains(got.output, "aGVhZGVy") {
				t.Errorf("audit line = %s", got.output)
			}
		})
	}
}

func TestHandleAnswersWithAnErrorWhenKeysCannotBeHad(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		cause  string
	}{
		{"the key server fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "502"},
		{"the key set is not JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>c2VjcmV0</html>") }, "is not strict JSON"},
		{"the key set has five megabytes", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte(" "), 5<<20)) }, "larger than 150 KB"},
		{"the key server redirects", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "302"},
		{"the key set has odd keys only", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"keys":[{"kty":"oct","k":"c2VjcmV0"},{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`)
		}, "no key that can be used"},
	} {
		t.Run(c.name, func(t *testing.T) {
			issuer := newIssuer(t)
			issuer.answer.Store(c.answer)
			bearer := "Bearer " + issuer.token()
			got := newSubject(t, issuer.trusted()).handle(t, request{authorization: bearer}.event(t))
			got.check(t, access.KeysUnavailable)
			got.checkNoToken(t, bearer)
			if !strings.Contains(got.line.Detail, c.cause) || !strings.Contains(got.line.Detail, issuer.front.URL) || strings.Contains(got.output, "c2VjcmV0") {
				t.Errorf("output = %s, want a detail with %q and the key set's address", got.output, c.cause)
			}
		})
	}
}

func TestHandleNamesTheKeysOfASetThatItCouldNotUse(t *testing.T) {
	issuer := newIssuer(t)
	odd := []byte(`{"keys":[{"kty":"EC","crv":"P-192","x":"AQAB","y":"AQAB"},`)
	set := bytes.Replace(issuer.keySet(), []byte(`{"keys":[`), odd, 1)
	issuer.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(set) }))
	got := newSubject(t, issuer.trusted()).handle(t, request{authorization: "Bearer " + issuer.token(header("kid", "k-2"))}.event(t))
	got.check(t, access.KeyUnknown)
	if !strings.Contains(got.line.Detail, "key 1 of 2") {
		t.Errorf("detail = %q, want it to name key 1 of 2", got.line.Detail)
	}
}

func TestHandleLeavesTimeToAnswerWhenKeysAreSlow(t *testing.T) {
	issuer := newIssuer(t)
	release := make(chan struct{})
	defer close(release)
	issuer.answer.Store(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	s := newSubject(t, issuer.trusted())
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	_, err := s.Handle(ctx, request{authorization: "Bearer " + issuer.token()}.event(t))
	if ctx.Err() != nil {
		t.Error("Handle used up all of the function's time")
	}
	if line, _ := readOutput(t, s.output.String()); err == nil || line.Reason != access.KeysUnavailable {
		t.Errorf("reason = %q, error %v, want %q", line.Reason, err, access.KeysUnavailable)
	}
}

// keysThat is a key set that does something of its own.
type keysThat func() (crypto.PublicKey, error)

func (k keysThat) Find(context.Context, string, keyset.Algorithm) (crypto.PublicKey, error) {
	return k()
}

func TestHandleTurnsAPanicIntoAnError(t *testing.T) {
	server := newIssuer(t)
	bearer := "Bearer " + server.token()
	for name, keys := range map[string]keysThat{
		"with the token as its value": func() (crypto.PublicKey, error) { panic(bearer) },
		"with an error that holds it": func() (crypto.PublicKey, error) { panic(errors.New(bearer)) },
		"of the runtime":              func() (crypto.PublicKey, error) { return []crypto.PublicKey{}[len(bearer)], nil },
		"of a nil":                    func() (crypto.PublicKey, error) { panic(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			issuer := server.trusted()
			issuer.Keys = keys
			got := newSubject(t, issuer).handle(t, request{authorization: bearer}.event(t))
			got.check(t, access.Internal)
			got.checkNoToken(t, bearer)
			if len(got.faults) != 1 || got.faults[0].DecisionID != got.line.DecisionID || !strings.HasPrefix(got.faults[0].Cause, "panic") {
				t.Fatalf("output = %s, want one fault", got.output)
			}
			if stack := strings.Join(got.faults[0].Stack, "\n"); !strings.Contains(stack, "failure_test.go:") || !strings.Contains(stack, "decide") {
				t.Errorf("stack does not lead from the panic to the authorizer:\n%s", stack)
			}
		})
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestHandleLetsNobodyPassWithoutAnAuditLine(t *testing.T) {
	issuer := newIssuer(t)
	a, err := authorizer.New(authorizer.Config{Table: testTable(t), Issuers: []token.Issuer{issuer.trusted()}, Out: fullDisk{}, NewID: func() string { return "4f0c" }})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Handle(t.Context(), request{authorization: "Bearer " + issuer.token()}.event(t))
	if err == nil || err.Error() != "internal error, decision 4f0c" || answer != (event.Answer{}) {
		t.Errorf("Handle = %+v, %v, want an error", answer, err)
	}
}

func TestHandleServesManyAtOnceAndMixesNoLines(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	events := [][]byte{
		request{authorization: "Bearer " + issuer.token()}.event(t),
		request{route: "POST /orders", path: "/orders", authorization: "Bearer " + issuer.token()}.event(t),
	}
	const each = 40
	var all sync.WaitGroup
	var allowed, denied sync.Map
	for i := range 2 * each {
		all.Go(func() {
			answer, err := s.Handle(t.Context(), events[i%2])
			if err != nil || answer.IsAuthorized != (i%2 == 0) {
				t.Errorf("Handle = %+v, %v", answer, err)
			}
			if answer.IsAuthorized {
				allowed.Store(answer.Context.DecisionID, true)
			} else {
				denied.Store(answer.Context.DecisionID, true)
			}
		})
	}
	all.Wait()
	lines := 0
	for text := range strings.Lines(s.output.String()) {
		lines++
		var line audit.Line
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("line %q is not JSON: %v", text, err)
		}
		ids := &denied
		if line.Decision == audit.Allow {
			ids = &allowed
		}
		if _, known := ids.LoadAndDelete(line.DecisionID); !known {
			t.Errorf("line %q belongs to no answer", text)
		}
	}
	if lines != 2*each {
		t.Errorf("%d lines for %d evaluations", lines, 2*each)
	}
}
