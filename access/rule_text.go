package access

import (
	"fmt"
	"slices"
	"strings"
)

// String reads the rule aloud, for example "orders/read and orders/write".
func (r Rule) String() string {
	text := r.text()
	if len(r.from) == 0 {
		return text
	}
	if r.isList() {
		text = "(" + text + ")"
	}
	return text + " from " + quoteAll(r.from, " and ")
}

func (r Rule) text() string {
	switch r.kind {
	case requireAll:
		return spell(sortedScopes(r.scopes), " and ")
	case requireAny:
		return spell(sortedScopes(r.scopes), " or ")
	case every:
		return r.joined(" and ")
	case some:
		return r.joined(" or ")
	case public:
		return fmt.Sprintf("public: %s", r.reason)
	case role:
		return fmt.Sprintf("role %q", r.name)
	case member:
		return fmt.Sprintf("member of %q", r.name)
	case claim:
		return fmt.Sprintf("claim %q is %s", r.name, quoteAll(sortedValues(r.values), " or "))
	case machine:
		return "a machine"
	case person:
		return "a person"
	case signedIn:
		return "anybody signed in"
	default:
		return "no rule"
	}
}

// joined reads the parts aloud, in brackets where that leaves a doubt.
func (r Rule) joined(word string) string {
	words := make([]string, len(r.parts))
	for i, p := range r.parts {
		words[i] = p.String()
		if p.isList() && len(p.from) == 0 && p.joinedWith() != word {
			words[i] = "(" + words[i] + ")"
		}
	}
	return strings.Join(words, word)
}

// isList reports whether the rule reads as several words joined.
func (r Rule) isList() bool {
	return len(r.scopes) > 1 || len(r.parts) > 1 || len(r.values) > 1
}

func (r Rule) joinedWith() string {
	if r.kind == requireAll || r.kind == every {
		return " and "
	}
	return " or "
}

func quoteAll[V any](values []V, separator string) string {
	words := make([]string, len(values))
	for i, v := range values {
		if text, ok := any(v).(string); ok {
			words[i] = fmt.Sprintf("%q", text)
		} else {
			words[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(words, separator)
}

// sortedValues returns values of a claim in the order of the table: booleans,
// numbers, texts.
func sortedValues(values []any) []any {
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, compareValues)
	return sorted
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case bool:
		if b, ok := b.(bool); ok {
			switch {
			case a == b:
				return 0
			case b:
				return -1
			}
			return 1
		}
	case int64:
		if b, ok := b.(int64); ok {
			switch {
			case a == b:
				return 0
			case a < b:
				return -1
			}
			return 1
		}
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b)
		}
	}
	return rank(a) - rank(b)
}

func rank(value any) int {
	switch value.(type) {
	case bool:
		return 0
	case int64:
		return 1
	default:
		return 2
	}
}
