package event

import (
	"strings"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// reader takes members of an event and remembers whether one had the wrong
// type. A member that is null counts as one that is not there.
type reader struct{ ok bool }

// member returns a member that is of the kind, or the zero Value.
func (r *reader) member(object strictjson.Value, name string, kind strictjson.Kind) strictjson.Value {
	switch value := object.Member(name); value.Kind() {
	case kind:
		return value
	case strictjson.Missing, strictjson.Null:
	default:
		r.ok = false
	}
	return strictjson.Value{}
}

func (r *reader) object(object strictjson.Value, name string) strictjson.Value {
	return r.member(object, name, strictjson.Object)
}

func (r *reader) text(object strictjson.Value, name string) string {
	text, _ := r.member(object, name, strictjson.String).Text()
	return text
}

// texts returns a list of strings, none if it is not there.
func (r *reader) texts(object strictjson.Value, name string) []string {
	return r.elements(r.member(object, name, strictjson.Array))
}

// elements returns the elements of a list of strings.
func (r *reader) elements(list strictjson.Value) (texts []string) {
	for element := range list.Elements() {
		text, isText := element.Text()
		r.ok = r.ok && isText
		texts = append(texts, text)
	}
	return texts
}

// header returns the values of every spelling of a header. One header of
// another type spoils all.
func (r *reader) header(event strictjson.Value, want string) (values []string) {
	for name, value := range r.object(event, "headers").Members() {
		text, isText := value.Text()
		r.ok = r.ok && isText
		if strings.EqualFold(name, want) {
			values = append(values, text)
		}
	}
	return values
}
