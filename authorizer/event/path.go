package event

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
)

// CheckPath refuses a path that has another spelling than the route it
// matched: a trailing slash, an empty or a dot segment, an encoded slash,
// backslash or control character, a percent sign that encodes nothing. A
// backend might read such a path as another route's. Both paths of the event
// are checked. Its error is always an [*Error] with the reason
// PathNotCanonical.
//
// An HTTP API writes the event with a path that it has decoded, all but "%25"
// as is reported. So a slash that was sent as "%2f" is part of what the gateway
// matched, and one that was sent as "%252f" arrives encoded, once or twice:
// both are refused. So is every path in which one more decoding finds an escape,
// however it was put together ("%252f", "%25%32%66"). A lone percent sign is
// refused too, because nobody can tell what it was; "%25" may stand.
//
// A REST API leaves the path encoded as it was sent; it takes "/x/" for "/x" and
// passes the slash on. There an encoded question mark or number sign is refused,
// too: an HTTP API has decoded it, and for a backend it may end the path.
//
// The two paths of a REST API's event are compared as far as that can be: a part
// before path may stand in requestContext.path, because the name of the stage
// stands there on the default endpoint, and a domain's base path in both. Which
// domain and base path a request came by the event does not say for certain, so
// what stands before is not judged but for its spelling. A gateway that leaves
// requestContext.path out is judged by the other.
//
// It does not compare the path with the route: the gateway did.
func (r *Request) CheckPath() error {
	root := strings.HasSuffix(r.RouteKey, " /")
	paths := []string{r.RawPath, r.Path}
	if r.Kind == REST && r.Path == "" {
		paths = paths[:1]
	}
	for _, path := range paths {
		detail := pathFault(path, root)
		if detail == "" && r.Kind == REST {
			detail = delimiterFault(path)
		}
		if detail != "" {
			return notCanonical(detail)
		}
	}
	if r.Kind == REST && len(paths) == 2 && !endsIn(r.Path, r.RawPath, root) {
		return notCanonical("path and requestContext.path differ")
	}
	return nil
}

func notCanonical(detail string) error {
	return &Error{Reason: access.PathNotCanonical, Detail: detail}
}

// endsIn tells whether the whole path is the shorter one or ends in it. Both are
// canonical, and the shorter one begins with a slash. On the default endpoint
// the root is "/", and the whole of it "/prod" as well as "/prod/".
func endsIn(whole, short string, root bool) bool {
	plainWhole, err := url.PathUnescape(whole)
	plainShort, err2 := url.PathUnescape(short)
	if err != nil || err2 != nil {
		return false
	}
	return strings.HasSuffix(plainWhole, plainShort) || root && plainShort == "/"
}

// delimiterFault looks at a path that pathFault found nothing in for what would
// end it once it is decoded.
func delimiterFault(path string) string {
	plain, err := url.PathUnescape(path)
	if err != nil || strings.ContainsAny(plain, "?#") {
		return "the path has an encoded question mark or number sign"
	}
	return ""
}

// pathFault says what is not canonical about a path, or "". For the root
// route a slash may stand at the end: behind a named stage or a domain's
// mapping the root is "/prod/", and the root route matches nothing else.
func pathFault(path string, root bool) string {
	if !strings.HasPrefix(path, "/") {
		return "the path does not begin with a slash"
	}
	if detail := octetFault(path); detail != "" {
		return detail
	}
	plain, err := url.PathUnescape(path)
	if err != nil {
		return "the path has a percent sign that encodes nothing"
	}
	if hasEscape(plain) {
		return "the path is encoded twice"
	}
	if detail := characterFault(plain); detail != "" {
		return detail
	}
	if plain != "/" && !root && strings.HasSuffix(plain, "/") {
		return "the path ends in a slash"
	}
	segments := strings.Split(strings.TrimSuffix(plain[1:], "/"), "/")
	for _, segment := range segments {
		name, _, _ := strings.Cut(segment, ";") // where some servers cut
		switch {
		case name == "" && plain != "/":
			return "the path has an empty segment"
		case name == "." || name == "..":
			return "the path has a dot segment"
		}
	}
	return ""
}

// octetFault looks at the path before it is decoded.
func octetFault(path string) string {
	if strings.ContainsAny(path, "?#") {
		return "the path has a question mark or a number sign"
	}
	rest := path
	for {
		_, after, found := strings.Cut(rest, "%")
		if !found {
			return ""
		}
		rest = after
		if len(after) < 2 {
			continue // PathUnescape refuses it
		}
		switch strings.ToLower(after[:2]) {
		case "2f":
			return "the path has an encoded slash"
		case "5c":
			return "the path has an encoded backslash"
		}
	}
}

// characterFault looks at the path after it was decoded.
func characterFault(plain string) string {
	if !utf8.ValidString(plain) {
		return "the path is not UTF-8" // overlong slashes among others
	}
	for _, c := range plain {
		switch {
		case c == '\\':
			return "the path has a backslash"
		case unicode.IsControl(c):
			return "the path has a control character"
		}
	}
	return ""
}

// hasEscape tells whether one more decoding would change the path.
func hasEscape(plain string) bool {
	for rest := plain; ; {
		_, after, found := strings.Cut(rest, "%")
		if !found {
			return false
		}
		if len(after) >= 2 && isHex(after[0]) && isHex(after[1]) {
			return true
		}
		rest = after
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
