// Package call makes the requests of a provider's management API: JSON over
// HTTP, with a deadline, a cap on what is read, no redirects, and as much
// patience as the provider asks for.
//
// Its errors hold fixed phrases only. Nothing of an answer gets into one but
// its status, and a code that the provider's package knows.
package call

import (
	"context"
	"net/http"
	"time"

	"github.com/scopeway/scopeway/internal/strictjson"
)

const (
	// deadline is how long one try may take, its body included.
	deadline = 10 * time.Second
	// maxBody is the largest answer that is read.
	maxBody = 1 << 20
	// maxTries is how often a request is made.
	maxTries = 3
)

// API is the management API of one provider, or its token endpoint. It is used
// by one goroutine.
type API struct {
	// Provider names it in errors.
	Provider string
	// HTTP makes the requests; see [NewHTTP].
	HTTP *http.Client
	// Now is the time of day.
	Now func() time.Time
	// Authorize puts the management token into a request. It is called anew for
	// every try. May be nil.
	Authorize func(context.Context, *http.Request) error
	// Again looks at every answer and says whether the request was not as the
	// server wants it, and will be now. It is believed once in a request. May be
	// nil.
	Again func(Answer) bool
	// ResetHeader names the header in which the provider says when its limit is
	// lifted, in Unix seconds. Retry-After is read always.
	ResetHeader string
	// Judge says what a refusal means: the provider's code, from a list that the
	// provider's package has, and what to do about it, a fixed phrase. Both may
	// be empty. May be nil.
	Judge func(Answer) (code, advice string)
}

// Request is a request.
type Request struct {
	// Cannot says what does not happen if the request fails: "the client's
	// secrets cannot be listed". Errors begin with it.
	Cannot string
	Method string
	URL    string
	// Body is called for every try. Nil for none.
	Body func() (Body, error)
	// Repeatable is whether doing it twice is doing it once. Then it is made
	// again where nobody knows whether it was done.
	Repeatable bool
	// Accept are the statuses, besides 200 to 299, that are no error.
	Accept []int
}

// Body is the body of a request.
type Body struct {
	Type  string
	Bytes []byte
}

// Answer is what the provider answered.
type Answer struct {
	Status int
	Header http.Header
	// Body is the zero Value where the body is not JSON.
	Body strictjson.Value
}

// Do makes the request, three times at most where the provider is busy. Its
// error is an [*Error], or one of Authorize or Body.
func (a *API) Do(ctx context.Context, r Request) (Answer, error) {
	corrected := false
	for try := 1; ; {
		answer, err := a.try(ctx, r)
		if err == nil && a.Again != nil && a.Again(answer) && !corrected {
			corrected = true
			continue
		}
		if err == nil && r.accepts(answer.Status) {
			return answer, nil
		}
		if without, ok := err.(notMade); ok {
			return Answer{}, without.error
		}
		failed, _ := err.(*Error)
		if err == nil {
			failed = a.refusal(r, answer)
		}
		if try == maxTries || !failed.again(r) || !sleep(ctx, a.wait(answer, try)) {
			return Answer{}, failed
		}
		try++
	}
}

// notMade is the error of a request for which there was no body or no token.
// What it wraps was tried as often as it should be.
type notMade struct{ error }

func (r Request) accepts(status int) bool {
	if status >= 200 && status < 300 {
		return true
	}
	for _, accepted := range r.Accept {
		if status == accepted {
			return true
		}
	}
	return false
}

// Refused is the error of an answer with a status that is accepted, and all the
// same not what was asked for.
func (a *API) Refused(r Request, answer Answer) error { return a.refusal(r, answer) }

// Odd is the error of an answer that should have had something and has not.
func (a *API) Odd(r Request, answer Answer, missing string) error {
	return &Error{Provider: a.Provider, Cannot: r.Cannot, Status: answer.Status, Missing: missing, Uncertain: !r.Repeatable}
}
