package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/scopeway/scopeway/internal/openapi"
)

// TestTheExamplesAreExported writes the document of every API in the synth
// goldens, with made-up URLs for what is known at deploy only.
func TestTheExamplesAreExported(t *testing.T) {
	templates, err := filepath.Glob("../synth/testdata/*.json")
	if err != nil || len(templates) == 0 {
		t.Fatalf("found no synth goldens: %v", err)
	}
	dir := t.TempDir()
	var files []string
	for _, template := range templates {
		text, err := os.ReadFile(template)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(`"scopeway"`)) && !bytes.Contains(text, []byte(`"routes"`)) {
			t.Skipf("%s is older than the metadata of APIs, make golden-update writes it anew", template)
		}
		config := urls(t, text)
		if config == nil {
			continue // a stack without an API
		}
		apis, err := openapi.Find(fstest.MapFS{
			"manifest.json":       {Data: []byte(`{"artifacts":{"Stack":{"type":"aws:cloudformation:stack","properties":{"templateFile":"Stack.template.json"}}}}`)},
			"Stack.template.json": {Data: text},
		})
		if err != nil {
			t.Errorf("%s: %v", template, err)
		}
		for _, api := range apis {
			document, err := openapi.Export(api, config[api.Name])
			if err != nil {
				t.Errorf("%s: %v", template, err)
				continue
			}
			file := filepath.Join(dir, fmt.Sprintf("%s-%d.json", filepath.Base(template), len(files)))
			if err := os.WriteFile(file, document, 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		t.Fatal("none of the synth goldens has an API")
	}
	t.Run("their documents are valid", func(t *testing.T) {
		for file, errors := range judge(t, files...) {
			for _, e := range errors {
				t.Errorf("%s: %s", filepath.Base(file), e)
			}
		}
	})
}

// urls returns a configuration for each API of a template by the API's name,
// with URLs for all of its identities; nil if there is no API of ours.
func urls(t *testing.T, template []byte) map[string]openapi.Config {
	t.Helper()
	var parsed struct {
		Resources map[string]struct {
			Type     string
			Metadata struct{ Scopeway json.RawMessage }
		}
	}
	if err := json.Unmarshal(template, &parsed); err != nil {
		t.Fatal(err)
	}
	var configs map[string]openapi.Config
	for id, r := range parsed.Resources {
		if r.Type != "AWS::ApiGatewayV2::Api" && r.Type != "AWS::ApiGateway::RestApi" || r.Metadata.Scopeway == nil {
			continue
		}
		var api struct {
			Name       string
			Identities []struct{ ID, Name string }
		}
		if err := json.Unmarshal(r.Metadata.Scopeway, &api); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		c := openapi.Config{TokenURLs: map[string]string{}, AuthorizationURLs: map[string]string{}}
		for _, identity := range api.Identities {
			key := identity.ID
			if key == "" {
				key = identity.Name
			}
			c.TokenURLs[key] = "https://login.example.com/token"
			c.AuthorizationURLs[key] = "https://login.example.com/authorize"
		}
		if configs == nil {
			configs = map[string]openapi.Config{}
		}
		configs[api.Name] = c
	}
	return configs
}
