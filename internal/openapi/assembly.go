package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

const (
	manifestFile = "manifest.json"
	// maxFile is how large a file of an assembly may be, in bytes. CloudFormation
	// takes templates of 1 MB.
	maxFile = 64 << 20
	// maxDepth is how deep assemblies may be nested in one another.
	maxDepth = 16
)

// Find returns the APIs of a synthesised cloud assembly, sorted by name: those
// of its stacks, of their nested stacks and of nested assemblies (stages). APIs
// that were not made with Scopeway are left out; if there are no others, the
// error names them. Find reads what the manifest refers to and nothing else, so
// that files of an earlier synth do not count.
func Find(assembly fs.FS) ([]API, error) {
	f := &finder{files: assembly, seen: map[string]bool{}}
	if err := f.assembly(".", 0); err != nil {
		return nil, err
	}
	if len(f.apis) == 0 {
		if len(f.foreign) > 0 {
			return nil, fmt.Errorf("assembly, none of its APIs has the metadata of Scopeway, got %s, make the API with gateway.NewHttpApi or gateway.NewRestApi and synthesise anew", strings.Join(f.foreign, ", "))
		}
		return nil, fmt.Errorf("assembly, it has no API, got %d templates, write the folder of an app that has one", len(f.seen))
	}
	slices.SortFunc(f.apis, func(a, b API) int { return strings.Compare(a.Name, b.Name) })
	for i, api := range f.apis[1:] {
		if before := f.apis[i]; before.Name == api.Name {
			return nil, fmt.Errorf("assembly, two of its APIs have one name, got %q in %s and in %s, write the folder of one stage", api.Name, before.Template, api.Template)
		}
	}
	return f.apis, nil
}

// finder collects the APIs of one assembly and of those within it.
type finder struct {
	files   fs.FS
	seen    map[string]bool // templates
	apis    []API
	foreign []string // APIs without metadata
}

// assembly reads the manifest of a folder (the cloud assembly schema of the AWS
// CDK, github.com/aws/aws-cdk-cli, cloud-assembly-schema).
func (f *finder) assembly(dir string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("assembly, nested more than %d deep, got %q, synthesise anew", maxDepth, dir)
	}
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TemplateFile, DirectoryName, File string }
		}
	}
	if err := f.read(dir, manifestFile, &manifest); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Artifacts)) {
		artifact := manifest.Artifacts[id]
		var err error
		switch artifact.Type {
		case "aws:cloudformation:stack":
			err = f.template(dir, artifact.Properties.TemplateFile)
		case "cdk:asset-manifest":
			err = f.assets(dir, artifact.Properties.File)
		case "cdk:cloud-assembly":
			if !fs.ValidPath(artifact.Properties.DirectoryName) {
				return outside(dir, artifact.Properties.DirectoryName)
			}
			err = f.assembly(path.Join(dir, artifact.Properties.DirectoryName), depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// assets reads the templates of nested stacks, which are assets of the stack
// they are in.
func (f *finder) assets(dir, file string) error {
	var manifest struct {
		Files map[string]struct {
			Source struct{ Path, Packaging string }
		}
	}
	if err := f.read(dir, file, &manifest); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Files)) {
		source := manifest.Files[id].Source
		if source.Packaging != "file" || !strings.HasSuffix(source.Path, ".nested.template.json") {
			continue
		}
		if err := f.template(dir, source.Path); err != nil {
			return err
		}
	}
	return nil
}

// resource is what counts of a resource of a template.
type resource struct {
	Type       string
	Properties struct {
		// ProtocolType tells an HTTP API from a WebSocket API.
		ProtocolType json.RawMessage
	}
	Metadata map[string]json.RawMessage
}

func (f *finder) template(dir, file string) error {
	name := path.Join(dir, file)
	if f.seen[name] {
		return nil
	}
	f.seen[name] = true
	var template struct{ Resources map[string]resource }
	if err := f.read(dir, file, &template); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(template.Resources)) {
		r := template.Resources[id]
		var kind string
		switch r.Type {
		case "AWS::ApiGatewayV2::Api":
			kind = kindHTTP
		case "AWS::ApiGateway::RestApi":
			kind = kindREST
		case "AWS::CloudFormation::Stack":
			// Assemblies without asset manifests name the file here.
			var nested string
			if json.Unmarshal(r.Metadata["aws:asset:path"], &nested) == nil && strings.HasSuffix(nested, ".nested.template.json") {
				if err := f.template(dir, nested); err != nil {
					return err
				}
			}
			continue
		default:
			continue
		}
		metadata, ours := r.Metadata["scopeway"]
		if !ours {
			f.foreign = append(f.foreign, fmt.Sprintf("%q in %s", id, name))
			continue
		}
		api, err := parseAPI(metadata, kind)
		if err != nil {
			return fmt.Errorf("API %q in %s, %w", id, name, err)
		}
		api.Template = name
		f.apis = append(f.apis, api)
	}
	return nil
}

// read decodes a JSON file of the folder dir.
func (f *finder) read(dir, file string, into any) error {
	if !fs.ValidPath(file) || file == "." {
		return outside(dir, file)
	}
	name := path.Join(dir, file)
	opened, err := f.files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if file == manifestFile {
			return fmt.Errorf("assembly, the folder has no %s, got %q, write the folder that cdk synth wrote, usually cdk.out", manifestFile, dir)
		}
		return fmt.Errorf("assembly, %s is missing, synthesise anew", name)
	}
	if err != nil {
		return fmt.Errorf("assembly, %s is not readable: %w", name, err)
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxFile+1))
	if err != nil {
		return fmt.Errorf("assembly, %s is not readable: %w", name, err)
	}
	if len(text) > maxFile {
		return fmt.Errorf("assembly, %s is larger than %d bytes, which is no template", name, maxFile)
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(into); err != nil {
		return fmt.Errorf("assembly, %s is not the JSON of an assembly: %w", name, err)
	}
	return nil
}

func outside(dir, file string) error {
	return fmt.Errorf("assembly, %s refers to a path outside its folder, got %q, synthesise anew", path.Join(dir, manifestFile), file)
}
