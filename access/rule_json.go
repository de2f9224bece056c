package access

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ruleJSON has exactly one member set:
//
//	{"scopes":["orders/read"]}     every scope
//	{"anyScope":["orders/read"]}   one of the scopes
//	{"every":[…]}                  every rule
//	{"public":"why"}               everybody
type ruleJSON struct {
	Scopes   []string `json:"scopes,omitempty"`
	AnyScope []string `json:"anyScope,omitempty"`
	Every    []Rule   `json:"every,omitempty"`
	Public   string   `json:"public,omitempty"`
}

// MarshalJSON writes the rule's canonical JSON, scopes sorted.
func (r Rule) MarshalJSON() ([]byte, error) {
	switch r.kind {
	case requireAll:
		return encode(ruleJSON{Scopes: spellings(r.scopes)})
	case requireAny:
		return encode(ruleJSON{AnyScope: spellings(r.scopes)})
	case every:
		return encode(ruleJSON{Every: r.parts})
	case public:
		return encode(ruleJSON{Public: r.reason})
	default:
		return nil, errors.New("rule, it is the zero Rule, write access.Require, access.RequireAnyOf or access.Public")
	}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Rule) UnmarshalJSON(text []byte) error {
	var parsed ruleJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&parsed); err != nil {
		return err
	}
	var rules []Rule
	if len(parsed.Scopes) > 0 {
		rules = append(rules, Rule{kind: requireAll})
	}
	if len(parsed.AnyScope) > 0 {
		rules = append(rules, Rule{kind: requireAny})
	}
	if len(parsed.Every) > 0 {
		rules = append(rules, Rule{kind: every, parts: parsed.Every})
	}
	if parsed.Public != "" {
		rules = append(rules, Rule{kind: public, reason: parsed.Public})
	}
	if len(rules) != 1 {
		return errors.New(`rule, it must have exactly one of "scopes", "anyScope", "every" and "public", not empty`)
	}
	*r = rules[0]
	for _, text := range append(parsed.Scopes, parsed.AnyScope...) {
		s, err := ParseScope(text)
		if err != nil {
			return err
		}
		r.scopes = append(r.scopes, s)
	}
	return nil
}

func spellings(scopes []Scope) []string {
	words := make([]string, 0, len(scopes))
	for _, s := range sortedScopes(scopes) {
		words = append(words, s.String())
	}
	return words
}
