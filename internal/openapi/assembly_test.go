package openapi

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
)

// renamed returns the metadata of the quick start with another name.
func renamed(t *testing.T, name string) map[string]any {
	t.Helper()
	m := metadata(t, "quickstart")
	m["name"] = name
	return m
}

// wholeAssembly has a stack, a nested stack in it, a stage with a stack that has
// a nested stack named in its template only, and what a former synth left.
func wholeAssembly(t *testing.T) fstest.MapFS {
	t.Helper()
	api := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: template(t, "AWS::ApiGatewayV2::Api", renamed(t, name))}
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"manifest.json": file(`{"version":"54.0.0","artifacts":{
			"Tree":{"type":"cdk:tree","properties":{"file":"tree.json"}},
			"Shop":{"type":"aws:cloudformation:stack","properties":{"templateFile":"Shop.template.json"}},
			"Shop.assets":{"type":"cdk:asset-manifest","properties":{"file":"Shop.assets.json"}},
			"assembly-Prod":{"type":"cdk:cloud-assembly","properties":{"directoryName":"assembly-Prod"}}}}`),
		"Shop.template.json": api("Shop/Api"),
		"Shop.assets.json": file(`{"files":{
			"1":{"source":{"path":"ShopInner.nested.template.json","packaging":"file"}},
			"2":{"source":{"path":"Shop.template.json","packaging":"file"}},
			"3":{"source":{"path":"asset.1/bundle.nested.template.json","packaging":"zip"}},
			"4":{"source":{"executable":["make"]}}}}`),
		"ShopInner.nested.template.json": api("Shop/Inner/Api"),
		"assembly-Prod/manifest.json": file(`{"artifacts":{
			"ProdShop":{"type":"aws:cloudformation:stack","properties":{"templateFile":"ProdShop.template.json"}}}}`),
		"assembly-Prod/ProdShop.template.json": file(`{"Resources":{
			"Nested":{"Type":"AWS::CloudFormation::Stack","Metadata":{"aws:asset:path":"ProdInner.nested.template.json"}},
			"Foreign":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP"}}}}`),
		"assembly-Prod/ProdInner.nested.template.json": api("Prod/Shop/Inner/Api"),
		"Former.template.json":                         api("Former/Api"),
		"Former.nested.template.json":                  file("not even JSON"),
	}
}

func TestFindReadsStacksNestedStacksAndStages(t *testing.T) {
	apis, err := Find(wholeAssembly(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, api := range apis {
		got = append(got, api.Name+" in "+api.Template)
	}
	want := `Prod/Shop/Inner/Api in assembly-Prod/ProdInner.nested.template.json
Shop/Api in Shop.template.json
Shop/Inner/Api in ShopInner.nested.template.json`
	if strings.Join(got, "\n") != want {
		t.Errorf("Find = %q, want %q", got, want)
	}
}

func TestFindRefuses(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for name, c := range map[string]struct {
		change func(files fstest.MapFS)
		want   string
	}{
		"a folder that is no assembly":      {func(f fstest.MapFS) { delete(f, "manifest.json") }, `the folder has no manifest.json, got "."`},
		"a stage without a manifest":        {func(f fstest.MapFS) { delete(f, "assembly-Prod/manifest.json") }, `the folder has no manifest.json, got "assembly-Prod"`},
		"a manifest that is no JSON":        {func(f fstest.MapFS) { f["manifest.json"] = file("{") }, "manifest.json is not the JSON of an assembly"},
		"a template that is missing":        {func(f fstest.MapFS) { delete(f, "Shop.template.json") }, "Shop.template.json is missing, synthesise anew"},
		"a nested template that is missing": {func(f fstest.MapFS) { delete(f, "ShopInner.nested.template.json") }, "ShopInner.nested.template.json is missing"},
		"a template that is no JSON":        {func(f fstest.MapFS) { f["Shop.template.json"] = file("Resources:") }, "Shop.template.json is not the JSON"},
		"a template in another folder": {func(f fstest.MapFS) {
			f["manifest.json"] = file(`{"artifacts":{"A":{"type":"aws:cloudformation:stack","properties":{"templateFile":"../Shop.template.json"}}}}`)
		}, `refers to a path outside its folder, got "../Shop.template.json"`},
		"a stack without a template": {func(f fstest.MapFS) {
			f["manifest.json"] = file(`{"artifacts":{"A":{"type":"aws:cloudformation:stack"}}}`)
		}, `refers to a path outside its folder, got ""`},
		"an assembly in another folder": {func(f fstest.MapFS) {
			f["manifest.json"] = file(`{"artifacts":{"A":{"type":"cdk:cloud-assembly","properties":{"directoryName":"/etc"}}}}`)
		}, `refers to a path outside its folder, got "/etc"`},
		"an assembly that is within itself": {func(f fstest.MapFS) {
			f["manifest.json"] = file(`{"artifacts":{"A":{"type":"cdk:cloud-assembly","properties":{"directoryName":"."}}}}`)
		}, "nested more than 16 deep"},
		"two APIs of one name": {func(f fstest.MapFS) { f["ShopInner.nested.template.json"] = f["Shop.template.json"] },
			`two of its APIs have one name, got "Shop/Api" in Shop.template.json and in ShopInner.nested.template.json`},
		"an app without an API": {func(f fstest.MapFS) {
			f["manifest.json"] = file(oneStack)
			f["Shop.template.json"] = file(`{"Resources":{}}`)
		}, "it has no API, got 1 templates"},
		"APIs that are not ours": {func(f fstest.MapFS) {
			f["manifest.json"] = file(oneStack)
			f["Shop.template.json"] = file(`{"Resources":{"B":{"Type":"AWS::ApiGateway::RestApi"},"A":{"Type":"AWS::ApiGatewayV2::Api"}}}`)
		}, `none of its APIs has the metadata of Scopeway, got "A" in Shop.template.json, "B" in Shop.template.json`},
	} {
		t.Run(name, func(t *testing.T) {
			files := wholeAssembly(t)
			c.change(files)
			apis, err := Find(files)
			if err == nil || !strings.Contains(err.Error(), c.want) || apis != nil {
				t.Fatalf("Find = %v, %v, want the error %q", apis, err, c.want)
			}
		})
	}
}

func TestMetadataIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(m map[string]any)
		want   string
	}{
		"of another version":             {func(m map[string]any) { m["version"] = 2 }, "its metadata is of an unknown version, got 2, want 1"},
		"of the former form":             {func(m map[string]any) { delete(m, "routes") }, "its metadata has no routes or no name"},
		"without a name":                 {func(m map[string]any) { m["name"] = "" }, "its metadata has no routes or no name"},
		"of another kind":                {func(m map[string]any) { m["kind"] = "websocket" }, `that of another kind of API, got "websocket", want "http"`},
		"with another table's digest":    {func(m map[string]any) { m["table"] = strings.Repeat("0", 64) }, "its routes and its table do not belong together"},
		"with a route taken out":         {func(m map[string]any) { delete(m["routes"].(map[string]any), "GET /menu") }, "its routes and its table do not belong together"},
		"with a rule that is weaker":     {func(m map[string]any) { routes(m)["POST /orders"] = map[string]any{"public": "why not"} }, "its routes and its table do not belong together"},
		"with a rule of an unknown kind": {func(m map[string]any) { routes(m)["GET /menu"] = map[string]any{"ip": "10.0.0.1"} }, "its routes are not readable"},
		"with a rule that is empty":      {func(m map[string]any) { routes(m)["GET /menu"] = map[string]any{} }, "its routes are not readable"},
		"with a route that is none":      {func(m map[string]any) { routes(m)["FETCH /menu"] = routes(m)["GET /menu"] }, "an unknown method"},
		"with routes in a list":          {func(m map[string]any) { m["routes"] = []any{"GET /menu"} }, "its routes are not readable"},
		"with a scope nobody declared":   {func(m map[string]any) { m["servers"] = []any{} }, `scope "orders/admin" is required and not declared`},
		"with a scope that is none":      {func(m map[string]any) { m["servers"].([]any)[0].(map[string]any)["key"] = "or/ders" }, "scope, not of the form"},
		"with an unknown profile":        {func(m map[string]any) { first(m)["profile"] = "saml" }, `identity "Quickstart/Users", its profile is unknown, got "saml"`},
		"with a number for a URL":        {func(m map[string]any) { first(m)["tokenUrl"] = 1 }, "neither a string nor an intrinsic function"},
		"with two identities of one name": {func(m map[string]any) { m["identities"] = []any{first(m), first(m)} },
			`two of its identities have one name, got "Quickstart/Users"`},
	} {
		t.Run(name, func(t *testing.T) {
			m := metadata(t, "quickstart")
			c.change(m)
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if api, err := parseAPI(text, kindHTTP); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("parseAPI = %v, %v, want the error %q", api, err, c.want)
			}
		})
	}
	for _, text := range []string{`"Shop/Api"`, `[]`, `null`, `{"version":"1"}`} {
		if api, err := parseAPI([]byte(text), kindHTTP); err == nil {
			t.Errorf("parseAPI(%s) = %v, want an error", text, api)
		}
	}
}

func routes(m map[string]any) map[string]any { return m["routes"].(map[string]any) }
