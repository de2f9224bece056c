package nag

import (
	"encoding/json"
	"fmt"
	"strings"
)

// statement is one of a policy about what somebody may do.
type statement map[string]any

// statements are those of a role's or a policy's documents. Who may assume a
// role, and a key's own policy, in which "*" is the key, are other things.
func (r resource) statements() []statement {
	var documents []any
	switch r.Type {
	case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group":
		policies, _ := r.Properties["Policies"].([]any)
		for _, p := range policies {
			documents = append(documents, p.(map[string]any)["PolicyDocument"])
		}
	case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
		documents = append(documents, r.Properties["PolicyDocument"])
	}
	var all []statement
	for _, d := range documents {
		for _, s := range list(d.(map[string]any)["Statement"]) {
			all = append(all, s.(map[string]any))
		}
	}
	return all
}

// wrong says which wildcards the statement has.
func (s statement) wrong() []string {
	if s["Effect"] == "Deny" {
		return nil
	}
	var all []string
	for _, but := range []string{"NotAction", "NotResource"} {
		if s[but] != nil {
			all = append(all, "allows everything but some: "+but)
		}
	}
	for _, action := range list(s["Action"]) {
		if strings.Contains(fmt.Sprint(action), "*") {
			all = append(all, fmt.Sprintf("allows %v", action))
		}
	}
	for _, resource := range list(s["Resource"]) {
		if resource == "*" {
			for _, action := range list(s["Action"]) {
				if name, _ := action.(string); anyResource[name] == "" && !strings.Contains(name, "*") {
					all = append(all, fmt.Sprintf("allows %v on any resource", action))
				}
			}
			continue
		}
		if text, err := json.Marshal(resource); err != nil || strings.Contains(string(text), "*") {
			all = append(all, fmt.Sprintf("allows something on %s", text))
		}
	}
	return all
}

// list returns a value that may stand alone as a list.
func list(value any) []any {
	if value == nil {
		return nil
	}
	if l, ok := value.([]any); ok {
		return l
	}
	return []any{value}
}

// flat is a text with references as ${Id}, for texts and joins of texts and
// references.
func flat(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if id, ok := v["Ref"].(string); ok {
			return "${" + strings.ReplaceAll(id, "::", "") + "}"
		}
		if join := list(v["Fn::Join"]); len(join) == 2 && join[0] == "" {
			var b strings.Builder
			for _, part := range list(join[1]) {
				b.WriteString(flat(part))
			}
			return b.String()
		}
	}
	return fmt.Sprintf("%v", value)
}
