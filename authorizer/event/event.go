// Package event reads what API Gateway sends to a Lambda authorizer and
// writes what it wants back.
//
// Two shapes are read: the request event of an HTTP API, payload format 2.0,
// and the REQUEST event of a REST API. Everything else that a gateway could send
// (payload format 1.0, a REST API's TOKEN event, a WebSocket's) is refused with a
// phrase that says what it looked like, because a mistake in the deployment
// should be found in one line of log.
//
// Only what the gateway itself found out is believed: the route it matched,
// the method and the source address from its request context. A header names
// neither a route nor a method nor an address.
//
// Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
// and https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
package event

import (
	"errors"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// MaxBytes is the size in bytes up to which an event is read. The gateway
// takes 10,240 bytes of request line and headers; the event repeats some of
// them and JSON may write one byte as six.
const MaxBytes = 256 << 10

// maxDepth is how deep an event may nest. With a client certificate in it, it
// needs five.
const maxDepth = 16

// Kind is the kind of API that an event is of.
type Kind string

// The kinds.
const (
	HTTP Kind = "http"
	REST Kind = "rest"
)

// Request is one request as the gateway describes it to an authorizer.
type Request struct {
	// Kind is the kind of API.
	Kind Kind
	// RouteKey is the route the gateway matched, such as "GET /orders/{id}".
	// A REST API does not say whether a method of its own or ANY matched: see
	// [Request.RouteKeys].
	RouteKey string
	// Method is the request's method. No header overrides it.
	Method string
	// RawPath is the path as event.rawPath has it, of a REST API event.path. An
	// HTTP API has decoded it, and put the name of a named stage before it: see
	// [Request.CheckPath].
	RawPath string
	// Path is the path as requestContext.http.path has it, of a REST API
	// requestContext.path, where it may be missing.
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
	stageARN      string   // of a REST API: what its methods' ARNs begin with
}

// RouteKeys returns the route keys under which a table may have the request, the
// most specific first. On an HTTP API there is one. The method of a REST API's
// event is the request's also where the API has declared ANY, so there the
// route of the method comes first, then that of ANY.
func (r *Request) RouteKeys() []string {
	if r.Kind != REST {
		return []string{r.RouteKey}
	}
	method, template, _ := strings.Cut(r.RouteKey, " ")
	return []string{method + " " + template, "ANY " + template}
}

// Error says why an event, its path or its credentials were refused.
type Error struct {
	// Reason is one of Misconfigured, EventUnreadable, PathNotCanonical,
	// TokenMissing and CredentialsMalformed.
	Reason access.Reason
	// Detail is a fixed phrase. It holds nothing of the event.
	Detail string
}

// Error returns the reason and the phrase.
func (e *Error) Error() string { return string(e.Reason) + ": " + e.Detail }

// Decode reads the event that the gateway sent. Its error is always an
// [*Error] with the reason EventUnreadable.
//
// It refuses JSON that two readers could take differently (a member twice, text
// that is not UTF-8), and an HTTP API's event that names two routes. Members are known by
// their exact names. The method is not compared with the route's: which requests
// a route takes is the gateway's to know.
//
// Of a REST API it refuses an event whose members contradict each other: resource
// and resourcePath, the methods, both maps of headers in their Authorization, or
// methodArn and what the request context says of account, API, stage and method.
//
// It does not look at the path and the
// credentials: [Request.CheckPath] and [Request.Credentials] do.
func Decode(raw []byte) (*Request, error) {
	if len(raw) > MaxBytes {
		return nil, unreadable("the event is larger than 256 KB")
	}
	value, err := strictjson.Parse(raw, strictjson.Limits{Bytes: MaxBytes, Depth: maxDepth})
	if err != nil {
		return nil, notJSON(err)
	}
	w, rightTypes := readWire(value)
	if other := w.otherShape(); other != "" {
		return nil, unreadable("the event is " + other + ", neither an HTTP API authorizer's of payload format 2.0 nor a REST API REQUEST authorizer's")
	}
	if w.isREST() {
		rest, right := readRESTWire(value)
		if !rightTypes || !right {
			return nil, unreadable("a member of the event has the wrong type")
		}
		return rest.request()
	}
	if !rightTypes {
		return nil, unreadable("a member of the event has the wrong type")
	}
	return w.request()
}

// notJSON says what is wrong with a text that strictjson refuses.
func notJSON(err error) error {
	var at *strictjson.Error
	if !errors.As(err, &at) {
		return unreadable("the event is not strict JSON")
	}
	return unreadable("the event is not strict JSON, " + at.Problem)
}

func (w *wire) request() (*Request, error) {
	switch {
	case w.routeKey == "":
		return nil, unreadable("the event has no routeKey")
	case w.routeKey != w.contextRouteKey:
		return nil, unreadable("routeKey and requestContext.routeKey differ")
	case w.method == "":
		return nil, unreadable("the event has no requestContext.http.method")
	case w.httpPath == "":
		return nil, unreadable("the event has no requestContext.http.path")
	case w.rawPath == "":
		return nil, unreadable("the event has no rawPath")
	case w.sourceIP == "":
		return nil, unreadable("the event has no requestContext.http.sourceIp")
	}
	return &Request{
		Kind:          HTTP,
		RouteKey:      w.routeKey,
		Method:        w.method,
		RawPath:       w.rawPath,
		Path:          w.httpPath,
		SourceIP:      w.sourceIP,
		RequestID:     w.requestID,
		APIID:         w.apiID,
		Stage:         w.stage,
		authorization: w.authorization,
		identity:      w.identity,
	}, nil
}

func unreadable(detail string) error {
	return &Error{Reason: access.EventUnreadable, Detail: detail}
}
