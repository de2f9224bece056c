package openapi

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// FuzzRoute adds a route to an API with two identities: no document shows an
// operation without requirements whose route is not public, and none lacks a
// route.
func FuzzRoute(f *testing.F) {
	files, err := filepath.Glob("testdata/*.metadata.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("found no metadata: %v", err)
	}
	var m map[string]json.RawMessage
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			f.Fatal(err)
		}
		var routes map[string]json.RawMessage
		if err := json.Unmarshal(m["routes"], &routes); err != nil {
			f.Fatal(err)
		}
		for route, rule := range routes {
			f.Add(route, string(rule))
		}
	}
	// m is now that of the rules: the last of the files.
	f.Fuzz(func(t *testing.T, route, rule string) {
		var routes map[string]json.RawMessage
		if err := json.Unmarshal(m["routes"], &routes); err != nil {
			t.Fatal(err)
		}
		if !json.Valid([]byte(rule)) {
			return
		}
		routes[route] = json.RawMessage(rule)
		raw, err := json.Marshal(routes)
		if err != nil {
			return
		}
		table, err := parseRoutes(raw)
		if err != nil {
			return
		}
		with := maps.Clone(m)
		with["routes"], with["table"] = raw, json.RawMessage(`"`+table.Digest()+`"`)
		sealed, err := json.Marshal(with)
		if err != nil {
			t.Fatal(err)
		}
		api, err := parseAPI(sealed, kindHTTP)
		if err != nil {
			return
		}
		config := Config{TokenURLs: map[string]string{}, AuthorizationURLs: map[string]string{}}
		for _, i := range api.identities {
			config.TokenURLs[i.key] = "https://example.com/token"
			config.AuthorizationURLs[i.key] = NoURL
		}
		text, err := Export(api, config)
		if err != nil {
			return
		}
		var document struct {
			Paths map[string]map[string]struct {
				Security []map[string][]string
				Route    string `json:"x-scopeway-route"`
			}
			Default *struct {
				Security []map[string][]string
			} `json:"x-scopeway-default-route"`
			Greedy []struct {
				Route    string
				Security []map[string][]string
			} `json:"x-scopeway-greedy-routes"`
		}
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatalf("the document is not JSON: %v", err)
		}
		seen := map[string]bool{}
		check := func(route string, security []map[string][]string) {
			seen[route] = true
			rule, known := api.table.Rule(route)
			if !known || rule.IsPublic() != (len(security) == 0) {
				t.Errorf("route %q, whose rule is %q, has the security %v", route, rule, security)
			}
		}
		for _, item := range document.Paths {
			for _, operation := range item {
				check(operation.Route, operation.Security)
			}
		}
		for _, greedy := range document.Greedy {
			check(greedy.Route, greedy.Security)
		}
		if document.Default != nil {
			check("$default", document.Default.Security)
		}
		for _, route := range api.table.Routes() {
			if !seen[route] && route[:4] != "ANY " {
				t.Errorf("route %q is not in the document", route)
			}
		}
	})
}
