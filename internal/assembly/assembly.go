// Package assembly reads cloud assemblies, the folders that cdk synth writes (the
// cloud assembly schema of the AWS CDK, github.com/aws/aws-cdk-cli,
// cloud-assembly-schema).
//
// It reads what the manifest refers to and nothing else, so that files of an
// earlier synth do not count, and nothing outside the folder: what is in it is
// asked of an [fs.FS], so that of an [os.Root] keeps links from leading out.
package assembly

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

// Assembly is what an assembly and those nested in it (stages) have.
type Assembly struct {
	files fs.FS
	// Templates are those of the stacks and of their nested stacks, each once.
	Templates []Template

	seen   map[string]bool
	assets map[string]string // folders by folder of the stack and object key
}

// Template is the template of one stack.
type Template struct {
	// Name is the file, relative to the assembly.
	Name string

	dir  string
	text []byte
}

// Decode reads the template's JSON into a value.
func (t Template) Decode(into any) error { return decode(t.Name, t.text, into) }

// Read reads an assembly. It refuses files that are missing or are not JSON,
// names of files outside the folder, and more than 16 assemblies in one another.
func Read(files fs.FS) (*Assembly, error) {
	a := &Assembly{files: files, seen: map[string]bool{}, assets: map[string]string{}}
	if err := a.assembly(".", 0); err != nil {
		return nil, err
	}
	return a, nil
}

// assembly reads the manifest of a folder.
func (a *Assembly) assembly(dir string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("assembly, nested more than %d deep, got %q, synthesise anew", maxDepth, dir)
	}
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TemplateFile, DirectoryName, File string }
		}
	}
	if err := a.read(dir, manifestFile, &manifest); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Artifacts)) {
		artifact := manifest.Artifacts[id]
		var err error
		switch artifact.Type {
		case "aws:cloudformation:stack":
			err = a.template(dir, artifact.Properties.TemplateFile)
		case "cdk:asset-manifest":
			err = a.assetManifest(dir, artifact.Properties.File)
		case "cdk:cloud-assembly":
			if !fs.ValidPath(artifact.Properties.DirectoryName) {
				return outside(dir, artifact.Properties.DirectoryName)
			}
			err = a.assembly(path.Join(dir, artifact.Properties.DirectoryName), depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// assetManifest reads the templates of nested stacks, which are assets of the
// stack they are in, and notes where the folders are that become zip files.
func (a *Assembly) assetManifest(dir, file string) error {
	var manifest struct {
		Files map[string]struct {
			Source       struct{ Path, Packaging string }
			Destinations map[string]struct{ ObjectKey string }
		}
	}
	if err := a.read(dir, file, &manifest); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Files)) {
		asset := manifest.Files[id]
		switch {
		case asset.Source.Packaging == "zip":
			for _, destination := range asset.Destinations {
				a.assets[assetKey(dir, destination.ObjectKey)] = asset.Source.Path
			}
		case asset.Source.Packaging == "file" && isNested(asset.Source.Path):
			if err := a.template(dir, asset.Source.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

func isNested(file string) bool { return strings.HasSuffix(file, ".nested.template.json") }

func (a *Assembly) template(dir, file string) error {
	name := path.Join(dir, file)
	if a.seen[name] {
		return nil
	}
	a.seen[name] = true
	text, err := a.bytes(dir, file)
	if err != nil {
		return err
	}
	var template struct {
		Resources map[string]struct {
			Type     string
			Metadata map[string]json.RawMessage
		}
	}
	if err := decode(name, text, &template); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(template.Resources)) {
		// Assemblies without asset manifests name the files of nested stacks here.
		var nested string
		r := template.Resources[id]
		if r.Type == "AWS::CloudFormation::Stack" && json.Unmarshal(r.Metadata["aws:asset:path"], &nested) == nil && isNested(nested) {
			if err := a.template(dir, nested); err != nil {
				return err
			}
		}
	}
	a.Templates = append(a.Templates, Template{name, dir, text})
	return nil
}

// read decodes a JSON file of the folder dir.
func (a *Assembly) read(dir, file string, into any) error {
	text, err := a.bytes(dir, file)
	if err != nil {
		return err
	}
	return decode(path.Join(dir, file), text, into)
}

// bytes reads a file of the folder dir.
func (a *Assembly) bytes(dir, file string) ([]byte, error) {
	if !fs.ValidPath(file) || file == "." {
		return nil, outside(dir, file)
	}
	name := path.Join(dir, file)
	opened, err := OpenFile(a.files, name)
	if errors.Is(err, fs.ErrNotExist) {
		if file == manifestFile {
			return nil, fmt.Errorf("assembly, the folder has no %s, got %q, write the folder that cdk synth wrote, usually cdk.out", manifestFile, dir)
		}
		return nil, fmt.Errorf("assembly, %s is missing, synthesise anew", name)
	}
	if err != nil {
		return nil, fmt.Errorf("assembly, %s is not readable: %w", name, err)
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("assembly, %s is not readable: %w", name, err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("assembly, %s is larger than %d bytes, which is no template", name, maxFile)
	}
	return text, nil
}

// OpenFile opens a regular file. Opening another, such as a pipe, could wait for
// ever.
func OpenFile(files fs.FS, name string) (fs.File, error) {
	at, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	if !at.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is not a regular file")}
	}
	return files.Open(name)
}

func decode(name string, text []byte, into any) error {
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(into); err != nil {
		return fmt.Errorf("assembly, %s is not the JSON of an assembly: %w", name, err)
	}
	return nil
}

func outside(dir, file string) error {
	return fmt.Errorf("assembly, %s refers to a path outside its folder, got %q, synthesise anew", path.Join(dir, manifestFile), file)
}
