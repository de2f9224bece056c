package judge

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// anything stands for what of a name is computed when a stack is deployed.
const anything = "\x00"

// loopVariable is a loop's variable in a logical id.
var loopVariable = regexp.MustCompile(`[$&]\{[^}]*\}`)

// name returns a value as far as it is known before it is deployed.
func (t *indexed) name(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	o := object(value)
	if len(o) != 1 {
		return anything
	}
	if id, ok := o["Ref"].(string); ok {
		return t.nameOf(id)
	}
	if argument, ok := o["Fn::Sub"]; ok {
		template, isText := argument.(string)
		if !isText {
			template, isText = at(argument, 0).(string)
		}
		if !isText {
			return anything
		}
		return t.substituted(template, object(at(argument, 1)))
	}
	pieces, ok := at(o["Fn::Join"], 1).([]any)
	between, isText := at(o["Fn::Join"], 0).(string)
	if !ok || !isText {
		return anything
	}
	var all []string
	for _, piece := range pieces {
		if _, ok := piece.(map[string]any); ok || isString(piece) {
			all = append(all, t.name(piece))
		} else {
			return anything
		}
	}
	return strings.Join(all, between)
}

// nameOf returns what {"Ref": id} stands for.
func (t *indexed) nameOf(id string) string {
	if id == "AWS::StackName" && t.StackName != "" {
		return t.StackName
	}
	r := t.resource(id)
	name, ok := object(r["Properties"])["Name"].(string)
	switch {
	case ok && r["Type"] == "AWS::SSM::Parameter":
		return name
	case ok && r["Type"] == secretType:
		return "arn:" + anything + secretInARN + name + "-" + anything
	}
	return anything
}

// substituted fills the placeholders of Fn::Sub.
func (t *indexed) substituted(template string, given map[string]any) string {
	filled := placeholder.ReplaceAllStringFunc(template, func(match string) string {
		name := strings.TrimSpace(match[2 : len(match)-1])
		if value, ok := given[name]; ok {
			return t.name(value)
		}
		return t.nameOf(name)
	})
	return strings.ReplaceAll(filled, "${!", "${")
}

// parameterName returns the name of a parameter in Systems Manager.
func (t *indexed) parameterName(properties map[string]any) string {
	if name, given := properties["Name"]; given {
		return t.name(name)
	}
	return "CFN-" + anything // CloudFormation makes one up that begins so
}

// computed returns the logical ids that one may be that is computed, or has a
// loop's variable in it. Of one that is not it returns none.
func (t *indexed) computed(id string) []string {
	pattern := loopVariable.ReplaceAllString(id, anything)
	if !strings.Contains(pattern, anything) {
		return nil
	}
	fitting := []string{""}
	for _, section := range []string{"Parameters", "Resources"} {
		for _, name := range slices.Sorted(maps.Keys(object(t.Body[section]))) {
			if fits(pattern, name) {
				fitting = append(fitting, name)
			}
		}
	}
	return fitting
}

// compatible reports whether two names may be the same.
func compatible(a, b string) bool {
	computedA, computedB := strings.Contains(a, anything), strings.Contains(b, anything)
	switch {
	case !computedA && !computedB:
		return a == b
	case !computedA:
		return fits(b, a)
	case !computedB:
		return fits(a, b)
	}
	a1, a2 := ends(a)
	b1, b2 := ends(b)
	return (strings.HasPrefix(a1, b1) || strings.HasPrefix(b1, a1)) && (strings.HasSuffix(a2, b2) || strings.HasSuffix(b2, a2))
}

// ends returns what is known of a name before and after all that is computed.
func ends(name string) (first, last string) {
	return name[:strings.Index(name, anything)], name[strings.LastIndex(name, anything)+len(anything):]
}

// fits reports whether a name with computed parts may be the text.
func fits(name, text string) bool {
	parts := strings.Split(name, anything)
	last := len(parts) - 1
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1:last] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, parts[last])
}

func isString(value any) bool {
	_, ok := value.(string)
	return ok
}
