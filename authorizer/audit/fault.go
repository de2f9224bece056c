package audit

import (
	"io"
	"time"
)

// Fault is something that broke in the authorizer itself: a configuration
// that cannot be used, or a panic. It is a line of its own beside the
// evaluation's and holds nothing that a caller sent.
type Fault struct {
	// Kind is "fault", Version is [Version]; [WriteFault] sets both.
	Kind    string `json:"scopeway"`
	Version int    `json:"version"`
	// Time is when it was noticed, in UTC.
	Time time.Time `json:"time"`
	// DecisionID is the evaluation's, empty at the start of the process.
	DecisionID string `json:"decision_id,omitempty"`
	// Cause says what broke, for those who run the API. What looks like a token
	// in it is masked, and it is cut at [MaxDetail] bytes.
	Cause string `json:"cause"`
	// Stack is where, after a panic: functions and lines, no values.
	Stack []string `json:"stack,omitempty"`
}

// WriteFault writes one fault on one line.
func WriteFault(w io.Writer, fault Fault) error {
	fault.Kind, fault.Version = "fault", Version
	fault.Time = fault.Time.UTC()
	fault.Cause = cut(mask(fault.Cause), MaxDetail)
	return writeJSON(w, fault)
}
