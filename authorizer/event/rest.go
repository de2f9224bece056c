package event

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// restWire is the REQUEST event of a REST API as it is sent: the members that
// are used.
type restWire struct {
	methodARN, resource, method, path        string
	resourcePath, contextMethod, contextPath string
	requestID, accountID, apiID, stage       string
	sourceIP                                 string
	authorization                            []string // of multiValueHeaders
	headersAgree                             bool
}

// readRESTWire reads the members by their exact names; ok says whether all that
// are there have the type they should have.
func readRESTWire(event strictjson.Value) (w restWire, ok bool) {
	r := reader{ok: true}
	context := r.object(event, "requestContext")
	w = restWire{
		methodARN:     r.text(event, "methodArn"),
		resource:      r.text(event, "resource"),
		method:        r.text(event, "httpMethod"),
		path:          r.text(event, "path"),
		resourcePath:  r.text(context, "resourcePath"),
		contextMethod: r.text(context, "httpMethod"),
		contextPath:   r.text(context, "path"),
		requestID:     r.text(context, "requestId"),
		accountID:     r.text(context, "accountId"),
		apiID:         r.text(context, "apiId"),
		stage:         r.text(context, "stage"),
		sourceIP:      r.text(r.object(context, "identity"), "sourceIp"),
	}
	w.authorization, w.headersAgree = r.bothHeaders(event, "authorization")
	return w, r.ok
}

// bothHeaders returns the values of every spelling of a header from
// multiValueHeaders, which has all of them, and whether headers, which has one
// for each spelling, tells of the same. The gateway keeps the client's spelling,
// and files cached answers under one value; a backend may read another.
func (r *reader) bothHeaders(event strictjson.Value, want string) (values []string, agree bool) {
	single := map[string]string{}
	for name, value := range r.object(event, "headers").Members() {
		text, isText := value.Text()
		r.ok = r.ok && isText
		if strings.EqualFold(name, want) {
			single[name] = text
		}
	}
	agree = true
	for name, value := range r.object(event, "multiValueHeaders").Members() {
		// Not by the name: a client that sends thousands of headers would have
		// thousands looked through for each.
		r.ok = r.ok && (value.Kind() == strictjson.Array || value.Kind() == strictjson.Null)
		list := r.elements(value)
		if !strings.EqualFold(name, want) || len(list) == 0 {
			continue
		}
		text, there := single[name]
		agree = agree && there && slices.Contains(list, text)
		delete(single, name)
		values = append(values, list...)
	}
	return values, agree && len(single) == 0
}

func (w *restWire) request() (*Request, error) {
	arn, isARN := parseMethodARN(w.methodARN)
	switch {
	case w.resource == "":
		return nil, unreadable("the event has no resource")
	case w.resource != w.resourcePath:
		return nil, unreadable("resource and requestContext.resourcePath differ")
	case w.method != w.contextMethod:
		return nil, unreadable("httpMethod and requestContext.httpMethod differ")
	case !isMethod(w.method):
		return nil, unreadable("httpMethod is not a method of a REST API")
	case w.path == "":
		return nil, unreadable("the event has no path")
	case w.sourceIP == "":
		return nil, unreadable("the event has no requestContext.identity.sourceIp")
	case !isARN:
		return nil, unreadable("methodArn is not the ARN of a method of a REST API")
	case arn.account != w.accountID:
		return nil, unreadable("methodArn and requestContext.accountId differ")
	case arn.api != w.apiID:
		return nil, unreadable("methodArn and requestContext.apiId differ")
	case arn.stage != w.stage:
		return nil, unreadable("methodArn and requestContext.stage differ")
	case arn.method != w.method:
		return nil, unreadable("methodArn and httpMethod differ")
	case !w.headersAgree:
		return nil, unreadable("headers and multiValueHeaders differ in the Authorization header")
	}
	return &Request{
		Kind:          REST,
		RouteKey:      w.method + " " + w.resource,
		Method:        w.method,
		RawPath:       w.path,
		Path:          w.contextPath,
		SourceIP:      w.sourceIP,
		RequestID:     w.requestID,
		APIID:         w.apiID,
		Stage:         w.stage,
		authorization: w.authorization,
		stageARN:      arn.ofStage(),
	}, nil
}

// isMethod tells whether a request can have the method on a REST API. ANY is
// not one of them: it is how a route is declared.
func isMethod(method string) bool {
	switch method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS":
		return true
	default:
		return false
	}
}
