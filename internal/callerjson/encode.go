package callerjson

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// Encode writes the caller; equal callers have equal texts. Version is set.
//
// It refuses a caller without issuer, table or decision id, an expiry that is
// not positive, another kind than "machine", "person" and "", roles, groups
// and names of claims that are empty, claims of other types, texts that are
// not UTF-8, and, with [ErrTooLong], what takes more than [MaxBytes].
// It does not check how scopes are spelled.
func Encode(c Caller) (string, error) {
	c.Version = version
	if err := c.check(); err != nil {
		return "", err
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c); err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	if len(text) > MaxBytes {
		return "", ErrTooLong
	}
	return text, nil
}
