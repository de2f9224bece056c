package calls

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// call is a request to an API of each kind and all that must come of it.
type call struct {
	name   string
	to     pair
	method string
	path   string
	// caller says who calls, as the demo's table shows it.
	caller string
	// authorization makes the value of the header; nil sends none.
	authorization credentials

	// reason is the authorizer's; Undecided: it must not be asked, and status is
	// the answer's.
	reason access.Reason
	status int
	// alone says that an HTTP API answers as the authorizer would, but without
	// asking it: there is no token, or the answer is in the cache.
	alone bool
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
	return Case{
		Name:     c.name,
		Request:  c.method + " " + c.path,
		Caller:   c.caller,
		Expected: Answers{HTTP: c.expected(c.to.http), REST: c.expected(c.to.rest), Reason: reasonText(c.reason)},
		run:      func(ctx context.Context) (Answers, error) { return w.sendBoth(ctx, c) },
	}
}

// expected is how the answer of an API must read.
func (c call) expected(to api) string {
	return statusText(c.statusOf(to), c.reason == access.Undecided || c.asks(to))
}

func statusText(status int, asked bool) string {
	if !asked {
		return strconv.Itoa(status) + NotAsked
	}
	return strconv.Itoa(status)
}

func reasonText(reason access.Reason) string {
	if reason == access.Undecided {
		return none
	}
	return string(reason)
}

// sendBoth sends a request to both APIs. They have the same table, so they must
// say the same.
func (w *World) sendBoth(ctx context.Context, c call) (Answers, error) {
	got := Answers{HTTP: none, REST: none, Reason: none}
	authorization := ""
	if c.authorization != nil {
		var err error
		if authorization, err = c.authorization(ctx); err != nil {
			return got, err
		}
	}
	var http, rest *audit.Line
	var errHTTP, errREST error
	got.HTTP, http, errHTTP = w.send(ctx, c, c.to.http, authorization)
	got.REST, rest, errREST = w.send(ctx, c, c.to.rest, authorization)
	err := errors.Join(prefixed("HTTP API", errHTTP), prefixed("REST API", errREST))
	switch {
	case http != nil && rest != nil:
		got.Reason = reasonText(http.Reason)
		if rest.Reason != http.Reason {
			got.Reason += ", on REST " + reasonText(rest.Reason)
		}
		if rest.Table != http.Table {
			err = errors.Join(err, fmt.Errorf("tables are %q on HTTP and %q on REST, want one", http.Table, rest.Table))
		}
	case http != nil:
		got.Reason = reasonText(http.Reason)
	case rest != nil:
		got.Reason = reasonText(rest.Reason)
	}
	return got, err
}

func prefixed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// send sends a request to one API, and returns the answer in words and the
// audit line, if there is one.
func (w *World) send(ctx context.Context, c call, to api, authorization string) (string, *audit.Line, error) {
	request := localcloud.Request{API: to.id, Stage: to.stage, Method: c.method, Path: c.path, Header: http.Header{}}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	answer, err := w.cloud.Send(ctx, request)
	if err != nil {
		return none, nil, err
	}
	wanted := 0
	if c.asks(to) {
		wanted = 1
	}
	lines, err := w.newLines(ctx, to, wanted)
	got := statusText(answer.Status, c.reason == access.Undecided || len(lines) > 0)
	if err != nil {
		return got, nil, err
	}
	if len(lines) != wanted {
		err = fmt.Errorf("%d audit lines for one request, want %d", len(lines), wanted)
	}
	var first *audit.Line
	for i := range lines {
		first = &lines[0]
		err = errors.Join(err, c.checkLine(to, lines[i]))
	}
	if got != c.expected(to) {
		return got, first, err
	}
	if answer.Status == http.StatusOK {
		err = errors.Join(err, w.checkBackend(c, to, answer.Body, lines))
	} else if c.reason != access.Undecided && strings.Contains(string(answer.Body), string(c.reason)) {
		err = errors.Join(err, errors.New("answer tells the caller the reason"))
	}
	return got, first, err
}
