package rotator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/scopeway/scopeway/internal/strictjson"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// A document is the JSON object in Secrets Manager. Members that it does not
// name stay as they are, so that what a person added survives a rotation.
type document struct {
	client  string
	secret  provider.Secret
	members map[string]json.RawMessage
}

// maxDocument is the size of a secret in Secrets Manager.
const maxDocument = 64 << 10

// parseDocument reads a secret's text. Its error holds nothing of it.
func parseDocument(text string) (document, error) {
	object, err := strictjson.Parse([]byte(text), strictjson.Limits{Bytes: maxDocument, Depth: 16})
	if err != nil {
		return document{}, fmt.Errorf("is not the JSON that rotation writes, %w", err)
	}
	if object.Kind() != strictjson.Object {
		return document{}, errors.New("is not a JSON object, write {\"client_id\":\"…\",\"client_secret\":\"…\"}")
	}
	var d document
	for name, into := range map[string]*string{"client_id": &d.client, "client_secret": &d.secret.Value, "client_secret_id": &d.secret.ID} {
		value := object.Member(name)
		text, ok := value.Text()
		if !ok && value.Kind() != strictjson.Missing {
			return document{}, fmt.Errorf("has a %s that is not a string, got %s", name, value.Kind())
		}
		*into = text
	}
	if err := json.Unmarshal([]byte(text), &d.members); err != nil {
		return document{}, errors.New("is not the JSON that rotation writes")
	}
	return d, nil
}

// with returns the document's text with another secret of a client.
func (d document) with(client string, secret provider.Secret) (string, error) {
	all := make(map[string]any, len(d.members)+3)
	for name, value := range d.members {
		all[name] = value
	}
	all["client_id"], all["client_secret"] = client, secret.Value
	delete(all, "client_secret_id")
	if secret.ID != "" {
		all["client_secret_id"] = secret.ID
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(all); err != nil {
		return "", errors.New("the new secret cannot be written as JSON")
	}
	if text.Len() > maxDocument {
		return "", errors.New("the secret's JSON is longer than 64 KB, take out what is not needed")
	}
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), nil
}
