package event

import "github.com/scopeway/scopeway/internal/strictjson"

// wire is the event of an HTTP API as it is sent: the members that are used, and
// those that tell one kind of event from another.
type wire struct {
	version, kind              string
	methodARN, resource        string
	routeKey, rawPath          string
	identity                   []string // of identitySource
	authorization              []string // of headers
	contextRouteKey            string
	requestID, apiID, stage    string
	eventType, connectionID    string
	method, httpPath, sourceIP string
}

// readWire reads the members by their exact names; ok says whether all that are
// there have the type they should have.
func readWire(event strictjson.Value) (w wire, ok bool) {
	r := reader{ok: true}
	context := r.object(event, "requestContext")
	http := r.object(context, "http")
	w = wire{
		version:         r.text(event, "version"),
		kind:            r.text(event, "type"),
		methodARN:       r.text(event, "methodArn"),
		resource:        r.text(event, "resource"),
		routeKey:        r.text(event, "routeKey"),
		rawPath:         r.text(event, "rawPath"),
		contextRouteKey: r.text(context, "routeKey"),
		requestID:       r.text(context, "requestId"),
		apiID:           r.text(context, "apiId"),
		stage:           r.text(context, "stage"),
		eventType:       r.text(context, "eventType"),
		connectionID:    r.text(context, "connectionId"),
		method:          r.text(http, "method"),
		httpPath:        r.text(http, "path"),
		sourceIP:        r.text(http, "sourceIp"),
	}
	w.identity = r.texts(event, "identitySource")
	w.authorization = r.header(event, "authorization")
	return w, r.ok
}

// isREST tells whether the event is one of a REST API's REQUEST authorizer, which
// alone has no version.
func (w *wire) isREST() bool {
	return w.version == "" && w.kind == "REQUEST" && w.methodARN != ""
}

// otherShape says which kind of event this is, or "" when it is one that is
// read.
func (w *wire) otherShape() string {
	switch {
	case w.connectionID != "" || w.eventType != "":
		return "a WebSocket API's"
	case w.version == "2.0" && w.kind == "REQUEST", w.isREST():
		return ""
	case w.version == "2.0" && w.kind == "":
		return "an HTTP API integration's of payload format 2.0"
	case w.version == "1.0" && w.kind == "":
		return "an HTTP API integration's of payload format 1.0"
	case w.version == "1.0":
		return "an HTTP API authorizer's of payload format 1.0"
	case w.kind == "TOKEN":
		return "a REST API TOKEN authorizer's"
	case w.kind == "" && w.resource != "":
		return "a REST API integration's"
	default:
		return "none that is known"
	}
}
