package judge

import "strings"

// apis are the resources whose id is the same by reference and by attribute.
var apis = map[any]bool{"AWS::ApiGatewayV2::Api": true, "AWS::ApiGateway::RestApi": true, "AWS::Serverless::HttpApi": true, "AWS::Serverless::Api": true}

// fromRef follows {"Ref": name}.
func (s *search) fromRef(t *indexed, name string) []origin {
	if strings.HasPrefix(name, "AWS::") || name == "" {
		return nil
	}
	if ids := t.computed(name); ids != nil {
		var from []origin
		for _, id := range ids {
			from = append(from, s.fromRef(t, id)...)
		}
		return from
	}
	return s.once(reference{t.Path, "Ref", name}, func() []origin {
		p := object(object(t.Body["Parameters"])[name])
		if p == nil {
			return s.fromResource(t, name, "Ref")
		}
		kind, _ := p["Type"].(string)
		names := strings.HasPrefix(kind, "AWS::SSM::Parameter")
		var from []origin
		follow := func(in *indexed, value any) {
			if names {
				from = append(from, s.fromStore(in.name(value))...)
			} else {
				from = append(from, s.origins(in, value)...)
			}
		}
		if usual, given := p["Default"]; given || names {
			follow(t, usual)
		}
		for _, n := range t.parents {
			if value, given := object(n.resource.properties["Parameters"])[name]; given {
				follow(n.in, value)
			}
		}
		return append(from, origin{kind: parameter, template: t.Path, name: name})
	})
}

// fromAttribute follows Fn::GetAtt, in either of its forms.
func (s *search) fromAttribute(t *indexed, argument any) []origin {
	var id, attribute string
	if path, ok := argument.([]any); ok && len(path) == 2 {
		id, attribute = t.name(path[0]), t.name(path[1])
	} else {
		whole, _ := argument.(string)
		id, attribute, _ = strings.Cut(whole, ".")
	}
	ids := t.computed(id)
	if ids == nil {
		ids = []string{id}
	}
	return s.once(reference{t.Path, "Fn::GetAtt", id + "." + attribute}, func() []origin {
		var from []origin
		for _, id := range ids {
			from = append(from, s.fromResource(t, id, attribute)...)
		}
		return from
	})
}

// fromResource follows a resource's attribute, or "Ref".
func (s *search) fromResource(t *indexed, id, attribute string) []origin {
	r := t.resource(id)
	properties := object(r["Properties"])
	switch {
	case apis[r["Type"]] || t == s.home && id == s.api.LogicalID:
		return []origin{{kind: resource, template: t.Path, name: id}}
	case r["Type"] == "AWS::SSM::Parameter" && compatible(attribute, "Value"):
		return s.origins(t, properties["Value"])
	case r["Type"] == "AWS::CloudFormation::Stack" && compatible(attribute, "Outputs."+anything):
		var from []origin
		for _, child := range s.nestedBy(t, properties) {
			from = append(from, s.fromOutput(child, strings.TrimPrefix(attribute, "Outputs."))...)
		}
		return append(from, origin{kind: resource, template: t.Path, name: id, detail: attribute})
	}
	return []origin{{kind: resource, template: t.Path, name: id, detail: attribute}}
}

// fromOutput follows an output of a template by its name.
func (s *search) fromOutput(t *indexed, name string) []origin {
	return s.once(reference{t.Path, "Outputs", name}, func() []origin {
		var from []origin
		for _, o := range t.outputs {
			if compatible(o.id, name) {
				from = append(from, s.origins(t, o.value)...)
			}
		}
		return from
	})
}

// fromStackOutput follows Fn::GetStackOutput. The stack is given by its name or
// ARN; when none of that name is known, it may be any whose name is not known.
func (s *search) fromStackOutput(stack, name string) []origin {
	if _, path, ok := strings.Cut(stack, ":stack/"); ok {
		stack, _, _ = strings.Cut(path, "/")
	}
	return s.once(reference{"", "Fn::GetStackOutput", stack + "/" + name}, func() []origin {
		from := []origin{{kind: output, name: stack, detail: name}}
		var sure, others []*indexed
		for _, t := range s.templates {
			switch {
			case t.StackName == "":
				others = append(others, t)
			case t.StackName == stack:
				sure = append(sure, t)
			case compatible(t.StackName, stack):
				others = append(others, t)
			}
		}
		if sure == nil {
			sure = others
		}
		for _, t := range sure {
			from = append(from, s.fromOutput(t, name)...)
		}
		return from
	})
}

// fromExport follows Fn::ImportValue.
func (s *search) fromExport(name string) []origin {
	return s.once(reference{"", "Fn::ImportValue", name}, func() []origin {
		return append(s.fromNamed(s.exports, name), origin{kind: export, name: name})
	})
}

func (s *search) fromNamed(all []named, name string) []origin {
	var from []origin
	for _, n := range all {
		if compatible(n.name, name) {
			from = append(from, s.origins(n.in, n.value)...)
		}
	}
	return from
}
