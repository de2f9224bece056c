package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// ruleJSON has exactly one of these members, claim and oneOf counting as one,
// and, but for every, any and public, it may have "from":
//
//	{"scopes":["orders/read"]}                every scope
//	{"anyScope":["orders/read"]}              one of the scopes
//	{"every":[…]}                             every rule
//	{"any":[…]}                               one of the rules
//	{"public":"why"}                          everybody
//	{"role":"admin"}                          a role
//	{"memberOf":"staff"}                      a group
//	{"claim":"department","oneOf":["sales"]}  a claim: texts, booleans or integers
//	{"machine":true}                          a client for itself
//	{"person":true}                           a client for a person
//	{"signedIn":true}                         any token
//	{"role":"admin","from":"Users"}           of tokens of one identity
type ruleJSON struct {
	Scopes   []string          `json:"scopes,omitempty"`
	AnyScope []string          `json:"anyScope,omitempty"`
	Every    []Rule            `json:"every,omitempty"`
	Any      []Rule            `json:"any,omitempty"`
	Public   *string           `json:"public,omitempty"`
	Role     *string           `json:"role,omitempty"`
	MemberOf *string           `json:"memberOf,omitempty"`
	Claim    *string           `json:"claim,omitempty"`
	OneOf    []json.RawMessage `json:"oneOf,omitempty"`
	Machine  *bool             `json:"machine,omitempty"`
	Person   *bool             `json:"person,omitempty"`
	SignedIn *bool             `json:"signedIn,omitempty"`
	From     *string           `json:"from,omitempty"`
}

var (
	errZeroRule = errors.New("rule, it is the zero Rule, write access.Require, access.RequireAnyOf or access.Public")
	errManyFrom = errors.New("rule, it is from several identities at once, write access.Any with a rule for each")
	errOneKind  = errors.New(`rule, it must have exactly one of "scopes", "anyScope", "every", "any", "public", "role", "memberOf", "claim" with "oneOf", "machine", "person" and "signedIn", not empty`)
	errFrom     = errors.New(`rule, "from" stands on a rule that has parts or is public, or is empty, write it on the parts`)
	errOneOf    = errors.New(`rule, "oneOf" must be texts, booleans or plain integers of 64 bits, all of one type`)
)

// MarshalJSON writes the rule's canonical JSON, scopes and values sorted. It
// refuses the zero Rule, and one that is from two identities.
func (r Rule) MarshalJSON() ([]byte, error) {
	var j ruleJSON
	yes := true
	switch r.kind {
	case requireAll:
		j.Scopes = spellings(r.scopes)
	case requireAny:
		j.AnyScope = spellings(r.scopes)
	case every:
		j.Every = r.parts
	case some:
		j.Any = r.parts
	case public:
		j.Public = &r.reason
	case role:
		j.Role = &r.name
	case member:
		j.MemberOf = &r.name
	case claim:
		j.Claim = &r.name
		for _, v := range sortedValues(r.values) {
			text, err := encode(v)
			if err != nil {
				return nil, err
			}
			j.OneOf = append(j.OneOf, text)
		}
	case machine:
		j.Machine = &yes
	case person:
		j.Person = &yes
	case signedIn:
		j.SignedIn = &yes
	default:
		return nil, errZeroRule
	}
	switch len(r.from) {
	case 0:
	case 1:
		if r.kind == public {
			return nil, errFrom
		}
		j.From = &r.from[0]
	default:
		return nil, errManyFrom
	}
	return encode(j)
}

// UnmarshalJSON reads what MarshalJSON writes. It refuses members it does not
// know, rules of two kinds or none, and values of a claim that are not of one
// of the three types. It does not check names: [ParseTable] does, and that
// everything is spelled in the canonical way.
func (r *Rule) UnmarshalJSON(text []byte) error {
	var j ruleJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return err
	}
	var rules []Rule
	add := func(there bool, rule Rule) {
		if there {
			rules = append(rules, rule)
		}
	}
	add(j.Scopes != nil, Rule{kind: requireAll})
	add(j.AnyScope != nil, Rule{kind: requireAny})
	add(j.Every != nil, Rule{kind: every, parts: j.Every})
	add(j.Any != nil, Rule{kind: some, parts: j.Any})
	add(j.Public != nil, Rule{kind: public, reason: text0(j.Public)})
	add(j.Role != nil, Rule{kind: role, name: text0(j.Role)})
	add(j.MemberOf != nil, Rule{kind: member, name: text0(j.MemberOf)})
	add(j.Claim != nil, Rule{kind: claim, name: text0(j.Claim)})
	add(j.Machine != nil, Rule{kind: machine})
	add(j.Person != nil, Rule{kind: person})
	add(j.SignedIn != nil, Rule{kind: signedIn})
	if len(rules) != 1 || j.empty(rules[0].kind) {
		return errOneKind
	}
	parsed := rules[0]
	for _, text := range append(j.Scopes, j.AnyScope...) {
		s, err := ParseScope(text)
		if err != nil {
			return err
		}
		parsed.scopes = append(parsed.scopes, s)
	}
	for _, text := range j.OneOf {
		value, ok := parseValue(string(text))
		if !ok || len(parsed.values) > 0 && rank(value) != rank(parsed.values[0]) {
			return errOneOf
		}
		parsed.values = append(parsed.values, value)
	}
	if j.From != nil {
		if *j.From == "" || parsed.kind == every || parsed.kind == some || parsed.kind == public {
			return errFrom
		}
		parsed.from = []string{*j.From}
	}
	*r = parsed
	return nil
}

// empty reports whether the member of that kind says nothing, or there are
// values without a claim.
func (j *ruleJSON) empty(kind ruleKind) bool {
	no := func(b *bool) bool { return b == nil || !*b }
	switch kind {
	case claim:
		return len(j.OneOf) == 0
	case requireAll, requireAny, every, some:
		return len(j.Scopes)+len(j.AnyScope)+len(j.Every)+len(j.Any) == 0 || j.OneOf != nil
	case machine, person, signedIn:
		return no(j.Machine) && no(j.Person) && no(j.SignedIn) || j.OneOf != nil
	default:
		return j.OneOf != nil
	}
}

// parseValue reads a value of a claim. Numbers are read as they are written:
// a fraction, an exponent and -0 are not integers here.
func parseValue(text string) (any, bool) {
	switch {
	case text == "true" || text == "false":
		return text == "true", true
	case strings.HasPrefix(text, `"`):
		var s string
		err := json.Unmarshal([]byte(text), &s)
		return s, err == nil
	case text == "-0":
		return nil, false
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
}

// text0 returns the text, "" for none.
func text0(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func spellings(scopes []Scope) []string {
	words := make([]string, 0, len(scopes))
	for _, s := range sortedScopes(scopes) {
		words = append(words, s.String())
	}
	return words
}
