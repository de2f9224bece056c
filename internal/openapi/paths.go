package openapi

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// methods are those that API Gateway takes and OpenAPI knows. OpenAPI's TRACE
// is not one that a route can have, and ANY does not take it.
var methods = slices.Sorted(slices.Values(access.Methods()))

// anyMethod is the method of routes that take every method without a route of
// its own.
const anyMethod = "ANY"

// pathItem holds operations by method, in lower case.
type pathItem map[string]operation

type operation struct {
	OperationID string         `json:"operationId"`
	Description string         `json:"description,omitempty"`
	Parameters  []parameter    `json:"parameters,omitempty"`
	Responses   map[string]any `json:"responses"`
	// Security is empty for public operations, and never nil: without the
	// member a default would hold.
	Security []requirement `json:"security"`
	Public   string        `json:"x-scopeway-public,omitempty"`
	Route    string        `json:"x-scopeway-route"`
	Rule     string        `json:"x-scopeway-rule,omitempty"`
}

type parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Required    bool   `json:"required"`
	Description string `json:"description,omitempty"`
	Schema      schema `json:"schema"`
	Greedy      bool   `json:"x-scopeway-greedy,omitempty"`
}

// unexpressed is a route, or some methods of one, that OpenAPI has no path for.
type unexpressed struct {
	Route    string        `json:"route"`
	Methods  []string      `json:"methods,omitempty"`
	Rule     string        `json:"rule"`
	Security []requirement `json:"security"`
	Public   string        `json:"public,omitempty"`
}

// pathList is what becomes of a table's routes.
type pathList struct {
	items     map[string]pathItem
	byDefault *unexpressed
	greedy    []unexpressed
	schemes   map[string]bool // those that a requirement names
}

// guarded is a route with what it asks for.
type guarded struct {
	access.Route
	rule     access.Rule
	security []requirement
	exact    bool
}

// paths returns the operations of all routes. To OpenAPI, two paths that differ
// in the names of their variables are one (section 4.8.8), and it has no greedy
// variables: the more specific route gives the path its name and comes first
// where both take a method, as it does at API Gateway.
func (api *API) paths() (pathList, error) {
	list := pathList{items: map[string]pathItem{}, schemes: map[string]bool{}}
	byShape := map[string][]guarded{}
	for _, key := range api.table.Routes() {
		g, err := api.guard(key)
		if err != nil {
			return list, err
		}
		for _, way := range g.security {
			list.schemes[way.scheme()] = true
		}
		if g.IsDefault() {
			list.byDefault = g.unexpressed(nil)
			continue
		}
		s := shape(g.Path())
		byShape[s] = append(byShape[s], g)
	}
	for _, s := range slices.Sorted(maps.Keys(byShape)) {
		group := byShape[s]
		slices.SortFunc(group, moreSpecific)
		path := strings.ReplaceAll(group[0].Path(), "+}", "}")
		item, taken := pathItem{}, map[string]guarded{}
		for _, g := range group {
			var hidden []string
			for _, method := range g.takes() {
				if other, ok := taken[method]; ok {
					if g.IsGreedy() != other.IsGreedy() {
						hidden = append(hidden, strings.ToLower(method))
					} else if g.Method() != anyMethod || other.Method() == anyMethod {
						return list, fmt.Errorf("route %q, it and %q are one path to OpenAPI, declare one of them", g, other)
					}
					continue
				}
				taken[method] = g
				item[strings.ToLower(method)] = g.operation(method, path)
			}
			if len(hidden) > 0 {
				list.greedy = append(list.greedy, *g.unexpressed(hidden))
			}
		}
		list.items[path] = item
	}
	return list, nil
}

// guard returns a route of the table with what it asks for.
func (api *API) guard(key string) (guarded, error) {
	route, err := access.ParseRoute(key)
	if err != nil {
		return guarded{}, err
	}
	rule, _ := api.table.Rule(key)
	g := guarded{Route: route, rule: rule, security: []requirement{}, exact: true}
	if !rule.IsPublic() {
		g.security, g.exact, err = api.requirements(key, rule)
	}
	return g, err
}

// moreSpecific orders routes of one shape: full matches before greedy ones,
// methods before ANY, then by key.
func moreSpecific(a, b guarded) int {
	return cmp.Or(
		order(a.IsGreedy(), b.IsGreedy()),
		order(a.Method() == anyMethod, b.Method() == anyMethod),
		strings.Compare(a.Path(), b.Path()),
		strings.Compare(a.Method(), b.Method()),
	)
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (g guarded) takes() []string {
	if g.Method() == anyMethod {
		return methods
	}
	return []string{g.Method()}
}

// operation describes one method of the route. The path names its variables,
// which the route may call otherwise.
func (g guarded) operation(method, path string) operation {
	o := operation{
		OperationID: operationID(method, g.Path()),
		Parameters:  parameters(path, g.Path()),
		Responses:   operationResponses(g.rule.IsPublic()),
		Security:    g.security,
		Public:      g.rule.Reason(),
		Route:       g.String(),
	}
	if !g.exact {
		o.Rule = g.rule.String()
		o.Description = fmt.Sprintf("The scopes are not all that is asked for. A token must satisfy: %s.", o.Rule)
	}
	return o
}

func (g guarded) unexpressed(methods []string) *unexpressed {
	return &unexpressed{Route: g.String(), Methods: methods, Rule: g.rule.String(), Security: g.security, Public: g.rule.Reason()}
}

// parameters describes the variables of a path, in its order.
func parameters(path, route string) []parameter {
	var list []parameter
	names, declared := strings.Split(path, "/"), strings.Split(route, "/")
	for i, name := range names {
		if !strings.HasPrefix(name, "{") {
			continue
		}
		p := parameter{Name: strings.Trim(name, "{}"), In: "path", Required: true, Schema: schema{Type: "string"}}
		if p.Greedy = strings.HasSuffix(declared[i], "+}"); p.Greedy {
			p.Description = "The rest of the path: one or more segments, with the slashes between them. OpenAPI knows no such parameter."
		}
		if plain := strings.Replace(declared[i], "+}", "}", 1); plain != name {
			p.Description = strings.TrimSpace(p.Description + " The route calls it " + plain + ".")
		}
		list = append(list, p)
	}
	return list
}

// shape returns the path with its variables' names left out.
func shape(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}
