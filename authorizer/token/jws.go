package token

import (
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/jose"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// maxToken is the longest token that is looked at, in bytes.
const maxToken = jose.MaxBytes

// jws is a token as it was sent. Nothing in it is believed.
type jws struct {
	jose.Token
	claims strictjson.Value
}

// parse takes a token apart, into three parts of which the first two are JSON
// objects, and reads its header.
func (t *jws) parse(raw string) *Error {
	if r := t.Split(raw); r != nil {
		return refuse(r.Reason, r.Detail)
	}
	var err error
	if t.claims, err = strictjson.Parse(t.Payload, jose.Limits()); err != nil || t.claims.Kind() != strictjson.Object {
		return refuse(access.TokenMalformed, "the payload is not a strict JSON object")
	}
	if r := t.ReadHeader(); r != nil {
		return refuse(r.Reason, r.Detail)
	}
	return nil
}

// checkHeader refuses a header after which the token would have to be read in
// another way.
func (t *jws) checkHeader() *Error {
	if r := t.CheckHeader(); r != nil {
		return refuse(r.Reason, r.Detail)
	}
	return nil
}

func present(object strictjson.Value, name string) bool { return jose.Present(object, name) }
