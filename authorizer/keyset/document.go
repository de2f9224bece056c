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
	secret  int // the number of the first key with secret parts, 0 if there is none
}

// parseDocument reads a JSON Web Key Set (RFC 7517, section 5). A key that
// cannot be used is skipped. A set that leaves none is a set all the same: an
// issuer that takes out its last key wants it to count no longer.
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
	var d document
	n := 0
	for jwk := range keys.Elements() {
		n++
		parsed, err := parseKey(jwk)
		if err != nil {
			if errors.Is(err, ErrSecret) && d.secret == 0 {
				d.secret = n
			}
			d.skipped = append(d.skipped, fmt.Sprintf("key %d of %d: %v", n, keys.Len(), err))
			continue
		}
		d.keys = append(d.keys, parsed)
	}
	return d, nil
}

// useless returns an error if the document has no key that can be used.
func (d document) useless() error {
	switch {
	case len(d.keys) > 0:
		return nil
	case len(d.skipped) > 0:
		return fmt.Errorf("has no key that can be used (%s)", d.oddities())
	default:
		return errors.New("has no key")
	}
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
// A key that is there twice under one name is one key.
func (d document) find(id string, alg Algorithm) (crypto.PublicKey, bool) {
	var found key
	for _, k := range d.keys {
		if (id != "" && k.id != id) || !k.fits(alg) {
			continue
		}
		if found.public != nil && !found.same(k) {
			return nil, false
		}
		found = k
	}
	return found.public, found.public != nil
}

// lacks says what there is where no key fits.
func (d document) lacks(alg Algorithm) string {
	odd := ""
	if len(d.skipped) > 0 {
		odd = fmt.Sprintf(", and %d unusable (%s)", len(d.skipped), d.oddities())
	}
	return fmt.Sprintf("has none for %q, got %d usable%s", alg, len(d.keys), odd)
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
