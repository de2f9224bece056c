package explain

import (
	"errors"
	"fmt"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// MaxLine is the longest request in bytes that is read.
const MaxLine = 64 << 10

// Request is one request to an API.
type Request struct {
	// Route is the route that API Gateway matched, as the table spells it.
	Route string
	// Authorization is the Authorization header's value; nil for no header.
	Authorization *string
	// Path is the path as the event has it; nil for one that fits the route.
	Path *string
}

// ParseRequest reads one request:
//
//	{"route": "GET /orders/{id}", "authorization": "Bearer …", "path": "/orders/7"}
//
// Authorization and path may be left out. It refuses JSON that could be read in
// two ways, other members, and members that are not strings. Its error quotes
// nothing of the text.
func ParseRequest(text []byte) (Request, error) {
	const form = `write {"route":"GET /orders/{id}","authorization":"Bearer …","path":"/orders/7"}`
	value, err := strictjson.Parse(text, strictjson.Limits{Bytes: MaxLine, Depth: 8})
	var at *strictjson.Error
	switch {
	case errors.As(err, &at):
		return Request{}, fmt.Errorf("request, it is not strict JSON, %s at offset %d, %s", at.Problem, at.Offset, form)
	case err != nil:
		return Request{}, err
	case value.Kind() != strictjson.Object:
		return Request{}, fmt.Errorf("request, it is not an object, got %s, %s", value.Kind(), form)
	}
	var request Request
	n := 0
	for name, member := range value.Members() {
		n++
		text, isText := member.Text()
		switch name {
		case "route":
			request.Route = text
		case "authorization":
			request.Authorization = &text
		case "path":
			request.Path = &text
		default:
			return Request{}, fmt.Errorf("request, member %d is not known, write route, authorization and path only", n)
		}
		if !isText {
			return Request{}, fmt.Errorf("request, %s is not a string, got %s, %s", name, member.Kind(), form)
		}
	}
	if request.Route == "" {
		return Request{}, fmt.Errorf("request, it has no route, %s", form)
	}
	return request, nil
}

// instance returns a path that a route matches, with one spelling: "x" for each
// variable, "/" for the default route.
func instance(route access.Route) string {
	if route.IsDefault() {
		return "/"
	}
	segments := strings.Split(route.Path(), "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "x"
		}
	}
	return strings.Join(segments, "/")
}

// pathOrInstance returns the request's path.
func (r Request) pathOrInstance() string {
	if r.Path != nil {
		return *r.Path
	}
	route, err := access.ParseRoute(r.Route)
	if err != nil {
		return ""
	}
	return instance(route)
}
