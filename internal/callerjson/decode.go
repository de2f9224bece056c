package callerjson

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/scopeway/scopeway/internal/strictjson"
)

var (
	errBase64 = errors.New("caller, it is not base64url without padding")
	errMember = errors.New("caller, a member is not known, of another type, or empty")
)

// limits fit [MaxBytes]; claims and lists are one level deep.
var limits = strictjson.Limits{Bytes: MaxBytes / 4 * 3, Depth: 2}

// Decode reads what [Encode] writes.
//
// It refuses what Encode refuses, the other alphabet of base64, padding, line
// ends and bits behind the last byte, what package strictjson refuses, members
// that are unknown, repeated, null, of another type or empty where they should
// have been left out, numbers that are not plain integers of 64 bits, and every
// version but 1. The order of members is free. Its errors hold no part of the
// text.
func Decode(text string) (Caller, error) {
	if len(text) > MaxBytes {
		return Caller{}, ErrTooLong
	}
	if strings.ContainsAny(text, "\r\n") { // which package base64 skips
		return Caller{}, errBase64
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Caller{}, errBase64
	}
	object, err := strictjson.Parse(raw, limits)
	if err != nil {
		return Caller{}, err
	}
	if object.Kind() != strictjson.Object {
		return Caller{}, errors.New("caller, it is not a JSON object")
	}
	var c Caller
	for name, value := range object.Members() {
		if !c.take(name, value) {
			return Caller{}, errMember
		}
	}
	if err := c.check(); err != nil {
		return Caller{}, err
	}
	return c, nil
}

// take reads one member, and reports whether it is one, of its type and not
// empty.
func (c *Caller) take(name string, value strictjson.Value) (ok bool) {
	text := func(to *string) bool {
		*to, _ = value.Text()
		return *to != ""
	}
	switch name {
	case "v":
		c.Version, ok = value.Int64()
	case "sub":
		ok = text(&c.Subject)
	case "client_id":
		ok = text(&c.ClientID)
	case "scope":
		ok = text(&c.Scope)
	case "iss":
		ok = text(&c.Issuer)
	case "exp":
		c.ExpiresAt, ok = value.Int64()
	case "identity":
		ok = text(&c.Identity)
	case "kind":
		ok = text(&c.Kind)
	case "roles":
		c.Roles, ok = texts(value)
	case "groups":
		c.Groups, ok = texts(value)
	case "claims":
		c.Claims, ok = claims(value)
	case "table":
		ok = text(&c.Table)
	case "decision_id":
		ok = text(&c.DecisionID)
	}
	return ok
}

// texts returns the elements of an array of strings that is not empty.
func texts(value strictjson.Value) (all []string, ok bool) {
	for element := range value.Elements() {
		text, ok := element.Text()
		if !ok {
			return nil, false
		}
		all = append(all, text)
	}
	return all, len(all) > 0
}

// claims returns the members of an object that is not empty.
func claims(value strictjson.Value) (map[string]any, bool) {
	all := map[string]any{}
	for name, member := range value.Members() {
		ok := false
		switch member.Kind() {
		case strictjson.String:
			all[name], ok = member.Text()
		case strictjson.Bool:
			all[name], ok = member.Bool()
		case strictjson.Number:
			all[name], ok = member.Int64()
		}
		if !ok {
			return nil, false
		}
	}
	return all, len(all) > 0
}
