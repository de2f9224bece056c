package manage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// Hidden is a text that is not for logs.
type Hidden string

// String keeps the text out of texts.
func (Hidden) String() string { return "[secret]" }

// GoString keeps the text out of texts.
func (h Hidden) GoString() string { return h.String() }

// maxCredential is the largest secret of AWS Secrets Manager.
const maxCredential = 64 << 10

// readCredential reads the management credential, strictly: a JSON object of
// texts, each of which is there, and nothing else but those that may be. Its
// errors hold nothing of the credential.
func (c Config) readCredential(ctx context.Context, mandatory, ignored []string) (map[string]Hidden, error) {
	text, err := c.Credential(ctx)
	if err != nil {
		return nil, err
	}
	shape := `{"` + strings.Join(mandatory, `": "…", "`) + `": "…"}`
	object, err := strictjson.Parse(text, strictjson.Limits{Bytes: maxCredential, Depth: 2})
	if err != nil || object.Kind() != strictjson.Object {
		return nil, errors.New("the management credential is not a JSON object, write " + shape)
	}
	for name := range object.Members() {
		// Its name is not told: who knows what was pasted there.
		if !slices.Contains(mandatory, name) && !slices.Contains(ignored, name) {
			return nil, errors.New("the management credential has a member that means nothing, write " + shape)
		}
	}
	members := map[string]Hidden{}
	for _, name := range mandatory {
		value := object.Member(name)
		text, _ := value.Text()
		switch {
		case value.Kind() == strictjson.Missing:
			return nil, fmt.Errorf("the management credential has no member %q, write %s", name, shape)
		case text == "":
			return nil, fmt.Errorf("member %q of the management credential is not a text with something in it, write %s", name, shape)
		}
		members[name] = Hidden(text)
	}
	return members, nil
}
