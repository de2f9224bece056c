package openapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "write the goldens anew")

// goldens are the documents of testdata/NAME.metadata.json with these
// configurations.
var goldens = map[string]Config{
	"quickstart": {
		URL:               "https://api.example.com",
		TokenURLs:         map[string]string{"Users": "https://shop.auth.eu-central-1.amazoncognito.com/oauth2/token"},
		AuthorizationURLs: map[string]string{"Users": "https://shop.auth.eu-central-1.amazoncognito.com/oauth2/authorize"},
	},
	"rest":      {},
	"rules":     {},
	"public":    {},
	"providers": {},
}

// metadata returns the metadata of a fixture, as a template has it.
func metadata(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// template returns a template with one API that has the metadata.
func template(t *testing.T, resourceType string, metadata any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Resources": map[string]any{
		"Api":   map[string]any{"Type": resourceType, "Metadata": map[string]any{"scopeway": metadata}},
		"Table": map[string]any{"Type": "AWS::DynamoDB::Table"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func resourceType(metadata map[string]any) string {
	if metadata["kind"] == kindREST {
		return "AWS::ApiGateway::RestApi"
	}
	return "AWS::ApiGatewayV2::Api"
}

const oneStack = `{"artifacts":{"Shop":{"type":"aws:cloudformation:stack","properties":{"templateFile":"Shop.template.json"}}}}`

// find returns the only API of an assembly that has this metadata.
func find(t *testing.T, metadata map[string]any) (API, error) {
	t.Helper()
	apis, err := Find(fstest.MapFS{
		"manifest.json":      {Data: []byte(oneStack)},
		"Shop.template.json": {Data: template(t, resourceType(metadata), metadata)},
	})
	if err != nil {
		return API{}, err
	}
	if len(apis) != 1 {
		t.Fatalf("found %d APIs, want 1", len(apis))
	}
	return apis[0], nil
}

// sealed sets the digest that belongs to the routes.
func sealed(t *testing.T, metadata map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(metadata["routes"])
	if err != nil {
		t.Fatal(err)
	}
	table, err := parseRoutes(raw)
	if err != nil {
		t.Fatal(err)
	}
	metadata["table"] = table.Digest()
	return metadata
}

func TestTheDocumentIsTheGolden(t *testing.T) {
	for name, config := range goldens {
		t.Run(name, func(t *testing.T) {
			api, err := find(t, metadata(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Export(api, config)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".openapi.json")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v; go test -update writes it", err)
			}
			if bytes.Equal(got, want) {
				return
			}
			gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
			for i := range min(len(gotLines), len(wantLines)) {
				if gotLines[i] != wantLines[i] {
					t.Fatalf("%s:%d: got %q, want %q; go test -update writes it anew", golden, i+1, gotLines[i], wantLines[i])
				}
			}
			t.Fatalf("%s: got %d lines, want %d", golden, len(gotLines), len(wantLines))
		})
	}
	files, err := filepath.Glob("testdata/*.openapi.json")
	if err != nil || len(files) != len(goldens) {
		t.Errorf("testdata has the goldens %q (%v), want %d", files, err, len(goldens))
	}
}

func TestTheSameAPIGivesTheSameBytes(t *testing.T) {
	for name, config := range goldens {
		var first []byte
		for range 20 {
			api, err := find(t, metadata(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Export(api, config)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if !bytes.Equal(got, first) {
				t.Fatalf("%s: two documents of one API differ", name)
			}
		}
	}
}

// TestNoClosedOperationIsShownOpen looks at what a wrong document would do
// most harm with: an empty list of requirements.
func TestNoClosedOperationIsShownOpen(t *testing.T) {
	for name := range goldens {
		text, err := os.ReadFile(filepath.Join("testdata", name+".openapi.json"))
		if err != nil {
			t.Fatal(err)
		}
		var document struct {
			Paths map[string]map[string]struct {
				Security []map[string][]string
				Public   string `json:"x-scopeway-public"`
				Route    string `json:"x-scopeway-route"`
			}
		}
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		routes := metadata(t, name)["routes"].(map[string]any)
		for path, item := range document.Paths {
			for method, o := range item {
				_, public := routes[o.Route].(map[string]any)["public"]
				open := o.Security != nil && len(o.Security) == 0
				if o.Security == nil || open != public || (o.Public != "") != public {
					t.Errorf("%s: %s %s has the security %v and the reason %q, and its rule is %v", name, method, path, o.Security, o.Public, routes[o.Route])
				}
				for _, way := range o.Security {
					if len(way) != 1 {
						t.Errorf("%s: %s %s has a requirement %v, want one of one scheme", name, method, path, way)
					}
				}
			}
		}
	}
}

func TestExportRefuses(t *testing.T) {
	quickstart := goldens["quickstart"]
	with := func(change func(c *Config)) Config {
		c := Config{URL: quickstart.URL, TokenURLs: map[string]string{}, AuthorizationURLs: map[string]string{}}
		for key, value := range quickstart.TokenURLs {
			c.TokenURLs[key] = value
		}
		for key, value := range quickstart.AuthorizationURLs {
			c.AuthorizationURLs[key] = value
		}
		change(&c)
		return c
	}
	for name, c := range map[string]struct {
		config Config
		change func(m map[string]any)
		want   string
	}{
		"URLs that are known at deploy only, all at once": {config: Config{}, want: `identity "Users", its token URL is known at deploy only, write -token-url Users=https://…; identity "Users", its authorization URL is known at deploy only, write -authorization-url Users=https://…, or -authorization-url Users=none to leave the flow out`},
		"a token URL that is nowhere": {config: Config{}, change: func(m map[string]any) {
			delete(first(m), "tokenUrl")
			delete(first(m), "authorizationUrl")
		}, want: `identity "Users", its token URL is not known, write -token-url Users=https://…`},
		"a token URL of none":                          {config: with(func(c *Config) { c.TokenURLs["Users"] = NoURL }), want: `its token URL is not a URL, got "none"`},
		"a token URL over http":                        {config: with(func(c *Config) { c.TokenURLs["Users"] = "http://login.example.com" }), want: "not https"},
		"a URL with a password, which is not repeated": {config: with(func(c *Config) { c.TokenURLs["Users"] = "https://u:secret@x" }), want: "a URL with credentials in it"},
		"an authorization URL with a fragment":         {config: with(func(c *Config) { c.AuthorizationURLs["Users"] = "https://x/#a" }), want: "a URL with a fragment"},
		"an identity that is not trusted":              {config: with(func(c *Config) { c.TokenURLs["Others"] = "https://x" }), want: `identity "Others", Quickstart/Api does not trust it, write one of ["Users"]`},
		"the same for authorization":                   {config: with(func(c *Config) { c.AuthorizationURLs["users"] = "https://x" }), want: `identity "users", Quickstart/Api does not trust it`},
		"an address with a query":                      {config: with(func(c *Config) { c.URL = "https://x?a=b" }), want: "it has a query"},
		"an address with variables":                    {config: with(func(c *Config) { c.URL = "https://{stage}.example.com" }), want: "not a URL"},
		"an address without a scheme":                  {config: with(func(c *Config) { c.URL = "api.example.com" }), want: "not a URL"},
		"a rule nobody can satisfy": {config: quickstart, change: func(m map[string]any) {
			first(m)["audiences"] = map[string]any{"files": "files"}
		}, want: `route "DELETE /admin/orders/{id}", no identity of the API can satisfy its rule, got "orders/admin"`},
		"a rule for an identity that is not trusted": {config: quickstart, change: func(m map[string]any) {
			m["routes"] = map[string]any{"GET /": map[string]any{"role": "admin", "from": "Staff"}}
		}, want: `route "GET /", no identity of the API can satisfy its rule`},
		"an API without identities": {config: quickstart, change: func(m map[string]any) { m["identities"] = []any{} }, want: "no identity of the API can satisfy its rule"},
		"an audience that is part of scopes and not known": {config: quickstart, change: func(m map[string]any) {
			first(m)["audiences"] = map[string]any{"orders": map[string]any{"Ref": "Audience"}}
		}, want: `identity "Users", its audience for "orders" is known at deploy only`},
		"a spelling that is not known": {config: quickstart, change: func(m map[string]any) {
			first(m)["spellings"] = map[string]any{"orders/read": map[string]any{"known": "at deploy"}}
		}, want: `identity "Users", its spelling of "orders/read" is known at deploy only`},
		"a scope of a workload": {config: quickstart, change: func(m map[string]any) {
			first(m)["profile"] = "workload"
		}, want: "no identity of the API can satisfy its rule"},
		"two scopes with one spelling": {config: quickstart, change: func(m map[string]any) {
			first(m)["audiences"] = map[string]any{"orders": "orders", "files": "orders"}
			m["servers"] = append(m["servers"].([]any), map[string]any{"key": "files", "scopes": []any{map[string]any{"name": "read", "description": "Read"}}})
		}, want: `identity "Users", two scopes have one spelling, got "orders/read"`},
	} {
		t.Run(name, func(t *testing.T) {
			m := metadata(t, "quickstart")
			if c.change != nil {
				c.change(m)
				sealed(t, m)
			}
			api, err := find(t, m)
			if err != nil {
				t.Fatal(err)
			}
			document, err := Export(api, c.config)
			if err == nil || !strings.Contains(err.Error(), c.want) || document != nil {
				t.Fatalf("Export = %q, %v, want the error %q", document, err, c.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
	if document, err := Export(API{}, Config{}); err == nil || document != nil {
		t.Errorf("Export of the zero API = %q, %v, want an error", document, err)
	}
}

// first returns the first identity of the metadata.
func first(m map[string]any) map[string]any {
	return m["identities"].([]any)[0].(map[string]any)
}

func TestLoopbackMayBeHTTP(t *testing.T) {
	api, err := find(t, metadata(t, "quickstart"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := Export(api, Config{
		URL:               "http://127.0.0.1:4566/x",
		TokenURLs:         map[string]string{"Users": "http://[::1]:4566/token"},
		AuthorizationURLs: map[string]string{"Users": NoURL},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"authorizationCode", NoURL + `"`} {
		if bytes.Contains(document, []byte(unwanted)) {
			t.Errorf("the document has %q, want no such flow", unwanted)
		}
	}
}

func TestIdentitiesWithOneIDAreCalledByTheirPaths(t *testing.T) {
	m := metadata(t, "quickstart")
	other := map[string]any{}
	for key, value := range first(m) {
		other[key] = value
	}
	other["name"] = "Other/Users"
	m["identities"] = []any{first(m), other}
	api, err := find(t, m)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{TokenURLs: map[string]string{}, AuthorizationURLs: map[string]string{}}
	for i, name := range []string{"Quickstart/Users", "Other/Users"} {
		config.TokenURLs[name] = fmt.Sprintf("https://%d.example.com/token", i)
		config.AuthorizationURLs[name] = NoURL
	}
	document, err := Export(api, config)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"Quickstart_Users": {`, `"Other_Users": {`} {
		if !bytes.Contains(document, []byte(want)) {
			t.Errorf("the document lacks %s", want)
		}
	}
}
