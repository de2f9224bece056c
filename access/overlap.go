package access

import (
	"fmt"
	"strings"
)

// relation says how the requests of two routes, or of two parts of them, relate.
type relation byte

const (
	disjoint relation = iota // no request is in both
	same                     // the same requests
	narrower                 // all of the first are in the second
	wider                    // all of the second are in the first
	crossing                 // some are in both, and each has others
)

// then combines the relations of two independent parts.
func (r relation) then(next relation) relation {
	switch {
	case r == disjoint || next == disjoint:
		return disjoint
	case r == same:
		return next
	case next == same || r == next:
		return r
	default:
		return crossing
	}
}

// relateMethods compares two methods.
func relateMethods(a, b string) relation {
	switch {
	case a == b:
		return same
	case a == "ANY":
		return wider
	case b == "ANY":
		return narrower
	default:
		return disjoint
	}
}

// relatePaths compares the paths that two templates match. A greedy variable
// takes one or more segments.
func relatePaths(a, b []segment) relation {
	r := same
	for i := 0; ; i++ {
		endA, endB := i == len(a), i == len(b)
		switch {
		case endA && endB:
			return r
		case endA || endB:
			return disjoint
		case a[i].greedy && b[i].greedy:
			return r
		case a[i].greedy:
			return r.then(wider)
		case b[i].greedy:
			return r.then(narrower)
		case a[i].variable && b[i].variable:
		case a[i].variable:
			r = r.then(wider)
		case b[i].variable:
			r = r.then(narrower)
		case a[i].text != b[i].text:
			return disjoint
		}
	}
}

// example returns a request that both templates match.
func example(a, b Route) string {
	method := a.method
	if method == "ANY" {
		method = b.method
	}
	if method == "ANY" {
		method = "GET"
	}
	long, short := a.segments, b.segments
	if len(long) < len(short) {
		long, short = short, long
	}
	var path strings.Builder
	for i, s := range long {
		if s.variable && i < len(short) && !short[i].variable {
			s = short[i]
		}
		path.WriteString("/")
		if s.variable {
			path.WriteString("x")
		} else {
			path.WriteString(s.text)
		}
	}
	return method + " /" + strings.TrimPrefix(path.String(), "/")
}

// conflict returns the problem of declaring both routes in one table, or nil.
// API Gateway prefers a full match over a greedy one over $default; where that
// leaves open which route serves a request, both must have the same rule.
func conflict(first, second declared) *Problem {
	a, b := first.route, second.route
	subject := fmt.Sprintf("route %q", b.String())
	if a.IsDefault() || b.IsDefault() {
		if a.IsDefault() && b.IsDefault() {
			return duplicate(subject, first, second)
		}
		if a.IsDefault() {
			return weaker(first, second)
		}
		return weaker(second, first)
	}
	methods, paths := relateMethods(a.method, b.method), relatePaths(a.segments, b.segments)
	if methods == disjoint && paths != disjoint && a.IsGreedy() != b.IsGreedy() {
		return headOf(first, second)
	}
	if methods == disjoint || paths == disjoint {
		return nil
	}
	if methods == same && paths == same {
		return duplicate(subject, first, second)
	}
	if a.IsGreedy() != b.IsGreedy() {
		if a.IsGreedy() {
			return weaker(first, second)
		}
		return weaker(second, first)
	}
	if methods.then(paths) == crossing && !(first.Rule.implies(second.Rule) && second.Rule.implies(first.Rule)) {
		return &Problem{"OverlappingRoutes", subject, fmt.Sprintf(
			"it and %q (%s) both match %s, and neither is the more specific: give both the same rule, or make one path more specific",
			a.String(), first.Site, example(a, b)), second.Site}
	}
	if a.IsGreedy() {
		if p := weaker(first, second); p != nil {
			return p
		}
		return weaker(second, first)
	}
	return nil
}

// headOf returns a problem when a greedy HEAD route is weaker than a GET route
// that it covers: most servers answer HEAD by doing what they do for GET.
func headOf(first, second declared) *Problem {
	greedy, strict := first, second
	if second.route.IsGreedy() {
		greedy, strict = second, first
	}
	if greedy.route.method == "HEAD" && strict.route.method == "GET" {
		return weaker(greedy, strict)
	}
	return nil
}

func duplicate(subject string, first, second declared) *Problem {
	return &Problem{"DuplicateRoute", subject, fmt.Sprintf("it is declared twice, first as %q at %s, declare it once", first.route.String(), first.Site), second.Site}
}

// weaker returns a problem when a greedy or default route leads to the same
// backend as a stricter route it covers: a path that the gateway and the
// backend read differently would get around the stricter rule.
func weaker(greedy, strict declared) *Problem {
	if greedy.Backend == "" || greedy.Backend != strict.Backend || greedy.Rule.implies(strict.Rule) {
		return nil
	}
	return &Problem{"WeakerRoute", fmt.Sprintf("route %q", greedy.route.String()), fmt.Sprintf(
		"it shares its backend with %q (%s), whose rule is stricter, so that another spelling of a path could get around it: require at least %s here too, or use another backend",
		strict.route.String(), strict.Site, strict.Rule), greedy.Site}
}
