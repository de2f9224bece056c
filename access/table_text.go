package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tableFrame is how the canonical text of a table begins.
var tableFrame = fmt.Sprintf(`{"version":%d,"routes":{`, TableVersion)

// entry is a route of a table's text with the text of its rule.
type entry struct{ route, rule string }

// split returns the routes of a table's text, and false for one that is not in
// canonical form: the authorizer reads its table at every start, and of the
// canonical form the end of a rule is all that has to be looked for. What is in
// between, the routes and the rules, is to be read by the caller.
func split(text string) (entries []entry, ok bool) {
	rest, ok := strings.CutPrefix(text, tableFrame)
	if !ok {
		return nil, false
	}
	if rest == "}}" {
		return nil, true
	}
	entries = make([]entry, 0, strings.Count(rest, `":{`)) // a guess that is never too small by much
	last := ""
	for {
		if rest, ok = strings.CutPrefix(rest, `"`); !ok {
			return nil, false
		}
		route, after, _ := strings.Cut(rest, `"`)
		if route <= last || strings.Contains(route, `\`) {
			return nil, false
		}
		last = route
		if rest, ok = strings.CutPrefix(after, ":"); !ok {
			return nil, false
		}
		n := objectEnd(rest)
		if n < 0 {
			return nil, false
		}
		entries = append(entries, entry{route, rest[:n]})
		if rest = rest[n:]; rest == "}}" {
			return entries, true
		}
		if rest, ok = strings.CutPrefix(rest, ","); !ok {
			return nil, false
		}
	}
}

// objectEnd returns where the JSON object ends that the text begins with, -1 if
// there is none. It looks at braces only, and at texts because these hold any.
func objectEnd(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
		if depth == 0 {
			return -1
		}
	}
	return -1
}

var errNotCanonical = errors.New("table, not in canonical form, write it with Table.JSON")

// notCanonical says what is wrong with a text that is no table: first what else
// there is than the form, otherwise err.
func notCanonical(text []byte, err error) error {
	var parsed struct {
		Version int                        `json:"version"`
		Routes  map[string]json.RawMessage `json:"routes"`
	}
	failure := json.Unmarshal(text, &parsed)
	var notJSON *json.SyntaxError
	switch {
	case errors.As(failure, &notJSON):
		return fmt.Errorf("table, not JSON: %w", failure)
	case parsed.Version != TableVersion: // first: a later version may have other members
		return fmt.Errorf("table, unknown version, got %d, want %d: deploy the table together with the authorizer made with it", parsed.Version, TableVersion)
	case failure != nil:
		return fmt.Errorf("table, not readable: %w", failure)
	case !errors.Is(err, errNotCanonical):
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(parsed.Routes)) {
		route, wrong := ParseRoute(key)
		if wrong != nil {
			return fmt.Errorf("table, %w", wrong)
		}
		if _, wrong = parseCanonical(parsed.Routes[key], route); wrong != nil {
			return wrong
		}
	}
	return err
}
