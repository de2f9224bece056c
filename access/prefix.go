package access

import (
	"fmt"
	"strings"
)

// JoinRoute returns the route key of a pattern within a group: "/admin" and
// "DELETE /orders/{id}" give "DELETE /admin/orders/{id}", "/admin" and "GET /"
// give "GET /admin". An empty prefix changes nothing. The error is a *[RouteError].
func JoinRoute(prefix, pattern string) (string, error) {
	if _, err := JoinPrefix("", prefix); err != nil {
		return "", err
	}
	method, path, ok := strings.Cut(pattern, " ")
	if !ok || !strings.HasPrefix(path, "/") {
		if pattern == DefaultRoute && prefix != "" {
			return "", &RouteError{pattern, 0, "the default route within a group that has a prefix, write \"ANY /{path+}\""}
		}
		_, err := ParseRoute(pattern)
		return pattern, err
	}
	if path == "/" && prefix != "" {
		path = ""
	}
	joined := method + " " + prefix + path
	_, err := ParseRoute(joined)
	return joined, err
}

// JoinPrefix returns the prefix of a group within a group. A prefix is empty
// or a path template as in [ParseRoute], without a greedy variable. The error
// is a *[RouteError].
func JoinPrefix(outer, inner string) (string, error) {
	if inner == "" {
		return outer, nil
	}
	segments, offset, problem := parsePath(outer + inner)
	if problem != "" {
		return "", &RouteError{outer + inner, offset, problem}
	}
	if len(segments) == 0 {
		return "", &RouteError{inner, 0, "a prefix that is only a slash, leave it empty"}
	}
	if last := segments[len(segments)-1]; last.greedy {
		return "", &RouteError{outer + inner, strings.LastIndexByte(outer+inner, '{'), fmt.Sprintf("a greedy variable in a prefix, write {%s}", last.text)}
	}
	return outer + inner, nil
}
