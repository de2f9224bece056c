// Package strictjson reads JSON in one way only (RFC 8259, and I-JSON,
// RFC 7493, where it is stricter).
//
// Security decisions hang on what a token, a key set or a configuration says,
// so a text that two readers could take differently is refused: repeated
// member names at any depth (compared after their escapes are resolved),
// bytes that are not UTF-8, lone surrogates, a byte order mark, anything after
// the value, and more nesting or bytes than [Limits] allows.
// Member names are looked up byte for byte: "ISS" and "iſſ" are not "iss".
// Numbers stay as they were written; nothing is ever rounded.
//
// It does not check what the members mean, and it does not normalise Unicode.
package strictjson

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth is the deepest nesting that [Limits] may allow: the parser recurses.
const maxDepth = 1000

// Limits says how much may be read. Both are mandatory: a limit that was
// forgotten is an error, never "no limit".
type Limits struct {
	// Bytes is the longest text that is looked at.
	Bytes int
	// Depth is how many arrays and objects may lie in each other: 1 allows
	// {"a":1}, 2 allows {"a":[1]}. At most 1000.
	Depth int
}

// Error tells where a text is not what this package reads. It never holds a
// part of the text.
type Error struct {
	Offset  int    // bytes from the start of the text
	Problem string // a fixed phrase
}

// Error returns the problem and its offset.
func (e *Error) Error() string {
	return fmt.Sprintf("json, %s at offset %d", e.Problem, e.Offset)
}

var errLimits = errors.New("json limits, Bytes and Depth must be set, with Depth at most 1000")

// Parse reads data, which must hold exactly one JSON value, into a [Value]
// that shares nothing with it. Its error is an [*Error], but for limits that
// are not set.
//
// It refuses what the package's doc says. It allows every kind of value at the
// top: who needs an object asks with [Value.Kind].
func Parse(data []byte, limits Limits) (Value, error) {
	if limits.Bytes <= 0 || limits.Depth <= 0 || limits.Depth > maxDepth {
		return Value{}, errLimits
	}
	if len(data) > limits.Bytes {
		return Value{}, &Error{limits.Bytes, "more bytes than allowed"}
	}
	if !utf8.Valid(data) {
		return Value{}, &Error{validPrefix(data), "not UTF-8"}
	}
	p := parser{text: string(data), depthLeft: limits.Depth}
	p.nodes = make([]node, 0, estimate(p.text))
	if err := p.document(); err != nil {
		return Value{}, err
	}
	return Value{doc: &document{p.nodes}}, nil
}

// validPrefix returns how many bytes of data are UTF-8.
func validPrefix(data []byte) int {
	n := 0
	for n < len(data) {
		r, size := utf8.DecodeRune(data[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}
