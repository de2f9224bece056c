package access_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/allocated"
)

// Whatever the text: no panic, a table that is read prints as it was read, and
// nobody passes where nothing is granted, but on public routes.
func FuzzParseTable(f *testing.F) {
	table, err := access.Compile(
		access.Declaration{Route: "GET /", Rule: access.Public("why not")},
		access.Declaration{Route: "GET /orders/{id}", Rule: access.Require(access.NewResourceServer("orders", "Orders").Scope("read", "See"))},
		access.Declaration{Route: "ANY /files/{path+}", Rule: access.All(access.Role("admin"), access.Claim("level", 3).From("Users"))},
	)
	if err != nil {
		f.Fatal(err)
	}
	good := table.JSON()
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(append(bytes.Clone(good), '\n'))
	f.Add(bytes.Replace(good, []byte(`"version":1`), []byte(`"version":2`), 1))
	f.Add(bytes.Replace(good, []byte(`"version":1`), []byte(`"version":1,"version":1`), 1))
	f.Add(bytes.Replace(good, []byte(`{"public"`), []byte(`{"public":"","public"`), 1))
	f.Add(bytes.Replace(good, []byte(`"GET /"`), []byte(`"GET /orders/{id}"`), 1))
	f.Add(bytes.Replace(good, []byte(`"routes"`), []byte(`"ROUTES"`), 1))
	f.Add([]byte(`{"version":1,"routes":{}}`))
	f.Add([]byte(`{"version":1,"routes":null}`))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"}}"}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"\\"}"}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"x"}}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"x"}{}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"x","a":{}}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /a":{"public":"x"},"GET /":{"public":"x"}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"x"},"GET /":{"public":"x"}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /\u0061":{"public":"x"}}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":"x"},}}`))
	f.Add([]byte(`{"version":1,"routes":{"GET /":{"public":`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var table *access.Table
		var err error
		// encoding/json and errors that quote what is wrong need more than the
		// strict reader of tokens; a table is our own file.
		limit := 1024*uint64(len(text)) + 64<<10
		if n, ok := allocated.Within(limit, func() { table, err = access.ParseTable(text) }); !ok {
			t.Errorf("%d bytes are read with %d bytes of memory: %q", len(text), n, text)
		}
		if err != nil {
			if table != nil {
				t.Fatalf("ParseTable(%q) gave a table and %v", text, err)
			}
			return
		}
		if !bytes.Equal(table.JSON(), text) || len(table.Digest()) != 64 {
			t.Fatalf("ParseTable(%q) prints %q", text, table.JSON())
		}
		// The text is what encoding/json writes of it, so nothing of it was skipped.
		var whole struct {
			Version int                    `json:"version"`
			Routes  map[string]access.Rule `json:"routes"`
		}
		var written bytes.Buffer
		encoder := json.NewEncoder(&written)
		encoder.SetEscapeHTML(false)
		if json.Unmarshal(text, &whole) != nil || encoder.Encode(whole) != nil || written.String() != string(text)+"\n" {
			t.Fatalf("ParseTable(%q) skipped something of it", text)
		}
		again, err := access.ParseTable(table.JSON())
		if err != nil || again.Digest() != table.Digest() || !slices.Equal(again.Routes(), table.Routes()) {
			t.Fatalf("ParseTable(%q) cannot be read again: %v", text, err)
		}
		for _, route := range table.Routes() {
			if parsed, err := access.ParseRoute(route); err != nil || parsed.String() != route {
				t.Errorf("ParseTable(%q) has the route %q: %v", text, route, err)
			}
			rule, known := table.Rule(route)
			if !known || rule.IsZero() {
				t.Errorf("ParseTable(%q) has no rule for %q", text, route)
			}
			if d := access.Decide(table, route, nil, now); d.Allowed != rule.IsPublic() {
				t.Errorf("%q with the rule %s lets nobody pass: %v", route, rule, d)
			}
			if d := access.Decide(table, route, &access.Caller{ExpiresAt: now.Add(-access.ClockSkew)}, now); d.Allowed && !rule.IsPublic() {
				t.Errorf("%q with the rule %s lets an expired caller pass", route, rule)
			}
			if d := access.Decide(table, " "+route, nil, now); d.Allowed {
				t.Errorf("a route that is not %q is allowed", route)
			}
			if text, err := json.Marshal(rule); err != nil || len(text) == 0 {
				t.Errorf("the rule %s of %q cannot be printed: %v", rule, route, err)
			}
		}
	})
}

// Route keys may come from people's code in thousands of bytes: reading one is
// linear, in memory as well.
func FuzzARouteKeyBuysLittleMemory(f *testing.F) {
	for _, key := range []string{"GET /orders/{id}", "$default", "ANY /{proxy+}", "GET //", "GET /a/./b", "GET /%2f", "get /", "GET /{a}/{a}", "GET /{a...}", "GET /\x00", "\xff"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		limit := 256*uint64(len(key)) + 8192
		var r access.Route
		var err error
		if n, ok := allocated.Within(limit, func() { r, err = access.ParseRoute(key) }); !ok {
			t.Errorf("a key of %d bytes is read with %d bytes of memory: %q", len(key), n, key)
		}
		if err == nil && (r.String() != key || r.IsDefault() != (key == access.DefaultRoute)) {
			t.Errorf("ParseRoute(%q) prints %q", key, r)
		}
	})
}
