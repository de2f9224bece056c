package authorizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// KeysFile is the name of the file with shipped keys in the function's
// directory. It is there where an identity has [ShippedKeys].
const KeysFile = "keys.json"

// KeysVersion is the version of its JSON.
const KeysVersion = 1

// ParseKeys reads the text of [KeysFile], a JSON Web Key Set for each identity
// by its name:
//
//	{"version":1,"sets":{"Users":{"keys":[{"kty":"EC","crv":"P-256","kid":"…","x":"…","y":"…"}]}}}
//
// It refuses other versions, members it does not know, JSON that could be read
// in two ways, and whatever [keyset.ParseShipped] refuses; the error names the
// identity and quotes nothing of a key. A set may be there that no identity
// uses: a deploy changes a function's code and its environment one after the
// other, and this must not close it in between.
func ParseKeys(text []byte) (map[string]*keyset.Shipped, error) {
	sets, err := parseVersioned(text, strictjson.Limits{Bytes: maxFileBytes, Depth: 32}, "keys", KeysVersion, "sets")
	if err != nil {
		return nil, err
	}
	switch n := sets.Len(); {
	case sets.Kind() != strictjson.Object:
		return nil, fmt.Errorf("sets, must be an object, got %s", article(sets.Kind()))
	case n == 0:
		return nil, errors.New("sets, is empty, give the key set of each identity that has its keys here")
	case n > maxIdentities:
		return nil, fmt.Errorf("sets, has too many, got %d, at most %d", n, maxIdentities)
	}
	// What is strict JSON, with these members and no other, reads one way only:
	// the sets' own texts may be cut out by another parser.
	var texts struct{ Sets map[string]json.RawMessage }
	if err := json.Unmarshal(text, &texts); err != nil {
		return nil, errors.New("keys, cannot be read")
	}
	keys := make(map[string]*keyset.Shipped, len(texts.Sets))
	for name := range sets.Members() {
		set, err := keyset.ParseShipped(texts.Sets[name])
		if err != nil {
			return nil, fmt.Errorf("identity %q, %w", name, err)
		}
		keys[name] = set
	}
	return keys, nil
}

// readKeys reads the keys file, unless no identity has its keys there.
func readKeys(directory string, identities []Identity) (map[string]*keyset.Shipped, error) {
	if !slices.ContainsFunc(identities, func(i Identity) bool { return i.Keys == ShippedKeys }) {
		return nil, nil
	}
	text, err := readBeside(directory, KeysFile, "deploy the function with the keys beside the binary")
	if err != nil {
		return nil, err
	}
	return ParseKeys(text)
}

// shippedKeys returns an identity's keys, which must be able to verify a token
// and be nobody else's: who signs for the one could speak for the other.
func shippedKeys(identity Identity, others []Identity, shipped map[string]*keyset.Shipped) (token.Keys, error) {
	keys := shipped[identity.Name]
	switch {
	case keys == nil:
		return nil, fmt.Errorf("are not in %s, deploy the function with the constructs that made its environment", KeysFile)
	case !keys.Fits(identity.Algorithms):
		return nil, fmt.Errorf("hold none for its algorithms, got %q, ship the keys that its tokens are signed with", identity.Algorithms)
	}
	for _, other := range others {
		if other.Keys == ShippedKeys && keys.Shares(shipped[other.Name]) {
			return nil, fmt.Errorf("hold one that is the identity %q's too, give each its own", other.Name)
		}
	}
	return keys, nil
}
