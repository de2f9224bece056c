package judge

import (
	"regexp"
	"slices"
	"strings"
)

// origin is one place that a value comes from.
type origin struct {
	kind originKind
	// template is where a resource or parameter is.
	template string
	// name is a logical id, text or name. What of a name is computed may be any text.
	name string
	// detail is a resource's attribute or a stack's output.
	detail string
}

type originKind int

const (
	// tangled is what comes from itself. It may be anything.
	tangled originKind = iota
	literal
	resource
	parameter
	export
	output
	stored
	secret
)

// meets reports whether two origins may be the same.
func (o origin) meets(p origin) bool {
	if o.kind == tangled || p.kind == tangled {
		return true
	}
	return o.kind == p.kind && o.template == p.template && compatible(o.name, p.name) && compatible(o.detail, p.detail)
}

// reference is a function's argument that was followed.
type reference struct{ template, function, argument string }

// once follows a reference unless it was followed before.
func (s *search) once(r reference, follow func() []origin) []origin {
	if from, known := s.traced[r]; known {
		return from
	}
	s.traced[r] = []origin{{kind: tangled}} // who meets it until it is known goes in a circle
	from := follow()
	seen := map[origin]bool{}
	from = slices.DeleteFunc(from, func(o origin) bool {
		again := seen[o]
		seen[o] = true
		return again
	})
	from = slices.Clip(from) // whoever appends to it has a copy
	s.traced[r] = from
	return from
}

// origins returns where a value may come from: through any function of
// CloudFormation, parameters of nested stacks, outputs and exports of other
// stacks, parameters in Systems Manager and secrets.
func (s *search) origins(t *indexed, value any) []origin {
	if text, ok := value.(string); ok {
		return s.fromText(text)
	}
	if o := object(value); o != nil {
		var all []origin
		for name, argument := range o {
			all = append(all, s.fromFunction(t, name, argument)...)
		}
		return all
	}
	return s.fromAll(t, children(value))
}

func (s *search) fromAll(t *indexed, values []any) []origin {
	var all []origin
	for _, v := range values {
		all = append(all, s.origins(t, v)...)
	}
	return all
}

// fromFunction follows one member of an object: a function of CloudFormation,
// or a member with any other name.
func (s *search) fromFunction(t *indexed, function string, argument any) []origin {
	switch function {
	case "Ref":
		return s.fromRef(t, t.name(argument))
	case "Fn::GetAtt":
		return s.fromAttribute(t, argument)
	case "Fn::ImportValue":
		return s.fromExport(t.name(argument))
	case "Fn::GetStackOutput":
		return s.fromStackOutput(t.name(object(argument)["StackName"]), t.name(object(argument)["OutputName"]))
	case "Fn::FindInMap":
		from := s.fromAll(t, children(argument)) // a default, and what a computed key is made of
		for name, mapping := range object(t.Body["Mappings"]) {
			if compatible(name, t.name(at(argument, 0))) {
				from = append(from, s.fromAll(t, texts(mapping))...)
			}
		}
		return from
	case "Fn::If":
		return s.fromAll(t, []any{at(argument, 1), at(argument, 2)})
	case "Fn::Sub", "Fn::Join":
		whole := t.name(map[string]any{function: argument})
		from := s.fromText(whole)
		if strings.Contains(whole, anything) {
			// Its pieces are no ids, what they refer to may be.
			from = append(from, s.referredBy(t, function, argument)...)
		}
		return from
	case "Fn::Split", "Fn::Base64", "Fn::Cidr", "Fn::ToJsonString", "Fn::Transform":
		return withoutLiterals(s.fromAll(t, children(argument)))
	}
	return s.origins(t, argument)
}

var placeholder = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// referredBy follows what a substitution or join puts together.
func (s *search) referredBy(t *indexed, function string, argument any) []origin {
	all := withoutLiterals(s.fromAll(t, children(argument)))
	if function != "Fn::Sub" {
		return all
	}
	template, _ := argument.(string)
	if template == "" {
		template, _ = at(argument, 0).(string)
	}
	for _, m := range placeholder.FindAllStringSubmatch(template, -1) {
		name := strings.TrimSpace(m[1])
		if _, given := object(at(argument, 1))[name]; given {
			continue // is among the children
		}
		if strings.Contains(name, ".") {
			all = append(all, s.fromAttribute(t, name)...)
		} else {
			all = append(all, s.fromRef(t, name)...)
		}
	}
	return all
}

func withoutLiterals(from []origin) []origin {
	return slices.DeleteFunc(slices.Clone(from), func(o origin) bool { return o.kind == literal })
}
