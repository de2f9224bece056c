package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Words of operation ids that announce a variable.
const (
	byWord   = "by"
	restWord = "rest"
)

// operationID returns the operation's id. It depends on nothing but method and
// path, so that routes that come and go change no other's: the method, then
// each segment, "by_" before a variable and "rest_" before a greedy one, as in
// "get_orders_by_id". Paths for which that is not one to one (segments with
// more than letters and digits, or named "by" or "rest") get eight digits of
// the SHA-256 of the route at the end.
func operationID(method, path string) string {
	words, plain := []string{strings.ToLower(method)}, true
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if part == "" {
			continue // the root
		}
		name, isVariable := strings.CutPrefix(part, "{")
		if isVariable {
			name = strings.TrimSuffix(name, "}")
			n, greedy := strings.CutSuffix(name, "+")
			name = n
			if greedy {
				words = append(words, restWord)
			} else {
				words = append(words, byWord)
			}
		} else if name == byWord || name == restWord {
			plain = false
		}
		plain = plain && !strings.ContainsFunc(name, notInWord)
		words = append(words, strings.Join(strings.FieldsFunc(name, notInWord), "_"))
	}
	if !plain {
		sum := sha256.Sum256([]byte(method + " " + path))
		words = append(words, hex.EncodeToString(sum[:4]))
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "_")
}

func notInWord(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
}
