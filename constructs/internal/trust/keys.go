package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// What the authorizer knows shipped keys by.
const (
	shippedKeys = "shipped"
	keysVersion = 1
)

// Keys is a JSON Web Key Set that travels beside the authorizer.
type Keys struct {
	set  *keyset.Shipped
	text json.RawMessage
}

// publicMembers are those of a key that the authorizer reads (RFC 7517, RFC
// 7518, section 6, and RFC 8037).
var publicMembers = map[string]bool{
	"kty": true, "use": true, "key_ops": true, "alg": true, "kid": true,
	"crv": true, "x": true, "y": true, "n": true, "e": true,
}

// parseKeys reads the text of a JSON Web Key Set as the authorizer does. Of the
// keys only those members are kept that it reads: nothing else of the text is
// anybody's business who may read the function's code.
func parseKeys(text string) (*Keys, error) {
	if _, err := keyset.ParseShipped([]byte(text)); err != nil {
		return nil, err
	}
	// Maps, because structs would take KEYS for keys.
	var document map[string]json.RawMessage
	var jwks []json.RawMessage
	if json.Unmarshal([]byte(text), &document) != nil || json.Unmarshal(document["keys"], &jwks) != nil {
		return nil, errors.New("key set, cannot be read")
	}
	kept := []map[string]json.RawMessage{}
	for _, jwk := range jwks {
		var members map[string]json.RawMessage
		if json.Unmarshal(jwk, &members) != nil || members == nil {
			continue // no key at all
		}
		maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool { return !publicMembers[name] })
		kept = append(kept, members)
	}
	short, err := json.Marshal(map[string]any{"keys": kept})
	if err != nil {
		return nil, errors.New("key set, cannot be written")
	}
	set, err := keyset.ParseShipped(short)
	if err != nil {
		return nil, err
	}
	return &Keys{set, short}, nil
}

// Ship has the keys of that text shipped; none if it is "", or cannot be used,
// which [KeysProblems] reports.
func (t *Trust) Ship(text string) {
	if text == "" {
		return
	}
	t.Keys = shippedKeys
	if keys, err := parseKeys(text); err == nil {
		t.Shipped = keys
	}
}

// Shares says whether two identities have a key in common, as far as that is
// known at synth: one URL, or one key that is shipped for both.
func (t Trust) Shares(other Trust) bool {
	if t.Keys == shippedKeys || other.Keys == shippedKeys {
		return t.Shipped != nil && other.Shipped != nil && t.Shipped.set.Shares(other.Shipped.set)
	}
	return keyset.SameAddress(t.Keys, other.Keys)
}

// KeysFile returns the text of the file with the keys that are shipped, nil
// where there are none.
func KeysFile(trusted []Trust) []byte {
	sets := map[string]json.RawMessage{}
	for _, t := range trusted {
		if t.Shipped != nil {
			sets[t.Name] = t.Shipped.text
		}
	}
	if len(sets) == 0 {
		return nil
	}
	text, err := json.Marshal(struct {
		Version int                        `json:"version"`
		Sets    map[string]json.RawMessage `json:"sets"`
	}{keysVersion, sets})
	if err != nil {
		panic(fmt.Sprintf("scopeway: shipped keys do not encode: %v", err)) // they were just written: cannot happen
	}
	return text
}

// KeysProblems returns what is wrong with keys that are to be shipped, if any,
// for an identity that signs with these algorithms and was given that URL of
// keys, or "".
func KeysProblems(text, url string, algorithms []string, subject string, at access.Site) access.Problems {
	if text == "" {
		return nil
	}
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: at})
	}
	if url != "" {
		problem("KeysTwice", "it has both Keys and KeysUrl, and nobody could tell which count: write KeysUrl, or Keys where the authorizer has no way to the issuer")
	}
	if Unresolved(text) {
		problem("ShippedKeys", "Keys is known at deploy only, write the text of the key set itself: it becomes part of the function's code")
		return ps
	}
	keys, err := parseKeys(text)
	switch {
	case errors.Is(err, keyset.ErrSecret):
		problem("PrivateKeys", "Keys must be public: %v. Write what the issuer publishes; a private key that was in source code is nobody's secret any more, so have the issuer replace it", err)
	case err != nil:
		problem("ShippedKeys", "Keys cannot be used: %v. Write the text of the key set that the issuer publishes, {\"keys\":[…]}", err)
	case !keys.set.Fits(known(algorithms)):
		problem("ShippedKeys", "Keys has no key for its algorithms, got %q, write the keys that the issuer signs access tokens with", algorithms)
	}
	return ps
}

// known returns the algorithms that there are. Where none is named, which is
// reported elsewhere, it returns all.
func known(names []string) []keyset.Algorithm {
	var algorithms []keyset.Algorithm
	for _, name := range names {
		if a, err := keyset.ParseAlgorithm(name); err == nil {
			algorithms = append(algorithms, a)
		}
	}
	if algorithms == nil {
		return keyset.Algorithms()
	}
	return algorithms
}
