package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/scopeway/scopeway/access"
)

const (
	kindHTTP = "http"
	kindREST = "rest"

	// metadataVersion is the version of the metadata that this package reads.
	metadataVersion = 1
)

// API is one API of an assembly, as its metadata describes it.
type API struct {
	// Name is the construct's path, for example "Shop/Api".
	Name string
	// Kind is "http" or "rest".
	Kind string
	// Template is the file it was found in, relative to the assembly.
	Template string

	table      *access.Table
	scopes     map[access.Scope]string // descriptions of all that are declared
	identities []identity
}

// identity is one identity the API trusts.
type identity struct {
	key        string // what flags and security schemes call it
	id         string // what rules call it
	name       string
	profile    string
	issuer     text
	tokenURL   text
	authURL    text
	audiences  map[string]text // by the key of the resource server
	spellings  map[string]text // of scopes that the provider calls otherwise
	schemeName string
}

// text is a string that may be known at deploy only.
type text struct {
	literal string
	late    bool // a CloudFormation intrinsic
}

// UnmarshalJSON reads a string, an intrinsic function, or null.
func (t *text) UnmarshalJSON(raw []byte) error {
	var parsed any
	if err := json.Unmarshal(raw, &parsed); err != nil {
		return err
	}
	switch value := parsed.(type) {
	case nil:
		*t = text{}
	case string:
		*t = text{literal: value}
	case map[string]any:
		*t = text{late: true}
	default:
		return errors.New("neither a string nor an intrinsic function")
	}
	return nil
}

// metadataJSON is the form of the metadata. Members that are not listed are
// for other tools.
type metadataJSON struct {
	Version int             `json:"version"`
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Table   string          `json:"table"`
	Routes  json.RawMessage `json:"routes"`
	Servers []struct {
		Key    string `json:"key"`
		Scopes []struct {
			Name        string `json:"name"`
			Description string `json:"description"`
		} `json:"scopes"`
	} `json:"servers"`
	Identities []struct {
		ID               string          `json:"id"`
		Name             string          `json:"name"`
		Profile          string          `json:"profile"`
		Issuer           text            `json:"issuer"`
		TokenURL         text            `json:"tokenUrl"`
		AuthorizationURL text            `json:"authorizationUrl"`
		Audiences        map[string]text `json:"audiences"`
		Spellings        map[string]text `json:"spellings"`
	} `json:"identities"`
}

// parseAPI reads the metadata of an API resource of the kind. Routes that are
// not those of the table whose digest stands beside them are refused: the
// document would describe another API than the one that is deployed.
func parseAPI(metadata json.RawMessage, kind string) (API, error) {
	var m metadataJSON
	if err := json.Unmarshal(metadata, &m); err != nil {
		return API{}, fmt.Errorf("its metadata is not readable: %w", err)
	}
	switch {
	case m.Version != metadataVersion:
		return API{}, fmt.Errorf("its metadata is of an unknown version, got %d, want %d: use the scopeway command of the version that synthesised it", m.Version, metadataVersion)
	case m.Routes == nil || m.Name == "":
		return API{}, errors.New("its metadata has no routes or no name, synthesise anew with this version of Scopeway")
	case m.Kind != kind:
		return API{}, fmt.Errorf("its metadata is that of another kind of API, got %q, want %q: synthesise anew", m.Kind, kind)
	}
	api := API{Name: m.Name, Kind: m.Kind, scopes: map[access.Scope]string{}}
	var err error
	if api.table, err = parseRoutes(m.Routes); err != nil {
		return API{}, err
	}
	if got := api.table.Digest(); got != m.Table {
		return API{}, fmt.Errorf("its routes and its table do not belong together, got a digest of %q and routes of %q, synthesise anew", m.Table, got)
	}
	for _, server := range m.Servers {
		for _, s := range server.Scopes {
			scope, err := access.ParseScope(server.Key + "/" + s.Name)
			if err != nil {
				return API{}, fmt.Errorf("its metadata, %w", err)
			}
			api.scopes[scope] = s.Description
		}
	}
	for _, scope := range api.table.Scopes() {
		if _, declared := api.scopes[scope]; !declared {
			return API{}, fmt.Errorf("scope %q is required and not declared, synthesise anew", scope)
		}
	}
	for _, i := range m.Identities {
		if !slices.Contains(profiles, i.Profile) {
			return API{}, fmt.Errorf("identity %q, its profile is unknown, got %q: use the scopeway command of the version that synthesised it", i.Name, i.Profile)
		}
		api.identities = append(api.identities, identity{
			id: i.ID, name: i.Name, profile: i.Profile, issuer: i.Issuer,
			tokenURL: i.TokenURL, authURL: i.AuthorizationURL, audiences: i.Audiences, spellings: i.Spellings,
		})
	}
	return api, nameIdentities(api.identities)
}

// parseRoutes makes the table of the routes again, which checks every one.
func parseRoutes(raw json.RawMessage) (*access.Table, error) {
	var routes map[string]access.Rule
	if err := json.Unmarshal(raw, &routes); err != nil {
		return nil, fmt.Errorf("its routes are not readable: %w", err)
	}
	canonical, err := encode(struct {
		Version int                    `json:"version"`
		Routes  map[string]access.Rule `json:"routes"`
	}{access.TableVersion, routes}, "")
	if err != nil {
		return nil, fmt.Errorf("its routes are not readable: %w", err)
	}
	return access.ParseTable(canonical[:len(canonical)-1])
}

// nameIdentities gives each identity the key it has in flags, its id or, where
// two have one id, its path; and the name of its security scheme, which takes
// letters, digits, "-", "_" and "." (OpenAPI 3.1.0, section 4.8.7).
func nameIdentities(identities []identity) error {
	byID, keys, schemes := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, i := range identities {
		byID[i.id]++
	}
	for n := range identities {
		i := &identities[n]
		i.key = i.id
		if i.id == "" || byID[i.id] > 1 {
			i.key = i.name
		}
		if i.key == "" || keys[i.key] {
			return fmt.Errorf("two of its identities have one name, got %q, give each its own", i.key)
		}
		keys[i.key] = true
		i.schemeName = schemeName(i.key)
		for schemes[i.schemeName] {
			i.schemeName += "_"
		}
		schemes[i.schemeName] = true
	}
	return nil
}

func schemeName(key string) string {
	name := []byte(key)
	for i, b := range name {
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.') {
			name[i] = '_'
		}
	}
	return string(name)
}

// servers returns the keys of the resource servers that the identity speaks
// for, sorted.
func (i *identity) servers() []string { return slices.Sorted(maps.Keys(i.audiences)) }
