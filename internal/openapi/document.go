package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Config is what a template does not tell. All of it may be left out where the
// metadata holds literals.
type Config struct {
	// URL is the address of the API: https, or http on a loopback address,
	// without query. Default: "/", relative to where the document is served.
	URL string
	// TokenURLs and AuthorizationURLs are the identities' endpoints (RFC 6749,
	// section 3) by the identity's construct id, or by its path where two have
	// one id. They come before those in the metadata. An authorization URL of
	// [NoURL] leaves the authorization code flow out.
	TokenURLs, AuthorizationURLs map[string]string
}

// document is an OpenAPI 3.1.0 document.
type document struct {
	OpenAPI    string              `json:"openapi"`
	Info       info                `json:"info"`
	Servers    []server            `json:"servers"`
	Paths      map[string]pathItem `json:"paths"`
	Components components          `json:"components"`

	Kind    string        `json:"x-scopeway-kind"`
	Table   string        `json:"x-scopeway-table"`
	Default *unexpressed  `json:"x-scopeway-default-route,omitempty"`
	Greedy  []unexpressed `json:"x-scopeway-greedy-routes,omitempty"`
}

type info struct {
	Title   string `json:"title"`
	Version string `json:"version"`
}

type server struct {
	URL string `json:"url"`
}

type components struct {
	Responses       map[string]response       `json:"responses"`
	Schemas         map[string]schema         `json:"schemas"`
	SecuritySchemes map[string]securityScheme `json:"securitySchemes,omitempty"`
}

// versionDigits is how much of the table's digest is the document's version.
const versionDigits = 12

// Export returns the OpenAPI 3.1.0 document of the API, indented and with a
// final newline. The same API and configuration give the same bytes. The
// version is that of the table, so it changes when a route or a rule does.
//
// Export refuses an API whose identities' URLs it neither finds nor is given,
// and routes that nobody can satisfy. It does not ask the API or the issuers
// anything.
func Export(api API, config Config) ([]byte, error) {
	if api.table == nil {
		return nil, errors.New("API, it is the zero API, write one that openapi.Find returned")
	}
	address := "/"
	if config.URL != "" {
		if problem := urlProblem(config.URL); problem != "" {
			return nil, fmt.Errorf("URL of the API, it is %s, write -url https://…", problem)
		}
		if strings.Contains(config.URL, "?") {
			return nil, errors.New("URL of the API, it has a query, leave it out")
		}
		address = config.URL
	}
	paths, err := api.paths()
	if err != nil {
		return nil, err
	}
	schemes, err := api.schemes(paths.schemes, config)
	if err != nil {
		return nil, err
	}
	return encode(document{
		OpenAPI: "3.1.0",
		Info:    info{Title: api.Name, Version: api.table.Digest()[:versionDigits]},
		Servers: []server{{URL: address}},
		Paths:   paths.items,
		Components: components{
			Responses:       responses(api.Kind),
			Schemas:         map[string]schema{"Message": messageSchema()},
			SecuritySchemes: schemes,
		},
		Kind:    api.Kind,
		Table:   api.table.Digest(),
		Default: paths.byDefault,
		Greedy:  paths.greedy,
	}, "  ")
}

// encode writes JSON without HTML escapes, with a final newline.
func encode(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
