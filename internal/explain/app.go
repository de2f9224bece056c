package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/internal/assembly"
)

// maxAssetFile is the size up to which a file beside the authorizer is read.
const maxAssetFile = 8 << 20

// App is an API with its authorizer in a synthesised app.
type App struct {
	// Name is the construct's path, for example "Shop/Api".
	Name string
	// Kind is the kind of API.
	Kind event.Kind
	// Table is the authorizer's table.
	Table *access.Table
	// Shipped are the keys beside the authorizer, by the name of the identity.
	Shipped map[string]*keyset.Shipped

	identities lateText // of the environment variable
}

// FindApp returns the API of that name in a cloud assembly; the only one if the
// name is empty. Its table and keys are read from the folder that becomes the
// function's zip file.
func FindApp(files fs.FS, name string) (*App, error) {
	read, err := assembly.Read(files)
	if err != nil {
		return nil, err
	}
	var found []place
	for _, template := range read.Templates {
		places, err := authorizersIn(template)
		if err != nil {
			return nil, err
		}
		found = append(found, places...)
	}
	var names []string
	var wanted []place
	for _, p := range found {
		names = append(names, p.api.Name)
		if p.api.Name == name || name == "" {
			wanted = append(wanted, p)
		}
	}
	slices.Sort(names)
	switch {
	case len(found) == 0:
		return nil, errors.New("assembly, it has no authorizer of Scopeway, write the folder of an app that has an API of package gateway")
	case len(wanted) == 0:
		return nil, fmt.Errorf("API, there is none of that name, got %q, write one of %q", name, names)
	case len(wanted) > 1 && name == "":
		return nil, fmt.Errorf("API, there are several, got none, write -api and one of %q", names)
	case len(wanted) > 1:
		return nil, fmt.Errorf("API, two have one name, got %q in %s and in %s, give one another name", name, wanted[0].template.Name, wanted[1].template.Name)
	}
	app, err := wanted[0].app(read)
	if err != nil {
		return nil, fmt.Errorf("API %q, %w", wanted[0].api.Name, err)
	}
	return app, nil
}

// place is where an authorizer is in an assembly.
type place struct {
	template   assembly.Template
	api        apiMetadata
	key        json.RawMessage // of its code in S3
	identities json.RawMessage
}

// apiMetadata is what the constructs say about an API.
type apiMetadata struct {
	Version int
	Kind    event.Kind
	Name    string
	Table   string // its digest
}

// metadataVersion is the version of the metadata that is read here.
const metadataVersion = 1

// resource is a resource of a template.
type resource struct {
	Type       string
	Properties json.RawMessage
	Metadata   map[string]json.RawMessage
}

// authorizersIn returns the authorizers that the template has, with their APIs.
func authorizersIn(template assembly.Template) ([]place, error) {
	var content struct{ Resources map[string]resource }
	if err := template.Decode(&content); err != nil {
		return nil, err
	}
	var places []place
	for _, id := range slices.Sorted(maps.Keys(content.Resources)) {
		r := content.Resources[id]
		if r.Type != "AWS::ApiGatewayV2::Authorizer" && r.Type != "AWS::ApiGateway::Authorizer" {
			continue
		}
		var properties struct {
			AuthorizerUri, ApiId, RestApiId any
		}
		if json.Unmarshal(r.Properties, &properties) != nil {
			continue // somebody else's
		}
		var function struct {
			Environment struct{ Variables map[string]json.RawMessage }
			Code        struct{ S3Key json.RawMessage }
		}
		called := attributeOf(properties.AuthorizerUri)
		if f := content.Resources[called]; f.Type != "AWS::Lambda::Function" || json.Unmarshal(f.Properties, &function) != nil {
			continue
		}
		identities, ours := function.Environment.Variables[authorizer.IdentitiesVariable]
		if !ours {
			continue
		}
		// An API that was made elsewhere has no resource here to say it.
		said := r.Metadata["scopeway"]
		for _, api := range []any{properties.ApiId, properties.RestApiId} {
			if ref, ok := api.(map[string]any); ok && said == nil {
				id, _ := ref["Ref"].(string)
				said = content.Resources[id].Metadata["scopeway"]
			}
		}
		p := place{template: template, key: function.Code.S3Key, identities: identities}
		err := json.Unmarshal(said, &p.api)
		switch kind := p.api.Kind; {
		case err == nil && p.api.Version != metadataVersion:
			return nil, fmt.Errorf("authorizer %q in %s, the metadata of its API is of an unknown version, got %d, want %d: use the scopeway command of the version that synthesised it", id, template.Name, p.api.Version, metadataVersion)
		case err != nil || p.api.Name == "" || kind != event.HTTP && kind != event.REST:
			return nil, fmt.Errorf("authorizer %q in %s, its API has no metadata that can be read, synthesise anew with this version of Scopeway", id, template.Name)
		}
		places = append(places, p)
	}
	return places, nil
}

// attributeOf returns the resource of which an expression takes an attribute, ""
// where there is none. An authorizer's URI has one: that of its function.
func attributeOf(expression any) string {
	switch e := expression.(type) {
	case []any:
		for _, part := range e {
			if id := attributeOf(part); id != "" {
				return id
			}
		}
	case map[string]any:
		if of, ok := e["Fn::GetAtt"].([]any); ok && len(of) == 2 {
			id, _ := of[0].(string)
			return id
		}
		for _, part := range e {
			if id := attributeOf(part); id != "" {
				return id
			}
		}
	}
	return ""
}

// app reads what lies beside the authorizer.
func (p place) app(read *assembly.Assembly) (*App, error) {
	var key string
	if err := json.Unmarshal(p.key, &key); err != nil {
		return nil, errors.New("where the code of its authorizer is, is known at deploy only, write -table and -identity instead")
	}
	folder, err := read.Asset(p.template, key)
	if err != nil {
		return nil, err
	}
	text, err := assetFile(folder, authorizer.TableFile)
	if err != nil {
		return nil, err
	}
	app := &App{Name: p.api.Name, Kind: p.api.Kind, identities: parseLateText(p.identities)}
	if app.Table, err = access.ParseTable(text); err != nil {
		return nil, err
	}
	if got := app.Table.Digest(); got != p.api.Table {
		return nil, fmt.Errorf("its table is not the one in its metadata, got %q, want %q: synthesise anew", got, p.api.Table)
	}
	text, err = assetFile(folder, authorizer.KeysFile)
	if errors.Is(err, fs.ErrNotExist) {
		return app, nil
	}
	if err != nil {
		return nil, err
	}
	if app.Shipped, err = authorizer.ParseKeys(text); err != nil {
		return nil, fmt.Errorf("%s, %w", authorizer.KeysFile, err)
	}
	return app, nil
}

// assetFile reads a file beside the authorizer.
func assetFile(folder fs.FS, name string) ([]byte, error) {
	file, err := assembly.OpenFile(folder, name)
	if err != nil {
		return nil, fmt.Errorf("%s, it is not in the folder of the authorizer, synthesise anew: %w", name, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxAssetFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s, it cannot be read: %w", name, err)
	case len(text) > maxAssetFile:
		return nil, fmt.Errorf("%s, it is larger than 8 MB", name)
	}
	return text, nil
}

// lateText is a text of a template, with late in the place of each part that is
// known at deploy only; nil if all of it is.
type lateText *string

// late stands for what is known at deploy only: a character for private use,
// which no identity has in its name or URL.
const late = "\uE000"

// parseLateText reads a string, or strings and other things that Fn::Join joins.
func parseLateText(raw json.RawMessage) lateText {
	var text string
	if json.Unmarshal(raw, &text) == nil && !strings.Contains(text, late) {
		return &text
	}
	var joined struct {
		Join []json.RawMessage `json:"Fn::Join"`
	}
	var separator string
	var parts []any
	if json.Unmarshal(raw, &joined) != nil || len(joined.Join) != 2 ||
		json.Unmarshal(joined.Join[0], &separator) != nil || json.Unmarshal(joined.Join[1], &parts) != nil {
		return nil
	}
	words := make([]string, len(parts))
	for i, part := range parts {
		word, literal := part.(string)
		if literal && strings.Contains(word, late) {
			return nil
		}
		if !literal {
			word = late
		}
		words[i] = word
	}
	text = strings.Join(words, separator)
	return &text
}
