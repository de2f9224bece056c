package openapi

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/internal/assembly"
)

// Find returns the APIs of a synthesised cloud assembly, sorted by name: those
// of its stacks, of their nested stacks and of nested assemblies (stages). APIs
// that were not made with Scopeway are left out; if there are no others, the
// error names them. Find reads what the manifest refers to and nothing else, so
// that files of an earlier synth do not count.
func Find(files fs.FS) ([]API, error) {
	read, err := assembly.Read(files)
	if err != nil {
		return nil, err
	}
	var f finder
	for _, template := range read.Templates {
		if err := f.template(template); err != nil {
			return nil, err
		}
	}
	if len(f.apis) == 0 {
		if len(f.foreign) > 0 {
			return nil, fmt.Errorf("assembly, none of its APIs has the metadata of Scopeway, got %s, make the API with gateway.NewHttpApi or gateway.NewRestApi and synthesise anew", strings.Join(f.foreign, ", "))
		}
		return nil, fmt.Errorf("assembly, it has no API, got %d templates, write the folder of an app that has one", len(read.Templates))
	}
	slices.SortFunc(f.apis, func(a, b API) int { return strings.Compare(a.Name, b.Name) })
	for i, api := range f.apis[1:] {
		if before := f.apis[i]; before.Name == api.Name {
			return nil, fmt.Errorf("assembly, two of its APIs have one name, got %q in %s and in %s, write the folder of one stage", api.Name, before.Template, api.Template)
		}
	}
	return f.apis, nil
}

// finder collects the APIs of templates.
type finder struct {
	apis    []API
	foreign []string // APIs without metadata
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

func (f *finder) template(t assembly.Template) error {
	var template struct{ Resources map[string]resource }
	if err := t.Decode(&template); err != nil {
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
		default:
			continue
		}
		metadata, ours := r.Metadata["scopeway"]
		if !ours {
			f.foreign = append(f.foreign, fmt.Sprintf("%q in %s", id, t.Name))
			continue
		}
		api, err := parseAPI(metadata, kind)
		if err != nil {
			return fmt.Errorf("API %q in %s, %w", id, t.Name, err)
		}
		api.Template = t.Name
		f.apis = append(f.apis, api)
	}
	return nil
}
