package explain

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
)

// lack is what would do: one of several ways, each a list of parts of the rule
// that the caller does not satisfy. No way at all means that there are too many
// to tell.
type lack [][]string

// maxWays is how many ways are told at most.
const maxWays = 8

// scopesLacking returns the scopes that would do, where everything else in the
// rule is taken for satisfied but for whose token it is.
func scopesLacking(rule access.Outcome, missing []string) lack {
	return lacking(rule, func(part string) bool { return slices.Contains(missing, part) || isFrom(part) })
}

// partsLacking returns the parts of any kind that would do.
func partsLacking(rule access.Outcome) lack {
	return lacking(rule, func(string) bool { return true })
}

// lacking leaves out ways that ask for more than another does, and those of
// another identity, which no token of this one can go, where there are others.
func lacking(rule access.Outcome, counts func(part string) bool) lack {
	ways, few := waysOf(rule, counts)
	if !few {
		return nil
	}
	foreign := func(way []string) bool { return slices.ContainsFunc(way, isFrom) }
	if !slices.ContainsFunc(ways, func(way []string) bool { return !foreign(way) }) {
		foreign = func([]string) bool { return false }
	}
	var kept lack
	for n, way := range ways {
		needed := !foreign(way)
		for m, other := range ways {
			if m != n && !foreign(other) && within(other, way) && (len(other) < len(way) || m < n) {
				needed = false
			}
		}
		if needed {
			kept = append(kept, way)
		}
	}
	if len(kept) > maxWays {
		return nil
	}
	return kept
}

func isFrom(part string) bool { return strings.HasPrefix(part, "from ") }

// within reports whether all of a is in b.
func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(part string) bool { return !slices.Contains(b, part) })
}

// waysOf returns the ways to satisfy a part, and false where they are too many.
// A part that is satisfied has one with nothing in it.
func waysOf(o access.Outcome, counts func(part string) bool) ([][]string, bool) {
	switch {
	case o.Satisfied:
		return [][]string{{}}, true
	case o.Needs == "any":
		var ways [][]string
		for _, part := range o.Parts {
			more, few := waysOf(part, counts)
			if ways = append(ways, more...); !few || len(ways) > maxWays*maxWays {
				return nil, false
			}
		}
		return ways, true
	case o.Needs == "all":
		ways := [][]string{{}}
		for _, part := range o.Parts {
			more, few := waysOf(part, counts)
			if !few || len(ways)*len(more) > maxWays*maxWays {
				return nil, false
			}
			var longer [][]string
			for _, way := range ways {
				for _, m := range more {
					longer = append(longer, union(way, m))
				}
			}
			ways = longer
		}
		return ways, true
	case counts(o.Text):
		return [][]string{{o.Text}}, true
	default:
		return [][]string{{}}, true
	}
}

func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, part := range b {
		if !slices.Contains(all, part) {
			all = append(all, part)
		}
	}
	return all
}

// foreign reports whether another identity's token is wanted.
func (l lack) foreign() bool {
	return slices.ContainsFunc(l, func(way []string) bool { return slices.ContainsFunc(way, isFrom) })
}

// text reads the ways aloud, "" where none is told.
func (l lack) text() string {
	words := make([]string, len(l))
	for n, way := range l {
		parts := make([]string, len(way))
		for i, part := range way {
			parts[i] = audit.Visible(part)
		}
		words[n] = strings.Join(parts, " and ")
	}
	return strings.Join(words, ", or ")
}
