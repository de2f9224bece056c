package strictjson

import (
	"iter"
	"strconv"
)

// Kind is the type of a JSON value.
type Kind uint8

// The kinds. Missing is the kind of the zero [Value]: a member that is not
// there, which is not the same as one that is null.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String returns the kind's name in lower case.
func (k Kind) String() string {
	names := [...]string{"missing", "null", "boolean", "number", "string", "array", "object"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// A node is one value or member name. A document is its values in the order
// of the text: an object is followed by name, value, name, value; an array by
// its elements. One slice holds them all, so that parsing allocates little.
type node struct {
	text string // a string's text, a number or boolean as written
	end  int32  // the node after this value and all it holds
	kind Kind
}

type document struct{ nodes []node }

// Value is a value that was read. It cannot be changed, and is safe to use
// from several goroutines. Methods that expect another kind say so with false;
// nothing is ever converted.
type Value struct {
	doc *document
	at  int32
}

func (v Value) node() *node { return &v.doc.nodes[v.at] }

// Kind returns the kind of the value, [Missing] for the zero Value.
func (v Value) Kind() Kind {
	if v.doc == nil {
		return Missing
	}
	return v.node().kind
}

// Text returns the text of a string with its escapes resolved. It may hold any
// character, U+0000 included.
func (v Value) Text() (text string, ok bool) {
	if v.Kind() != String {
		return "", false
	}
	return v.node().text, true
}

// Bool returns a boolean.
func (v Value) Bool() (b, ok bool) {
	if v.Kind() != Bool {
		return false, false
	}
	return v.node().text == "true", true
}

// NumberText returns a number as it was written.
func (v Value) NumberText() (text string, ok bool) {
	if v.Kind() != Number {
		return "", false
	}
	return v.node().text, true
}

// Int64 returns a number that is written as a plain integer and fits. It
// refuses a fraction, an exponent and -0, even where their value is whole.
func (v Value) Int64() (n int64, ok bool) {
	if v.Kind() != Number || v.node().text == "-0" {
		return 0, false
	}
	n, err := strconv.ParseInt(v.node().text, 10, 64)
	return n, err == nil
}

// Len returns how many elements an array or members an object has, and 0 for
// every other value.
func (v Value) Len() int {
	n := 0
	switch v.Kind() {
	case Array:
		for range v.Elements() {
			n++
		}
	case Object:
		for range v.Members() {
			n++
		}
	}
	return n
}

// Member returns the value of the member of an object whose name is exactly
// name, and the zero Value where there is none or v is not an object.
func (v Value) Member(name string) Value {
	for n, member := range v.Members() {
		if n == name {
			return member
		}
	}
	return Value{}
}

// Members yields the members of an object in the order of the text, and
// nothing for every other value.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.Kind() != Object {
			return
		}
		for at := v.at + 1; at < v.node().end; at = v.doc.nodes[at+1].end {
			if !yield(v.doc.nodes[at].text, Value{v.doc, at + 1}) {
				return
			}
		}
	}
}

// Elements yields the elements of an array in their order, and nothing for
// every other value.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.Kind() != Array {
			return
		}
		for at := v.at + 1; at < v.node().end; at = v.doc.nodes[at].end {
			if !yield(Value{v.doc, at}) {
				return
			}
		}
	}
}
