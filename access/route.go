package access

import (
	"fmt"
	"slices"
	"strings"
)

// DefaultRoute is the route key that takes every request no other route takes.
const DefaultRoute = "$default"

var methods = append(Methods(), "ANY")

// Methods returns the methods that a request can have. ANY is not one of them: it
// is how a route is declared.
func Methods() []string {
	return []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
}

// Route is a parsed API Gateway route key, such as "GET /orders/{id}",
// "ANY /files/{path+}" or "$default".
type Route struct {
	method   string // "" for $default
	segments []segment
}

// segment is one part of a path: a literal, a variable or a greedy variable.
type segment struct {
	text             string // the literal or the variable's name
	variable, greedy bool
}

// RouteError says what is wrong with a route key, and where.
type RouteError struct {
	Route  string
	Offset int // in bytes
	Text   string
}

// Error returns what is wrong at which offset.
func (e *RouteError) Error() string {
	return fmt.Sprintf("route key, at offset %d %s, got %q", e.Offset, e.Text, e.Route)
}

// ParseRoute parses an API Gateway route key: a method (or ANY), one space and
// a path template; or "$default". It accepts what both HTTP and REST APIs take:
// segments of letters, digits, "-", "_", "." and ":", variables "{id}", and one
// greedy variable "{path+}" at the end. It refuses every path that has a second
// spelling: trailing and double slashes, dot segments, percent-encoding.
// The error is a *[RouteError].
func ParseRoute(text string) (Route, error) {
	fail := func(offset int, format string, args ...any) (Route, error) {
		return Route{}, &RouteError{text, offset, fmt.Sprintf(format, args...)}
	}
	if text == DefaultRoute {
		return Route{}, nil
	}
	method, path, ok := strings.Cut(text, " ")
	if !ok {
		return fail(len(text), "a method, one space and a path are wanted, write for example \"GET /orders\"")
	}
	if !slices.Contains(methods, method) {
		return fail(0, "an unknown method %q, write one of %s", method, strings.Join(methods, ", "))
	}
	at := len(method) + 1
	segments, offset, problem := parsePath(path)
	if problem != "" {
		return fail(at+offset, "%s", problem)
	}
	return Route{method, segments}, nil
}

// parsePath parses a path template. It returns what is wrong and where, or "".
func parsePath(path string) (segments []segment, offset int, problem string) {
	if !strings.HasPrefix(path, "/") {
		return nil, 0, "a path that does not begin with \"/\""
	}
	if path == "/" {
		return nil, 0, ""
	}
	names := map[string]bool{}
	at := 1
	for rest := path[1:]; ; {
		text, after, more := strings.Cut(rest, "/")
		if text == "" {
			if more {
				return nil, at, "a double slash, write one"
			}
			return nil, at, "a trailing slash, leave it out"
		}
		s, offset, problem := parseSegment(text)
		if problem != "" {
			return nil, at + offset, problem
		}
		if s.variable && names[s.text] {
			return nil, at, fmt.Sprintf("a second variable named %q, give each its own name", s.text)
		}
		names[s.text] = s.variable || names[s.text]
		if s.greedy && more {
			return nil, at, fmt.Sprintf("a greedy variable before the end, write {%s} or end the path here", s.text)
		}
		segments = append(segments, s)
		if !more {
			return segments, 0, ""
		}
		at += len(text) + 1
		rest = after
	}
}

func parseSegment(text string) (s segment, offset int, problem string) {
	inner, opens := strings.CutPrefix(text, "{")
	if !opens {
		if i := strings.IndexFunc(text, notInSegment); i >= 0 {
			switch text[i] {
			case '{', '}':
				return s, i, "a variable that is not a whole segment, write {name} between two slashes"
			case '%':
				return s, i, "percent-encoding, which gives a path two spellings"
			}
			return s, i, "a character that route keys do not take, write letters, digits, \"-\", \"_\", \".\" or \":\""
		}
		if text == "." || text == ".." {
			return s, 0, "a dot segment, leave it out"
		}
		return segment{text: text}, 0, ""
	}
	name, closes := strings.CutSuffix(inner, "}")
	if !closes {
		return s, len(text), "a variable that is not closed, write {name}"
	}
	s.variable = true
	if n, ok := strings.CutSuffix(name, "..."); ok {
		return s, 1, fmt.Sprintf("a greedy variable of another notation, write {%s+}", n)
	}
	s.text, s.greedy = strings.CutSuffix(name, "+")
	if s.text == "" {
		return s, 1, "a variable without a name, write {name}"
	}
	if i := strings.IndexFunc(s.text, notInSegment); i >= 0 {
		return s, 1 + i, "a variable name with a character that route keys do not take, write letters, digits, \"-\", \"_\" or \".\""
	}
	return s, 0, ""
}

func notInSegment(r rune) bool { return notInKey(r) && r != ':' }

// IsDefault reports whether the route is "$default".
func (r Route) IsDefault() bool { return r.method == "" }

// Method returns the method or "ANY", "" for $default.
func (r Route) Method() string { return r.method }

// Path returns the path template, "" for $default.
func (r Route) Path() string {
	if r.IsDefault() {
		return ""
	}
	return pathOf(r.segments)
}

// IsGreedy reports whether the path ends in a greedy variable.
func (r Route) IsGreedy() bool {
	return len(r.segments) > 0 && r.segments[len(r.segments)-1].greedy
}

// String returns the route key as API Gateway spells it.
func (r Route) String() string {
	if r.IsDefault() {
		return DefaultRoute
	}
	return r.method + " " + r.Path()
}

func pathOf(segments []segment) string {
	if len(segments) == 0 {
		return "/"
	}
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		if !s.variable {
			b.WriteString(s.text)
			continue
		}
		b.WriteByte('{')
		b.WriteString(s.text)
		if s.greedy {
			b.WriteByte('+')
		}
		b.WriteByte('}')
	}
	return b.String()
}
