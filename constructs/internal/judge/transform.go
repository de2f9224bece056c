package judge

import (
	"regexp"
	"slices"
	"strings"
)

// harmless are the transforms that change nothing of an API. The language
// extensions do, but only where a loop is, and those are looked for.
var harmless = []string{"AWS::LanguageExtensions", "AWS::SecretsManager-", "AWS::Serverless-", "AWS::CodeDeployBlueGreen"}

// transforms reports macros and loops, which rewrite the template after it was
// judged.
func transforms(t *indexed, api API, resources []Resource) []Violation {
	var all []Violation
	report := func(id, what, location string) {
		all = append(all, Violation{Transform, what + " is rewritten by a transform after it was judged", "remove the transform or loop, or put what needs it into another stack", t.Path, id, location})
	}
	for _, name := range list(t.Body["Transform"]) {
		if text, ok := name.(string); !ok || !slices.ContainsFunc(harmless, func(prefix string) bool { return strings.HasPrefix(text, prefix) }) {
			report(api.id(), "the API's template", "Transform")
		}
	}
	// A macro is given all that it stands beside.
	if _, macro := t.Body["Fn::Transform"]; macro {
		report(api.id(), "the API's template", "Fn::Transform")
	}
	if _, macro := object(t.Body["Resources"])["Fn::Transform"]; macro {
		report(api.id(), "the API's template", "Resources/Fn::Transform")
	}
	for _, r := range resources {
		if rewritten(object(t.Body["Resources"])[r.LogicalID]) {
			report(r.LogicalID, r.What, "Properties")
		}
		if slices.ContainsFunc(t.resources, func(f found) bool { return f.makes(r.LogicalID) }) {
			report(r.LogicalID, r.What, "Resources")
		}
	}
	return all
}

// rewritten reports whether an object anywhere in the value is rewritten.
func rewritten(value any) bool {
	return rewrites(object(value)) || slices.ContainsFunc(children(value), rewritten)
}

// rewrites reports whether the object gets further members when it is deployed:
// from a macro, or from a loop of the language extensions. Any other function
// makes but the one value that it stands for.
func rewrites(o map[string]any) bool {
	for name := range o {
		if name == "Fn::Transform" || strings.HasPrefix(name, "Fn::ForEach") {
			return true
		}
	}
	return false
}

// notAlphanumeric is what &{X} takes out of a loop's value.
var notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]+`)

// makes reports whether a loop may make a resource of the logical id, in whose
// place it would then be.
func (f found) makes(logicalID string) bool {
	if f.loops == nil {
		return false
	}
	values := "" // of all loops, for any variable
	for _, loop := range f.loops {
		elements, isList := loop.([]any)
		if !isList {
			elements = []any{nil}
		}
		for _, element := range elements {
			text, known := element.(string)
			if !known || loopVariable.MatchString(text) {
				values += "|.*"
				continue
			}
			values += "|" + regexp.QuoteMeta(text) + "|" + regexp.QuoteMeta(notAlphanumeric.ReplaceAllString(text, ""))
		}
	}
	pattern := ""
	for i, part := range loopVariable.Split(f.made, -1) {
		if i > 0 {
			pattern += "(?:" + strings.TrimPrefix(values, "|") + ")"
		}
		pattern += regexp.QuoteMeta(part)
	}
	matched, err := regexp.MatchString("^(?:"+pattern+")$", logicalID)
	return matched || err != nil
}
