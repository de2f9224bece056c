package rotator

import (
	"bytes"
	"encoding/json"
	"io"
	"time"
)

// Outcome is what became of an event.
type Outcome string

// The outcomes.
const (
	// Done changed something, or found that a secret works.
	Done Outcome = "done"
	// Nothing found nothing to do.
	Nothing Outcome = "nothing"
	// Failed left the work to a later run. The detail says why.
	Failed Outcome = "failed"
)

// Line is one event: one JSON object on one line. It never holds a secret.
type Line struct {
	// Kind is "rotation".
	Kind string `json:"type"`
	// Time is when the event was through, in UTC.
	Time time.Time `json:"time"`
	// Provider is the kind of provider.
	Provider string `json:"provider,omitempty"`
	// Secret is the ARN of the secret.
	Secret string `json:"secret,omitempty"`
	// ClientID is the client whose secret it is.
	ClientID string `json:"client_id,omitempty"`
	// Step is one of createSecret, setSecret, testSecret, finishSecret, first,
	// sweep; event where it was none of them, start where the function cannot
	// be used.
	Step string `json:"step"`
	// Version is the version of the secret that the step was for.
	Version string `json:"version,omitempty"`
	// Outcome is what became of it.
	Outcome Outcome `json:"outcome"`
	// Detail says more, at most 1024 bytes.
	Detail string `json:"detail,omitempty"`
}

const maxDetail = 1024

// write writes the line in one call.
func (l Line) write(w io.Writer, now time.Time) error {
	l.Kind, l.Time = "rotation", now.UTC()
	if len(l.Detail) > maxDetail {
		l.Detail = string(bytes.ToValidUTF8([]byte(l.Detail[:maxDetail]), nil))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(l); err != nil {
		return err
	}
	_, err := w.Write(text.Bytes())
	return err
}
