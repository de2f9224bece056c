package judge

import (
	"regexp"
	"slices"
	"strings"
)

// maxDepth ends the search in references that go in a circle.
const maxDepth = 20

// search finds out what leads to an API.
type search struct {
	templates []Template
	api       API
}

// isStranger reports whether a resource belongs to the API by its ApiId, or
// leads a domain to it.
func (s *search) isStranger(t Template, r found) bool {
	if slices.Contains(mappings, r.kind) {
		return s.reaches(t, r.properties, 0)
	}
	return strings.HasPrefix(r.kind, "AWS::ApiGatewayV2::") && s.reaches(t, r.properties["ApiId"], 0)
}

// reaches reports whether the API's id may be in a value: by any function of
// CloudFormation, through parameters of nested stacks, outputs and exports of
// other stacks, or parameters in Systems Manager. A literal is not looked into.
func (s *search) reaches(t Template, value any, depth int) bool {
	if depth > maxDepth {
		return true // too tangled to be sure of: rather report it
	}
	depth++
	if text, ok := value.(string); ok {
		// A dynamic reference: {{resolve:ssm:name:version}}.
		reference, ok := strings.CutPrefix(text, "{{resolve:ssm:")
		name, _, _ := strings.Cut(strings.TrimSuffix(reference, "}}"), ":")
		return ok && s.systemsManagerReaches(name, depth)
	}
	for name, argument := range object(value) {
		switch name {
		case "Ref":
			if s.refReaches(t, text(argument), depth) {
				return true
			}
		case "Fn::GetAtt":
			if s.attributeReaches(t, argument, depth) {
				return true
			}
		case "Fn::Sub":
			if s.substitutionReaches(t, argument, depth) {
				return true
			}
		case "Fn::ImportValue":
			if s.exportReaches(argument, depth) {
				return true
			}
		case "Fn::GetStackOutput":
			if s.outputReaches(text(object(argument)["OutputName"]), depth) {
				return true
			}
		}
	}
	return slices.ContainsFunc(children(value), func(inner any) bool { return s.reaches(t, inner, depth) })
}

// refReaches follows {"Ref": name}.
func (s *search) refReaches(t Template, name string, depth int) bool {
	if t.Path == s.api.Template && name == s.api.LogicalID {
		return true
	}
	parameter := object(object(t.Body["Parameters"])[name])
	if parameter == nil {
		return false
	}
	if kind, _ := parameter["Type"].(string); strings.HasPrefix(kind, "AWS::SSM::Parameter") {
		return s.systemsManagerReaches(parameter["Default"], depth)
	}
	return s.anyResource(func(parent Template, r found) bool {
		given, ok := object(r.properties["Parameters"])[name]
		return ok && r.kind == "AWS::CloudFormation::Stack" && s.reaches(parent, given, depth)
	})
}

// attributeReaches follows Fn::GetAtt, in either of its forms.
func (s *search) attributeReaches(t Template, argument any, depth int) bool {
	var id, attribute string
	if path, ok := argument.([]any); ok && len(path) == 2 {
		id, attribute = text(path[0]), text(path[1])
	} else {
		id, attribute, _ = strings.Cut(text(argument), ".")
	}
	if t.Path == s.api.Template && id == s.api.LogicalID {
		return true
	}
	r := object(object(t.Body["Resources"])[id])
	switch r["Type"] {
	case "AWS::SSM::Parameter":
		return s.reaches(t, object(r["Properties"])["Value"], depth)
	case "AWS::CloudFormation::Stack":
		return s.outputReaches(strings.TrimPrefix(attribute, "Outputs."), depth)
	}
	return false
}

var placeholder = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// substitutionReaches follows the placeholders of Fn::Sub. Values that it is
// given beside the text are among the value's children.
func (s *search) substitutionReaches(t Template, argument any, depth int) bool {
	template := argument
	if parts, ok := argument.([]any); ok && len(parts) > 0 {
		template = parts[0]
	}
	for _, m := range placeholder.FindAllStringSubmatch(text(template), -1) {
		name := strings.TrimSpace(m[1])
		if strings.Contains(name, ".") && s.attributeReaches(t, name, depth) || s.refReaches(t, name, depth) {
			return true
		}
	}
	return false
}

// exportReaches follows Fn::ImportValue. Names that are computed may be any.
func (s *search) exportReaches(name any, depth int) bool {
	wanted, literal := name.(string)
	for _, t := range s.templates {
		for _, output := range object(t.Body["Outputs"]) {
			export, exported := object(object(output)["Export"])["Name"]
			if !exported {
				continue
			}
			if given, ok := export.(string); ok && literal && given != wanted {
				continue
			}
			if s.reaches(t, object(output)["Value"], depth) {
				return true
			}
		}
	}
	return false
}

// outputReaches follows an output by its name, of whichever stack.
func (s *search) outputReaches(name string, depth int) bool {
	for _, t := range s.templates {
		if output := object(object(t.Body["Outputs"])[name]); output != nil && s.reaches(t, output["Value"], depth) {
			return true
		}
	}
	return false
}

// systemsManagerReaches follows a parameter in Systems Manager by its name.
func (s *search) systemsManagerReaches(name any, depth int) bool {
	return s.anyResource(func(t Template, r found) bool {
		if r.kind != "AWS::SSM::Parameter" {
			return false
		}
		wanted, literal := name.(string)
		given, named := r.properties["Name"]
		if !named {
			given = "CFN-" // CloudFormation makes one up that begins so
			wanted = wanted[:min(len(wanted), 4)]
		}
		if text, ok := given.(string); ok && literal && text != wanted {
			return false
		}
		return s.reaches(t, r.properties["Value"], depth)
	})
}

func (s *search) anyResource(matches func(Template, found) bool) bool {
	for _, t := range s.templates {
		if slices.ContainsFunc(t.resources(), func(r found) bool { return matches(t, r) }) {
			return true
		}
	}
	return false
}
