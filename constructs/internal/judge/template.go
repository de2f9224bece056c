package judge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Template is one synthesised template.
type Template struct {
	// Path is its file.
	Path string
	// StackName is the stack's name, empty when it is not known or made up by
	// CloudFormation. Without it any stack may be meant where one is named.
	StackName string
	// Body is the parsed JSON.
	Body map[string]any
	// digest is what the CDK publishes the template under when a stack nests it.
	digest string
}

// resource returns a resource of the template, nil where there is none.
func (t Template) resource(id string) map[string]any {
	return object(object(t.Body["Resources"])[id])
}

// properties returns the properties of a resource.
func (t Template) properties(id string) map[string]any { return object(t.resource(id)["Properties"]) }

// Read reads a template's file.
func Read(path string) (Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Template{}, err
	}
	t := Template{Path: path}
	if err := json.Unmarshal(text, &t.Body); err != nil {
		return t, err
	}
	// The CDK hashes the template without its indentation.
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return t, err
	}
	sum := sha256.Sum256(compact.Bytes())
	t.digest = hex.EncodeToString(sum[:])
	return t, nil
}

// ReadAll reads templates and gives them the names that stacks have in the
// manifest beside them. A manifest that cannot be read names none.
func ReadAll(paths []string) ([]Template, error) {
	names := map[string]map[string]string{}
	var templates []Template
	for _, path := range paths {
		t, err := Read(path)
		if err != nil {
			return nil, err
		}
		folder := filepath.Dir(path)
		if names[folder] == nil {
			names[folder] = stackNames(folder)
		}
		t.StackName = names[folder][filepath.Base(path)]
		templates = append(templates, t)
	}
	return templates, nil
}

// stackNames returns the names of stacks by their templates' files.
func stackNames(folder string) map[string]string {
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TemplateFile, StackName string }
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	names := map[string]string{}
	if err != nil {
		return names
	}
	for id, a := range manifest.Artifacts {
		if a.Type != "aws:cloudformation:stack" {
			continue
		}
		if a.Properties.StackName != "" {
			id = a.Properties.StackName
		}
		names[a.Properties.TemplateFile] = id
	}
	return names
}

// found is a resource of a template.
type found struct {
	id, kind          string
	whole, properties map[string]any
	// loops are what loops around it run over, and made is the logical id with
	// their variables in it.
	loops []any
	made  string
}

// find returns the resources, sorted by logical id, those within loops of the
// language extensions (Fn::ForEach) under the loop's name.
func (t Template) find() []found {
	var all []found
	var collect func(id, name string, value any, loops []any)
	collect = func(id, name string, value any, loops []any) {
		if r := object(value); r != nil {
			if kind, ok := r["Type"].(string); ok {
				all = append(all, found{id, kind, r, object(r["Properties"]), loops, name})
				return
			}
			for _, inner := range slices.Sorted(maps.Keys(r)) {
				collect(id, inner, r[inner], loops)
			}
			return
		}
		if loop, ok := value.([]any); ok && len(loop) == 3 {
			loops = append(slices.Clone(loops), loop[1])
		}
		for _, inner := range children(value) {
			collect(id, name, inner, loops)
		}
	}
	resources := object(t.Body["Resources"])
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		collect(id, id, resources[id], nil)
	}
	return all
}
