package access

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// TableVersion is the version of the table's JSON.
const TableVersion = 1

// Declaration is one route as it was declared.
type Declaration struct {
	// Route is the route key, for example "GET /orders/{id}".
	Route string
	Rule  Rule
	// Backend names what serves the route. Routes with one backend are
	// checked against each other; "" is a backend of its own.
	Backend string
	// Site is where the route was declared.
	Site Site
}

// Table is what is allowed: the rule of every route. It holds literals only,
// is the same in every environment and never changes. Make one with [Compile]
// or [ParseTable]; the zero Table has no routes and denies everything.
type Table struct {
	routes map[string]Rule
	json   []byte
	digest string
}

type declared struct {
	Declaration
	route Route
}

// Compile returns the table of the declared routes. It refuses route keys that
// do not parse, routes without a rule, public rules without a reason or inside
// another rule, scopes that are missing or repeated, names and values that no
// token can have or that say nothing, From where it cannot hold, claims that
// are not for rules to judge, routes declared twice,
// overlapping routes of which neither is the more specific and whose rules
// differ, and greedy or default routes that are weaker than a route they cover
// and share a backend with. It does not check that anybody can be granted the
// scopes. The error is of type [Problems] and holds everything found.
func Compile(declarations ...Declaration) (*Table, error) {
	routes, problems := parse(declarations)
	for i, second := range routes {
		for _, first := range routes[:i] {
			if p := conflict(first, second); p != nil {
				problems = append(problems, *p)
			}
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	rules := make(map[string]Rule, len(routes))
	for _, d := range routes {
		rules[d.route.String()] = d.Rule
	}
	return newTable(rules)
}

// Between returns what [Compile] would refuse about routes of two tables that
// serve one API: later, those that an app adds to it, beside earlier.
func Between(earlier, later []Declaration) Problems {
	var problems Problems
	firsts, _ := parse(earlier)
	seconds, _ := parse(later)
	for _, second := range seconds {
		for _, first := range firsts {
			if p := conflict(first, second); p != nil {
				problems = append(problems, *p)
			}
		}
	}
	return problems
}

// parse returns the declarations that are sound by themselves, and what is wrong
// with the others.
func parse(declarations []Declaration) ([]declared, Problems) {
	var problems Problems
	var routes []declared
	for _, d := range declarations {
		subject := fmt.Sprintf("route %q", d.Route)
		route, err := ParseRoute(d.Route)
		if err != nil {
			var wrong *RouteError
			errors.As(err, &wrong)
			problems = append(problems, Problem{"BadRoute", subject, fmt.Sprintf("at offset %d %s", wrong.Offset, wrong.Text), d.Site})
		}
		wrong := d.Rule.problems(subject, d.Site)
		problems = append(problems, wrong...)
		if err == nil && len(wrong) == 0 {
			routes = append(routes, declared{d, route})
		}
	}
	return routes, problems
}

func newTable(rules map[string]Rule) (*Table, error) {
	text, err := encode(tableJSON{TableVersion, rules})
	if err != nil {
		return nil, err
	}
	return tableOf(rules, text), nil
}

// tableOf returns the table of rules with their canonical JSON.
func tableOf(rules map[string]Rule, canonical []byte) *Table {
	sum := sha256.Sum256(canonical)
	return &Table{rules, canonical, hex.EncodeToString(sum[:])}
}

type tableJSON struct {
	Version int             `json:"version"`
	Routes  map[string]Rule `json:"routes"`
}

// encode writes JSON without HTML escapes and without a line end.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ParseTable reads a table that [Table.JSON] wrote. It refuses unknown versions
// and every spelling but the canonical one, so that a table has one digest.
func ParseTable(text []byte) (*Table, error) {
	table, err := parseTable(string(text))
	if err != nil {
		return nil, notCanonical(text, err)
	}
	return table, nil
}

func parseTable(text string) (*Table, error) {
	entries, ok := split(text)
	if !ok {
		return nil, errNotCanonical
	}
	rules := make(map[string]Rule, len(entries))
	known := map[string]Rule{} // by its text: an API has many routes and few rules
	for _, e := range entries {
		route, err := ParseRoute(e.route)
		if err != nil {
			return nil, fmt.Errorf("table, %w", err)
		}
		rule, seen := known[e.rule]
		if !seen {
			if rule, err = parseCanonical([]byte(e.rule), route); err != nil {
				return nil, err
			}
			known[e.rule] = rule
		}
		rules[e.route] = rule
	}
	return tableOf(rules, []byte(text)), nil
}

// parseCanonical reads the rule of a route, as [Rule.MarshalJSON] wrote it.
func parseCanonical(text []byte, route Route) (Rule, error) {
	var rule Rule
	if err := rule.UnmarshalJSON(text); err != nil {
		return Rule{}, fmt.Errorf("table, not readable: %w", err)
	}
	if ps := rule.problems(fmt.Sprintf("route %q", route), Site{}); len(ps) > 0 {
		return Rule{}, fmt.Errorf("table, %w", ps)
	}
	canonical, err := encode(rule)
	if err != nil {
		return Rule{}, err
	}
	if !bytes.Equal(canonical, text) {
		return Rule{}, errNotCanonical
	}
	return rule, nil
}

// JSON returns the table's canonical JSON: one version, routes sorted by key,
// scopes sorted within a rule, no white space. Do not modify it.
func (t *Table) JSON() []byte { return t.json }

// Digest returns the SHA-256 of the canonical JSON, 64 hexadecimal digits.
func (t *Table) Digest() string { return t.digest }

// Rule returns the rule of a route key as API Gateway spells it.
func (t *Table) Rule(route string) (Rule, bool) {
	r, ok := t.routes[route]
	return r, ok
}

// Routes returns the route keys, sorted.
func (t *Table) Routes() []string { return slices.Sorted(maps.Keys(t.routes)) }

// Scopes returns every scope that a rule names, sorted, each once.
func (t *Table) Scopes() []Scope {
	var scopes []Scope
	for _, r := range t.routes {
		scopes = append(scopes, r.Scopes()...)
	}
	return sortedScopes(scopes)
}

// Roles returns every role that a rule names, sorted, each once.
func (t *Table) Roles() []string { return t.names(role) }

// Groups returns every group that a rule names, sorted, each once.
func (t *Table) Groups() []string { return t.names(member) }

// Claims returns the name of every claim that a rule of [Claim] reads, sorted,
// each once.
func (t *Table) Claims() []string { return t.names(claim) }

func (t *Table) names(kind ruleKind) []string {
	var names []string
	for _, r := range t.routes {
		for leaf := range r.leaves() {
			if leaf.kind == kind {
				names = append(names, leaf.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
