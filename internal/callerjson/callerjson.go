// Package callerjson is the text in which the authorizer tells a backend who
// calls: base64url without padding (RFC 4648, section 5) of one JSON object.
//
//	{"v":1,"sub":"","client_id":"","scope":"orders/read orders/write",
//	 "iss":"","exp":1700000000,"identity":"Users","kind":"machine",
//	 "roles":[],"groups":[],"claims":{},"table":"","decision_id":""}
//
// Members that are empty are left out, but v, iss, exp, table and decision_id
// are always there and never empty. The alphabet is safe in a header and in a
// context of API Gateway: what cannot be quoted cannot be quoted wrongly.
//
// Nothing is signed. The text says who calls only as far as its way can be
// trusted; package caller tells how far that is.
package callerjson

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

const (
	// Header is the request header that carries the text to a backend that is
	// reached by URL. It has no hyphen, because servers that turn "-" into "_"
	// could not tell it from a forged one with "_".
	Header = "ScopewayCaller"
	// Public stands in the header where the route is public.
	Public = "public"
	// Member is the member of the authorizer's context that holds the text.
	Member = "caller"
	// MaxBytes is the longest text: API Gateway takes 10,240 bytes of headers
	// in all.
	MaxBytes = 4096
)

// version is the only one there is. A member that older backends would have to
// know in order to be safe needs another.
const version = 1

// ErrTooLong is the error for a text of more than [MaxBytes].
var ErrTooLong = errors.New("caller, it is too long for a header")

// Caller is what the text says. [Encode] tells which may be empty.
type Caller struct {
	Version   int64          `json:"v"` // set by Encode
	Subject   string         `json:"sub,omitempty"`
	ClientID  string         `json:"client_id,omitempty"`
	Scope     string         `json:"scope,omitempty"` // "server/name", joined by one space
	Issuer    string         `json:"iss"`
	ExpiresAt int64          `json:"exp"` // seconds since 1970
	Identity  string         `json:"identity,omitempty"`
	Kind      string         `json:"kind,omitempty"` // "machine" or "person"
	Roles     []string       `json:"roles,omitempty"`
	Groups    []string       `json:"groups,omitempty"`
	Claims    map[string]any `json:"claims,omitempty"` // string, bool or int64

	Table      string `json:"table"` // the digest
	DecisionID string `json:"decision_id"`
}

// check refuses what has no text, or more than one reading. Its errors name
// members only.
func (c *Caller) check() error {
	for _, text := range []string{c.Subject, c.ClientID, c.Scope, c.Issuer, c.Identity, c.Table, c.DecisionID} {
		if !utf8.ValidString(text) {
			return errNotUTF8
		}
	}
	switch {
	case c.Version != version:
		return fmt.Errorf("caller, v is not %d", version)
	case c.Issuer == "":
		return errors.New("caller, iss is empty")
	case c.ExpiresAt <= 0:
		return errors.New("caller, exp is not positive")
	case c.Table == "":
		return errors.New("caller, table is empty")
	case c.DecisionID == "":
		return errors.New("caller, decision_id is empty")
	case c.Kind != "" && c.Kind != "machine" && c.Kind != "person":
		return errors.New(`caller, kind is neither "machine" nor "person"`)
	}
	for _, names := range [][]string{c.Roles, c.Groups} {
		for _, name := range names {
			if name == "" {
				return errors.New("caller, a role or group is empty")
			}
			if !utf8.ValidString(name) {
				return errNotUTF8
			}
		}
	}
	for name, value := range c.Claims {
		if name == "" {
			return errors.New("caller, the name of a claim is empty")
		}
		text, isText := value.(string)
		if !utf8.ValidString(name) || isText && !utf8.ValidString(text) {
			return errNotUTF8
		}
		switch value.(type) {
		case string, bool, int64:
		default:
			return errors.New("caller, a claim is not a string, a bool or an int64")
		}
	}
	return nil
}

var errNotUTF8 = errors.New("caller, a text is not UTF-8")
