// Package event reads what API Gateway sends to a Lambda authorizer and
// writes what it wants back.
//
// One shape is read: the request event of an HTTP API, payload format 2.0.
// Everything else that a gateway could send (payload format 1.0, a REST API's
// events, a WebSocket's) is refused with a phrase that says what it looked
// like, because a mistake in the deployment should be found in one line of
// log.
//
// Only what the gateway itself found out is believed: the route it matched,
// the method and the source address from its request context. A header names
// neither a route nor a method nor an address.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
package event

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
)

// MaxBytes is the size in bytes up to which an event is read. The gateway
// takes 10,240 bytes of request line and headers; the event repeats some of
// them and JSON may write one byte as six.
const MaxBytes = 256 << 10

// Request is one request as the gateway describes it to an authorizer.
type Request struct {
	// RouteKey is the route the gateway matched, such as "GET /orders/{id}".
	RouteKey string
	// Method is the request's method. No header overrides it.
	Method string
	// RawPath is the path as event.rawPath has it. With a named stage it
	// begins with the stage's name. An HTTP API has decoded it: see
	// [Request.CheckPath].
	RawPath string
	// Path is the path as requestContext.http.path has it.
	Path string
	// SourceIP is the address the gateway saw, from requestContext.
	SourceIP string
	// RequestID is the gateway's id of the request.
	RequestID string
	// APIID is the id of the API.
	APIID string
	// Stage is the stage's name, "$default" for the one without a name.
	Stage string

	authorization []string // the values of every spelling of the header
	identity      []string // event.identitySource: what a cached answer is filed under
}

// Error says why an event, its path or its credentials were refused.
type Error struct {
	// Reason is one of EventUnreadable, PathNotCanonical, TokenMissing and
	// CredentialsMalformed.
	Reason access.Reason
	// Detail is a fixed phrase. It holds nothing of the event.
	Detail string
}

// Error returns the reason and the phrase.
func (e *Error) Error() string { return string(e.Reason) + ": " + e.Detail }

// Decode reads the event that the gateway sent. Its error is always an
// [*Error] with the reason EventUnreadable. It does not look at the path and
// the credentials: [Request.CheckPath] and [Request.Credentials] do.
func Decode(raw []byte) (*Request, error) {
	if len(raw) > MaxBytes {
		return nil, unreadable("the event is larger than 256 KB")
	}
	// The standard library would replace what is not UTF-8 without a word.
	if !utf8.Valid(raw) {
		return nil, unreadable("the event is not UTF-8")
	}
	var w wire
	err := json.Unmarshal(raw, &w)
	if _, wrongType := err.(*json.UnmarshalTypeError); err != nil && !wrongType {
		return nil, unreadable("the event is not JSON")
	}
	if other := w.otherShape(); other != "" {
		return nil, unreadable("the event is " + other + ", not an HTTP API authorizer's of payload format 2.0")
	}
	if err != nil {
		return nil, unreadable("a member of the event has the wrong type")
	}
	return w.request()
}

func (w *wire) request() (*Request, error) {
	ctx := w.RequestContext
	switch {
	case w.RouteKey == "":
		return nil, unreadable("the event has no routeKey")
	case w.RouteKey != ctx.RouteKey:
		return nil, unreadable("routeKey and requestContext.routeKey differ")
	case ctx.HTTP.Method == "":
		return nil, unreadable("the event has no requestContext.http.method")
	case ctx.HTTP.Path == "":
		return nil, unreadable("the event has no requestContext.http.path")
	case w.RawPath == "":
		return nil, unreadable("the event has no rawPath")
	case ctx.HTTP.SourceIP == "":
		return nil, unreadable("the event has no requestContext.http.sourceIp")
	}
	r := &Request{
		RouteKey:  w.RouteKey,
		Method:    ctx.HTTP.Method,
		RawPath:   w.RawPath,
		Path:      ctx.HTTP.Path,
		SourceIP:  ctx.HTTP.SourceIP,
		RequestID: ctx.RequestID,
		APIID:     ctx.APIID,
		Stage:     ctx.Stage,
		identity:  w.IdentitySource,
	}
	for name, value := range w.Headers {
		if strings.EqualFold(name, "authorization") {
			r.authorization = append(r.authorization, value)
		}
	}
	return r, nil
}

func unreadable(detail string) error {
	return &Error{Reason: access.EventUnreadable, Detail: detail}
}
