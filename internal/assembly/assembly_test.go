package assembly

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// app has a stack with an asset, a nested stack, and a stage whose asset lies in
// the app's folder.
func app() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"manifest.json": file(`{"artifacts":{
			"Shop":{"type":"aws:cloudformation:stack","properties":{"templateFile":"Shop.template.json"}},
			"Shop.assets":{"type":"cdk:asset-manifest","properties":{"file":"Shop.assets.json"}},
			"assembly-Prod":{"type":"cdk:cloud-assembly","properties":{"directoryName":"assembly-Prod"}}}}`),
		"Shop.template.json": file(`{"Resources":{"Nested":{"Type":"AWS::CloudFormation::Stack","Metadata":{"aws:asset:path":"Inner.nested.template.json"}}}}`),
		"Shop.assets.json": file(`{"files":{
			"1":{"source":{"path":"asset.1","packaging":"zip"},"destinations":{"a":{"objectKey":"1.zip"},"b":{"objectKey":"b/1.zip"}}},
			"2":{"source":{"path":"../asset.2","packaging":"zip"},"destinations":{"a":{"objectKey":"2.zip"}}},
			"3":{"source":{"path":"/tmp/asset.3","packaging":"zip"},"destinations":{"a":{"objectKey":"3.zip"}}},
			"4":{"source":{"path":"asset.4","packaging":"zip"},"destinations":{"a":{"objectKey":"4.zip"}}},
			"5":{"source":{"path":"Shop.template.json","packaging":"zip"},"destinations":{"a":{"objectKey":"5.zip"}}},
			"6":{"source":{"path":".","packaging":"zip"},"destinations":{"a":{"objectKey":"6.zip"}}},
			"7":{"source":{"path":"Shop.template.json","packaging":"file"},"destinations":{"a":{"objectKey":"7.json"}}}}}`),
		"Inner.nested.template.json": file(`{"Resources":{}}`),
		"asset.1/table.json":         file(`1`),
		"asset.9/table.json":         file(`9`),
		"assembly-Prod/manifest.json": file(`{"artifacts":{
			"Prod":{"type":"aws:cloudformation:stack","properties":{"templateFile":"Prod.template.json"}},
			"Prod.assets":{"type":"cdk:asset-manifest","properties":{"file":"Prod.assets.json"}}}}`),
		"assembly-Prod/Prod.template.json": file(`{"Resources":{}}`),
		"assembly-Prod/Prod.assets.json":   file(`{"files":{"9":{"source":{"path":"../asset.9","packaging":"zip"},"destinations":{"a":{"objectKey":"9.zip"}}}}}`),
	}
}

func TestReadFindsStacksNestedStacksAndStagesOnce(t *testing.T) {
	a, err := Read(app())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, template := range a.Templates {
		names = append(names, template.Name)
	}
	if got := strings.Join(names, " "); got != "Inner.nested.template.json Shop.template.json assembly-Prod/Prod.template.json" {
		t.Errorf("templates = %s", got)
	}
}

func TestAssetFindsTheFolderOfAZipFile(t *testing.T) {
	a, err := Read(app())
	if err != nil {
		t.Fatal(err)
	}
	shop, prod := a.Templates[1], a.Templates[2]
	for _, c := range []struct {
		template  Template
		key, want string
	}{
		{shop, "1.zip", "1"},
		{shop, "b/1.zip", "1"},
		{prod, "9.zip", "9"}, // outside the stage's folder, inside the app's
	} {
		folder, err := a.Asset(c.template, c.key)
		if err != nil {
			t.Fatalf("Asset(%q) = %v", c.key, err)
		}
		if text, err := fs.ReadFile(folder, "table.json"); string(text) != c.want {
			t.Errorf("Asset(%q) has %q, %v, want %q", c.key, text, err, c.want)
		}
	}
}

func TestAssetRefuses(t *testing.T) {
	a, err := Read(app())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ key, want string }{
		"a key that no manifest has":       {"none.zip", `no asset of Shop.template.json has the object key "none.zip"`},
		"a key of another stack":           {"9.zip", "no asset of Shop.template.json has"},
		"a folder beside the assembly":     {"2.zip", `is outside the folder, got "../asset.2"`},
		"an absolute folder":               {"3.zip", `is outside the folder, got "/tmp/asset.3"`},
		"the assembly itself":              {"6.zip", "is outside the folder"},
		"a folder that is not there":       {"4.zip", "asset.4 is not a folder"},
		"a file in the place of a folder":  {"5.zip", "Shop.template.json is not a folder"},
		"a file that is uploaded as it is": {"7.json", "no asset of"},
		"an empty key":                     {"", "no asset of"},
	} {
		t.Run(name, func(t *testing.T) {
			folder, err := a.Asset(a.Templates[1], c.key)
			if err == nil || !strings.Contains(err.Error(), c.want) || folder != nil {
				t.Errorf("Asset = %v, %v, want the error %q", folder, err, c.want)
			}
		})
	}
}
