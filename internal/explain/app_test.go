package explain

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
)

// synthesised returns a cloud assembly with the templates that were synthesised
// of examples, each as a stack of its own, beside its authorizer's table.
func synthesised(t *testing.T, examples ...string) fstest.MapFS {
	t.Helper()
	files, artifacts := fstest.MapFS{}, map[string]any{}
	add := func(name string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for _, example := range examples {
		text, err := os.ReadFile("../../test/synth/testdata/" + example + ".json")
		if err != nil {
			t.Fatal(err)
		}
		files[example+".template.json"] = &fstest.MapFile{Data: text}
		files["asset."+example+"/table.json"] = &fstest.MapFile{Data: tableIn(t, text)}
		artifacts[example] = map[string]any{"type": "aws:cloudformation:stack", "properties": map[string]any{"templateFile": example + ".template.json"}}
		artifacts[example+".assets"] = map[string]any{"type": "cdk:asset-manifest", "properties": map[string]any{"file": example + ".assets.json"}}
		add(example+".assets.json", map[string]any{"files": map[string]any{"1": map[string]any{
			"source":       map[string]any{"path": "asset." + example, "packaging": "zip"},
			"destinations": map[string]any{"here": map[string]any{"objectKey": "compiled.zip"}}, // the golden's name
		}}})
		if len(examples) > 1 { // each in a folder of its own would be a stage; one manifest knows one key once
			replace(t, files, example+".template.json", `"compiled.zip"`, `"`+example+`.zip"`)
			replace(t, files, example+".assets.json", `"compiled.zip"`, `"`+example+`.zip"`)
		}
	}
	add("manifest.json", map[string]any{"artifacts": artifacts})
	return files
}

// tableIn returns the table of the routes in a template's metadata.
func tableIn(t *testing.T, template []byte) []byte {
	t.Helper()
	var content struct {
		Resources map[string]struct {
			Metadata struct {
				Scopeway struct {
					Routes map[string]access.Rule
				}
			}
		}
	}
	if err := json.Unmarshal(template, &content); err != nil {
		t.Fatal(err)
	}
	for _, r := range content.Resources {
		if len(r.Metadata.Scopeway.Routes) == 0 {
			continue
		}
		var declarations []access.Declaration
		for route, rule := range r.Metadata.Scopeway.Routes {
			declarations = append(declarations, access.Declaration{Route: route, Rule: rule})
		}
		table, err := access.Compile(declarations...)
		if err != nil {
			t.Fatal(err)
		}
		return table.JSON()
	}
	t.Fatal("the template has no routes")
	return nil
}

// replace changes a text in a file.
func replace(t *testing.T, files fstest.MapFS, name, old, new string) {
	t.Helper()
	text := string(files[name].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s lacks %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, old, new))}
}

func TestTheAppOfATemplateIsFound(t *testing.T) {
	for example, want := range map[string]struct {
		name string
		kind event.Kind
		late string
	}{
		"quickstart-Quickstart":      {"Quickstart/Api", event.HTTP, `clients, issuer, keys of identity "Quickstart/Users"`},
		"rest-Rest":                  {"Rest/Api", event.REST, `clients, issuer, keys of identity "Rest/Users"`},
		"existing-pool-ExistingPool": {"ExistingPool/Orders", event.HTTP, `clients of identity "ExistingPool/Users"`},
	} {
		t.Run(example, func(t *testing.T) {
			app, err := FindApp(synthesised(t, example), "")
			if err != nil {
				t.Fatal(err)
			}
			if app.Name != want.name || app.Kind != want.kind || len(app.Table.Routes()) == 0 || app.Shipped != nil {
				t.Errorf("app = %+v, want %+v", app, want)
			}
			identities, err := app.Identities(nil)
			if err == nil || !strings.Contains(err.Error(), "got none for "+want.late+", write -identity FILE") || identities != nil {
				t.Errorf("Identities = %v, %v, want it to miss %s", identities, err, want.late)
			}
		})
	}
}

func TestOneOfSeveralAppsIsFoundByItsName(t *testing.T) {
	files := synthesised(t, "quickstart-Quickstart", "rest-Rest")
	app, err := FindApp(files, "Rest/Api")
	if err != nil || app.Name != "Rest/Api" || app.Kind != event.REST {
		t.Fatalf("FindApp = %+v, %v", app, err)
	}
	for name, want := range map[string]string{
		"":     `API, there are several, got none, write -api and one of ["Quickstart/Api" "Rest/Api"]`,
		"Rest": `API, there is none of that name, got "Rest", write one of ["Quickstart/Api" "Rest/Api"]`,
	} {
		if app, err := FindApp(files, name); err == nil || !strings.Contains(err.Error(), want) || app != nil {
			t.Errorf("FindApp(%q) = %v, %v, want the error %q", name, app, err, want)
		}
	}
	replace(t, files, "rest-Rest.template.json", `"name": "Rest/Api"`, `"name": "Quickstart/Api"`)
	if _, err := FindApp(files, "Quickstart/Api"); err == nil || !strings.Contains(err.Error(), "two have one name") {
		t.Errorf("FindApp = %v, want that two have one name", err)
	}
}

func TestAnAppIsRefused(t *testing.T) {
	const template, asset = "quickstart-Quickstart.template.json", "asset.quickstart-Quickstart/"
	for name, c := range map[string]struct {
		change func(files fstest.MapFS)
		want   string
	}{
		"no assembly":              {func(f fstest.MapFS) { delete(f, "manifest.json") }, "the folder has no manifest.json"},
		"no authorizer":            {func(f fstest.MapFS) { replace(t, f, template, "SCOPEWAY_IDENTITIES", "OTHER") }, "it has no authorizer of Scopeway"},
		"no function":              {func(f fstest.MapFS) { replace(t, f, template, "AWS::Lambda::Function", "Custom::Function") }, "it has no authorizer of Scopeway"},
		"no metadata":              {func(f fstest.MapFS) { replace(t, f, template, `"scopeway": {`, `"other": {`) }, "its API has no metadata that can be read"},
		"metadata of another kind": {func(f fstest.MapFS) { replace(t, f, template, `"kind": "http"`, `"kind": "websocket"`) }, "its API has no metadata that can be read"},
		"code known at deploy": {func(f fstest.MapFS) {
			replace(t, f, template, `"S3Key": "compiled.zip"`, `"S3Key": {"Ref": "Key"}`)
		}, `API "Quickstart/Api", where the code of its authorizer is, is known at deploy only`},
		"code without an asset": {func(f fstest.MapFS) { replace(t, f, template, `"compiled.zip"`, `"other.zip"`) }, `has the object key "other.zip"`},
		"a table that is no table": {func(f fstest.MapFS) { f[asset+"table.json"] = &fstest.MapFile{Data: []byte("{}")} },
			"table, unknown version"},
		"a table of another synth": {func(f fstest.MapFS) {
			f[asset+"table.json"] = &fstest.MapFile{Data: []byte(`{"version":1,"routes":{"GET /":{"signedIn":true}}}`)}
		}, "its table is not the one in its metadata"},
		"no table": {func(f fstest.MapFS) {
			f[asset+"other.json"] = f[asset+"table.json"]
			delete(f, asset+"table.json")
		}, "table.json, it is not in the folder of the authorizer"},
		"shipped keys that are none": {func(f fstest.MapFS) { f[asset+"keys.json"] = &fstest.MapFile{Data: []byte(`{}`)} }, "keys.json, version, is not one"},
	} {
		t.Run(name, func(t *testing.T) {
			files := synthesised(t, "quickstart-Quickstart")
			c.change(files)
			if app, err := FindApp(files, ""); err == nil || !strings.Contains(err.Error(), c.want) || app != nil {
				t.Errorf("FindApp = %v, %v, want the error %q", app, err, c.want)
			}
		})
	}
}

func TestShippedKeysComeWithTheApp(t *testing.T) {
	files := synthesised(t, "quickstart-Quickstart")
	s := newShop(t)
	files["asset.quickstart-Quickstart/keys.json"] = &fstest.MapFile{Data: []byte(`{"version":1,"sets":{"Quickstart/Users":` + string(s.jwks(t)) + `}}`)}
	app, err := FindApp(files, "")
	if err != nil || app.Shipped["Quickstart/Users"] == nil {
		t.Errorf("FindApp = %+v, %v, want keys", app, err)
	}
}
