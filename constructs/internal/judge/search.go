package judge

import (
	"reflect"
	"slices"
	"strings"
)

// search finds out what leads to an API. It follows values to where they come
// from, and compares that with where the API's id comes from.
type search struct {
	api       API
	templates []*indexed
	home      *indexed
	exports   []named
	stored    []named // in Systems Manager
	secrets   []named // in Secrets Manager
	// traced holds what references come from, while it is not yet known tangled.
	traced map[reference][]origin
	target []origin
}

// indexed is a template with what is looked for in it more than once.
type indexed struct {
	Template
	resources []found
	outputs   []exposed
	// parents are the resources that nest the template, with their templates.
	parents []nesting
}

// nesting is a resource that makes a stack of another template.
type nesting struct {
	in       *indexed
	resource found
}

// named is a value under a name.
type named struct {
	name  string
	in    *indexed
	value any
}

func newSearch(templates []Template, home int, api API) *search {
	s := &search{api: api, traced: map[reference][]origin{}}
	for _, t := range templates {
		s.templates = append(s.templates, &indexed{Template: t, resources: t.find(), outputs: t.expose()})
	}
	s.home = s.templates[home]
	for _, t := range s.templates {
		for _, o := range t.outputs {
			if o.export == nil {
				continue
			}
			name := t.name(o.export)
			if o.looped {
				name = loopVariable.ReplaceAllString(name, anything)
			}
			s.exports = append(s.exports, named{name, t, o.value})
		}
		for _, r := range t.resources {
			switch r.kind {
			case "AWS::SSM::Parameter":
				s.stored = append(s.stored, named{t.parameterName(r.properties), t, r.properties["Value"]})
			case secretType:
				s.secrets = append(s.secrets, t.secret(r.properties))
			case "AWS::CloudFormation::Stack":
				for _, child := range s.nestedBy(t, r.properties) {
					child.parents = append(child.parents, nesting{t, r})
				}
			}
		}
	}
	if api.LogicalID != "" {
		s.target = append(s.target, origin{kind: resource, template: api.Template, name: api.LogicalID})
	}
	if api.Foreign {
		s.target = append(s.target, s.origins(s.home, api.ID)...)
	}
	return s
}

// nestedBy returns the templates that a resource may nest: the one whose digest
// is in its address. An address that was changed may be of any.
func (s *search) nestedBy(t *indexed, properties map[string]any) []*indexed {
	address := t.name(properties["TemplateURL"])
	var sure, others []*indexed
	for _, child := range s.templates {
		if child.digest != "" && strings.Contains(address, child.digest) {
			sure = append(sure, child)
		}
		if child != t { // nothing nests itself
			others = append(others, child)
		}
	}
	if sure != nil {
		return sure
	}
	return others
}

// isStranger reports whether a resource belongs to the API by its id, or leads
// a domain to it.
func (s *search) isStranger(t *indexed, r found) bool {
	var id any
	switch {
	case slices.Contains(mappings, r.kind):
		id = r.properties
	case s.api.Kind == REST && strings.HasPrefix(r.kind, "AWS::ApiGateway::"):
		id = idOf(r, "RestApiId")
	case s.api.Kind != REST && strings.HasPrefix(r.kind, "AWS::ApiGatewayV2::"):
		id = idOf(r, "ApiId")
	}
	if id == nil {
		return false
	}
	return s.reaches(t, id) || len(r.loops) > 0 && s.reaches(t, r.loops)
}

// idOf returns the member that holds an API's id. One that is made when the
// resource is deployed may come from any of its properties.
func idOf(r found, member string) any {
	if rewrites(r.properties) {
		return r.properties
	}
	return r.properties[member]
}

// reaches reports whether the API's id may be in a value.
func (s *search) reaches(t *indexed, value any) bool {
	if s.api.Foreign && t == s.home && reflect.DeepEqual(value, s.api.ID) {
		return true
	}
	return slices.ContainsFunc(s.origins(t, value), func(from origin) bool {
		return slices.ContainsFunc(s.target, from.meets)
	})
}
