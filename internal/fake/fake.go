// Package fake stands in, in tests, for the few calls of AWS that rotation
// makes and that the local cloud does not know: the client secrets of Amazon
// Cognito, and the versions and staging labels of AWS Secrets Manager.
//
// It is a fake. What it does is taken from the documentation (API references of
// both services, as of the SDK's cognitoidentityprovider 1.61 and secretsmanager
// 1.41), not measured; where the documentation is silent the comment says so.
// It checks no signature and no permission.
package fake

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// Refuse lets a test refuse calls: it is asked for each operation and returns
// the code of an error and its message, or "" to let the call through.
type Refuse func(operation string) (code, message string)

// maxBody is how much of a request is read.
const maxBody = 1 << 20

// failure is an error of the protocol AWS JSON 1.1.
type failure struct{ code, message string }

// call is one call in that protocol.
type call struct {
	operation string
	body      []byte
}

func readCall(r *http.Request) call {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))
	r.Body = io.NopCloser(bytes.NewReader(body))
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return call{operation, body}
}

func (c call) read(into any) *failure {
	if err := json.Unmarshal(c.body, into); err != nil {
		return &failure{"SerializationException", "the request is no JSON"}
	}
	return nil
}

func answer(w http.ResponseWriter, value any, failed *failure) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if failed != nil {
		w.Header().Set("X-Amzn-ErrorType", failed.code)
		w.WriteHeader(http.StatusBadRequest)
		value = map[string]string{"__type": failed.code, "message": failed.message}
	}
	_ = json.NewEncoder(w).Encode(value)
}

// date is how the protocol writes a time.
func date(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
