// Package assembly makes a copy of a cloud assembly for the local cloud. The
// copy differs where the local cloud answers otherwise than AWS, and nowhere
// else: what a test wants to know about a template, it asks the original.
package assembly

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// templateSuffix is how the names of templates end, those of nested stacks and
// of stages too.
const templateSuffix = ".template.json"

// Adapt copies the cloud assembly in the folder from to the folder to, which
// must not exist, and changes the copy's templates:
//
//   - a REST authorizer whose cache key has a part of the context is not
//     cached: the local cloud finds no such part and answers 401;
//   - an HTTP API's parameter mappings name the authorizer's context as the
//     local cloud does, and put a base path where it looks for one;
//   - a REST API's HTTP_PROXY method that maps headers goes through a function
//     that does so: the local cloud maps none;
//   - a parameter without a name gets one as CloudFormation gives it;
//   - resource types that the local cloud refuses are taken out, with all that
//     refers to them.
//
// It returns a line for each change. Where there is none, there is no copy
// either: the original can be deployed.
func Adapt(from, to string) (changes []string, err error) {
	adapted := map[string][]byte{}
	err = filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !strings.HasSuffix(path, templateSuffix) {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		original, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, lines, err := adaptTemplate(original)
		if err != nil {
			return fmt.Errorf("template %s: %w", name, err)
		}
		if len(lines) > 0 {
			adapted[name] = text
		}
		for _, line := range lines {
			changes = append(changes, strings.TrimSuffix(name, templateSuffix)+": "+line)
		}
		return nil
	})
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return nil, err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return nil, err
	}
	for name, text := range adapted {
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// object is a JSON object.
type object = map[string]any

// adaptTemplate returns a template as the local cloud has to be given it, with
// a line for each change.
func adaptTemplate(text []byte) (adapted []byte, changes []string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var template object
	if err := decoder.Decode(&template); err != nil {
		return nil, nil, fmt.Errorf("not JSON: %w", err)
	}
	resources, _ := template["Resources"].(object)
	changes = strip(template, resources)
	for _, id := range sortedKeys(resources) {
		resource, _ := resources[id].(object)
		properties, _ := resource["Properties"].(object)
		if properties == nil {
			continue
		}
		change := ""
		switch resource["Type"] {
		case "AWS::ApiGateway::Authorizer":
			change = uncache(properties)
		case "AWS::ApiGatewayV2::Integration":
			change, err = respell(properties)
		case "AWS::ApiGateway::Method":
			change = addRelay(resources, id, properties)
		case "AWS::SSM::Parameter":
			change = name(id, properties)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", id, err)
		}
		if change != "" {
			changes = append(changes, id+" "+change)
		}
	}
	if len(changes) == 0 {
		return nil, nil, nil
	}
	adapted, err = json.MarshalIndent(template, "", " ")
	return adapted, changes, err
}
