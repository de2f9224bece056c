package call

import (
	"fmt"
	"net/http"
	"strings"
)

// Error says why a request did not do what it should. Each of its texts is a
// fixed phrase of ours or a code from a closed list.
type Error struct {
	Provider string
	// Cannot is what does not happen: [Request.Cannot].
	Cannot string
	// Status is the HTTP status, 0 where there was no answer.
	Status int
	// Code is the provider's error code, "" for none that we know.
	Code string
	// Cause is why there was no answer, or none that can be read.
	Cause string
	// Missing is what the answer should have had.
	Missing string
	// Advice is what to do about it.
	Advice string
	// Uncertain is whether the request may have taken effect all the same.
	Uncertain bool

	fatal bool // without an answer: nor will there be one in a moment
	begun bool // without an answer: the request may have arrived
}

// Error says what does not happen, why, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s, ", e.Cannot, e.Provider)
	switch {
	case e.Status == 0:
		b.WriteString(e.Cause)
	case e.Code != "":
		fmt.Fprintf(&b, "it answered %d %s", e.Status, e.Code)
	default:
		fmt.Fprintf(&b, "it answered %d", e.Status)
	}
	if e.Missing != "" {
		fmt.Fprintf(&b, " without %s", e.Missing)
	}
	if e.Status != 0 && e.Cause != "" {
		fmt.Fprintf(&b, ", %s", e.Cause)
	}
	if e.Advice != "" {
		fmt.Fprintf(&b, ", %s", e.Advice)
	}
	if e.Uncertain {
		b.WriteString(", it may have been done all the same, which the next run sees to")
	}
	return b.String()
}

// again says whether the request may be made again: it had no effect, or one
// that a second request does not change.
func (e *Error) again(r Request) bool {
	switch e.Status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return r.Repeatable
	case 0:
		return !e.fatal && (r.Repeatable || !e.begun)
	}
	return false
}

// refusal is the error of an answer that is none of those that are wanted.
func (a *API) refusal(r Request, answer Answer) *Error {
	e := &Error{Provider: a.Provider, Cannot: r.Cannot, Status: answer.Status}
	if a.Judge != nil {
		e.Code, e.Advice = a.Judge(answer)
	}
	e.Uncertain = !r.Repeatable && answer.Status >= 500
	switch {
	case e.Advice != "":
	case answer.Status >= 300 && answer.Status < 400:
		e.Advice = "redirects are not followed, write the address that it is at"
	case answer.Status == http.StatusTooManyRequests:
		e.Advice = "its rate limit is used up, the next run goes on from here"
	case answer.Status >= 500:
		e.Advice = "it is out of order, the next run goes on from here"
	}
	return e
}

// OneOf returns text if it is one of known, and "" otherwise.
func OneOf(text string, known ...string) string {
	for _, code := range known {
		if text == code {
			return code
		}
	}
	return ""
}
