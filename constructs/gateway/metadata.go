package gateway

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// metadata is what tools read about the API in the template. It explains and
// proves nothing: the authorizer has a table of its own.
func (c *core) metadata(table *access.Table) map[string]any {
	var parsed struct {
		Routes map[string]any `json:"routes"`
	}
	if err := json.Unmarshal(table.JSON(), &parsed); err != nil {
		panic(fmt.Sprintf("scopeway: the table does not parse: %v", err)) // it was just written: cannot happen
	}
	kind := "http"
	if _, rest := c.kind.(*restApi); rest {
		kind = "rest"
	}
	servers := map[*access.ResourceServer]string{}
	identities := []any{}
	for _, i := range c.props.Trusts {
		if i == nil || !c.isBeside(i) {
			continue
		}
		for server := range i.Serves() {
			servers[server] = ""
		}
		identities = append(identities, describeIdentity(i.Trust()))
	}
	described := []any{}
	for _, server := range trust.Sorted(servers) {
		scopes := []any{}
		for _, d := range server.Scopes() {
			scopes = append(scopes, map[string]any{"name": d.Scope.Name(), "description": d.Description})
		}
		described = append(described, map[string]any{"key": server.Key(), "name": server.Name(), "scopes": scopes})
	}
	return map[string]any{
		"version": access.TableVersion, "kind": kind, "name": *c.construct.Node().Path(),
		"table": table.Digest(), "routes": parsed.Routes, "servers": described, "identities": identities,
	}
}

func describeIdentity(t trust.Trust) map[string]any {
	audiences := map[string]any{}
	for key, audience := range t.Audiences {
		audiences[key] = atSynth(audience)
	}
	d := map[string]any{"id": t.ID, "name": t.Name, "profile": t.Profile, "issuer": atSynth(t.Issuer), "audiences": audiences}
	if len(t.Spellings) > 0 {
		spellings := map[string]any{}
		for scope, spelling := range t.Spellings {
			spellings[scope] = atSynth(spelling)
		}
		d["spellings"] = spellings
	}
	if t.TokenURL != "" {
		d["tokenUrl"] = atSynth(t.TokenURL)
	}
	if t.AuthorizationURL != "" {
		d["authorizationUrl"] = atSynth(t.AuthorizationURL)
	}
	return d
}

// atSynth returns the text, or what says that it is known at deploy only: a
// reference in metadata counts for CloudFormation, and could close a circle.
func atSynth(text string) any {
	if trust.Unresolved(text) {
		return map[string]any{"known": "at deploy"}
	}
	return text
}

func quote(text string) string { return fmt.Sprintf("%q", text) }

func join(words []string) string { return strings.Join(words, ",") }

// optional returns nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return jsii.String(text)
}
