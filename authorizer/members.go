package authorizer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// memberReader takes members of an object and remembers the first that is not
// as it must be.
type memberReader struct {
	object strictjson.Value
	err    error
}

// fail notes that a member is wrong; nil is no failure.
func (r *memberReader) fail(member string, err error) {
	if r.err == nil && err != nil {
		r.err = fmt.Errorf("%s, %w", member, err)
	}
}

// text returns a mandatory string that is not empty.
func (r *memberReader) text(member string) string {
	text, err := nonEmpty(r.object.Member(member))
	r.fail(member, err)
	return text
}

// optionalText returns a string that may be left out, but not be empty.
func (r *memberReader) optionalText(member string) string {
	if r.object.Member(member).Kind() == strictjson.Missing {
		return ""
	}
	return r.text(member)
}

// path returns a list of names of members that may be left out, but not be
// empty: who writes a place means one.
func (r *memberReader) path(member string) []string {
	if r.object.Member(member).Kind() == strictjson.Missing {
		return nil
	}
	return r.texts(member, true)
}

// texts returns a list of strings that are not empty.
func (r *memberReader) texts(member string, mandatory bool) []string {
	list := r.object.Member(member)
	switch {
	case list.Kind() == strictjson.Missing && !mandatory:
		return nil
	case list.Kind() == strictjson.Missing:
		r.fail(member, errors.New("is missing"))
	case list.Kind() != strictjson.Array:
		r.fail(member, fmt.Errorf("must be a list, got %s", article(list.Kind())))
	case list.Len() == 0 && mandatory:
		r.fail(member, errors.New("is empty"))
	}
	var texts []string
	for element := range list.Elements() {
		text, err := nonEmpty(element)
		if err != nil {
			r.fail(member, fmt.Errorf("element %d %w", len(texts)+1, err))
		}
		texts = append(texts, text)
	}
	return texts
}

// strings returns a mandatory object of strings that are not empty; more says
// what to write if it is.
func (r *memberReader) strings(member, more string) map[string]string {
	object := r.object.Member(member)
	switch {
	case object.Kind() == strictjson.Missing:
		r.fail(member, errors.New("is missing"))
	case object.Kind() != strictjson.Object:
		r.fail(member, fmt.Errorf("must be an object, got %s", article(object.Kind())))
	case object.Len() == 0:
		r.fail(member, errors.New("is empty, "+more))
	}
	texts := make(map[string]string)
	for name, value := range object.Members() {
		text, err := nonEmpty(value)
		if err != nil {
			r.fail(member, fmt.Errorf("of %q %w", name, err))
		}
		texts[name] = text
	}
	return texts
}

// boolean returns an optional boolean.
func (r *memberReader) boolean(member string) bool {
	value := r.object.Member(member)
	b, ok := value.Bool()
	if !ok && value.Kind() != strictjson.Missing {
		r.fail(member, fmt.Errorf("must be true or false, got %s", article(value.Kind())))
	}
	return b
}

func nonEmpty(value strictjson.Value) (string, error) {
	text, ok := value.Text()
	switch {
	case value.Kind() == strictjson.Missing:
		return "", errors.New("is missing")
	case !ok:
		return "", fmt.Errorf("must be a string, got %s", article(value.Kind()))
	case text == "":
		return "", errors.New("is empty")
	}
	return text, nil
}

// parseVersioned reads a JSON object with a version and one more member, which it
// returns. The error calls the whole what.
func parseVersioned(text []byte, limits strictjson.Limits, what string, version int64, member string) (strictjson.Value, error) {
	document, err := strictjson.Parse(text, limits)
	if err != nil {
		return strictjson.Value{}, err
	}
	if document.Kind() != strictjson.Object {
		return strictjson.Value{}, fmt.Errorf("%s, must be a JSON object, got %s", what, article(document.Kind()))
	}
	// The version first: members of a later one are not a mistake in this one.
	if got, ok := document.Member("version").Int64(); !ok || got != version {
		number, _ := document.Member("version").NumberText()
		return strictjson.Value{}, fmt.Errorf("version, is not one this authorizer reads, got %q, deploy the authorizer of the same release (version %d)", number, version)
	}
	return document.Member(member), onlyMembers(document, "version", member)
}

// onlyMembers refuses members that nobody reads: a misspelled one would be a
// setting that silently does not hold.
func onlyMembers(object strictjson.Value, known ...string) error {
	for name := range object.Members() {
		if !slices.Contains(known, name) {
			return fmt.Errorf("member %q, is not known, got %q, write one of %q", name, name, known)
		}
	}
	return nil
}

// article returns the kind's name for a sentence.
func article(kind strictjson.Kind) string {
	switch kind {
	case strictjson.Missing:
		return "nothing"
	case strictjson.Null:
		return "null"
	case strictjson.Array, strictjson.Object:
		return "an " + kind.String()
	default:
		return "a " + kind.String()
	}
}
