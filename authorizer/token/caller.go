package token

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// Known is what the rules speak of: an [access.Table] tells it. Of all that a
// token says, a verifier takes up no scope, role, group or claim beyond it.
type Known struct {
	Scopes []access.Scope
	// Roles and Groups are looked for where an issuer keeps them.
	Roles, Groups []string
	// Claims are names of members of a token's top level.
	Claims []string
}

// defaultPerson is the claim by which [ProfileRFC9068] knows a token for a
// person: the time at which somebody signed in (RFC 9068, section 2.2.1).
const defaultPerson = "auth_time"

// cognitoGroups is the claim in which Amazon Cognito keeps groups.
const cognitoGroups = "cognito:groups"

// The ways to say whom a token is for. Only a token that agrees with itself is
// for anybody: a subject that is the client is no person, and no machine either
// if the token says that somebody signed in.

func kindCognito(v strictjson.Value, c *claims) access.Kind {
	name, _ := v.Member("username").Text()
	switch itself := c.subject == c.clientID; {
	case itself && !present(v, "username"):
		return access.KindMachine
	case !itself && name != "":
		return access.KindPerson
	}
	return ""
}

// kindByMark goes by a claim that only tokens for people have.
func kindByMark(v strictjson.Value, c *claims, person string) access.Kind {
	marked := marks(v.Member(person))
	switch itself := c.subject == c.clientID; {
	case itself && !marked:
		return access.KindMachine
	case !itself && marked:
		return access.KindPerson
	}
	return ""
}

// marks reports whether a claim says anything: one that is absent, null, false,
// zero, negative or empty is what a setting looks like that nobody made.
func marks(v strictjson.Value) bool {
	switch v.Kind() {
	case strictjson.String:
		text, _ := v.Text()
		return text != ""
	case strictjson.Bool:
		is, _ := v.Bool()
		return is
	case strictjson.Number:
		text, _ := v.NumberText()
		digits, _, _ := strings.Cut(strings.ToLower(text), "e")
		return digits[0] != '-' && strings.Trim(digits, "0.") != ""
	case strictjson.Array, strictjson.Object:
		return v.Len() > 0
	default:
		return false
	}
}

// set holds names to look for.
type set map[string]bool

func setOf(names []string) set {
	s := make(set, len(names))
	for _, name := range names {
		s[name] = true
	}
	return s
}

// in returns the names that the array at the path holds, sorted, each once.
// Anything but an array of strings holds none: who would read a string as a
// list would have to guess what separates it.
func (s set) in(v strictjson.Value, path []string) []string {
	if len(s) == 0 || len(path) == 0 {
		return nil
	}
	for _, name := range path {
		v = v.Member(name)
	}
	var found []string
	for element := range v.Elements() {
		text, ok := element.Text()
		if !ok {
			return nil
		}
		if s[text] && !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	slices.Sort(found)
	return found
}

// valuesOf returns the claims that are strings, booleans or plain integers of
// 64 bits, by name. A number is taken as it is written: 3.0 and 3e0 are not 3,
// because what is equal must not depend on who reads it.
func valuesOf(v strictjson.Value, names []string) map[string]any {
	var values map[string]any
	for _, name := range names {
		var value any
		claim, ok := v.Member(name), false
		switch claim.Kind() {
		case strictjson.String:
			value, ok = claim.Text()
		case strictjson.Bool:
			value, ok = claim.Bool()
		case strictjson.Number:
			value, ok = claim.Int64()
		}
		if !ok {
			continue
		}
		if values == nil {
			values = map[string]any{}
		}
		values[name] = value
	}
	return values
}
