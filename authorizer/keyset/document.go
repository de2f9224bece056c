package keyset

import (
	"crypto"
	"errors"
	"fmt"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// What a key set may be at most. Real ones have one to a dozen keys and a few
// kilobytes; the rest is room for certificates.
const (
	maxBody  = 150 << 10
	maxKeys  = 100
	maxDepth = 16
)

// A document is one answer of the issuer: the keys that can be used, and why
// the others cannot.
type document struct {
	keys    []key
	skipped []string
}

// parseDocument reads a JSON Web Key Set (RFC 7517, section 5). A key that
// cannot be used is skipped; a set that leaves none is an error, because an
// issuer without keys has made a mistake, and the keys of before serve better.
func parseDocument(body []byte) (document, error) {
	set, err := strictjson.Parse(body, strictjson.Limits{Bytes: maxBody, Depth: maxDepth})
	if err != nil {
		return document{}, notJSON(err)
	}
	if set.Kind() != strictjson.Object {
		return document{}, fmt.Errorf("is not a JSON object, got %v", set.Kind())
	}
	keys := set.Member("keys")
	if keys.Kind() != strictjson.Array {
		return document{}, fmt.Errorf("has no array named keys, got %v", keys.Kind())
	}
	if keys.Len() > maxKeys {
		return document{}, fmt.Errorf("has more than %d keys, got %d", maxKeys, keys.Len())
	}
	if keys.Len() == 0 {
		return document{}, errors.New("has no key")
	}
	var d document
	n := 0
	for jwk := range keys.Elements() {
		n++
		parsed, err := parseKey(jwk)
		if err != nil {
			d.skipped = append(d.skipped, fmt.Sprintf("key %d of %d: %v", n, keys.Len(), err))
			continue
		}
		d.keys = append(d.keys, parsed)
	}
	if len(d.keys) == 0 {
		return document{}, fmt.Errorf("has no key that can be used (%s)", d.oddities())
	}
	return d, nil
}

// notJSON says what is wrong with a text that strictjson refuses.
func notJSON(err error) error {
	var at *strictjson.Error
	if !errors.As(err, &at) {
		return err
	}
	return fmt.Errorf("is not strict JSON, %s at offset %d", at.Problem, at.Offset)
}

// find returns the one key of that name, or of all if id is "", that fits alg.
func (d document) find(id string, alg Algorithm) (crypto.PublicKey, bool) {
	var found crypto.PublicKey
	for _, k := range d.keys {
		if (id != "" && k.id != id) || !k.fits(alg) {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = k.public
	}
	return found, found != nil
}

// oddities says which keys are not used and why, for as many as a log line
// has room for.
func (d document) oddities() string {
	const room = 3
	text := ""
	for i, skip := range d.skipped {
		if i == room {
			return fmt.Sprintf("%s; and %d more", text, len(d.skipped)-room)
		}
		if i > 0 {
			text += "; "
		}
		text += skip
	}
	return text
}
