package call

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// NewHTTP returns a client that asks no proxy and keeps no connection: between
// two events the process is frozen.
func NewHTTP() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                  nil,
		DisableKeepAlives:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: 64 << 10,
	}}
}

// JSON is a body of members. The values are texts, numbers, maps of them.
func JSON(members map[string]any) func() (Body, error) {
	return func() (Body, error) {
		text, err := json.Marshal(members)
		if err != nil {
			return Body{}, errors.New("the request cannot be written as JSON")
		}
		return Body{"application/json", text}, nil
	}
}

// Form is a body of parameters.
func Form(values url.Values) Body {
	return Body{"application/x-www-form-urlencoded", []byte(values.Encode())}
}

// try makes the request once. Its error is an [*Error] or notMade.
func (a *API) try(ctx context.Context, r Request) (Answer, error) {
	request, err := a.request(ctx, r) // a token has the whole context's time
	if err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	request = request.WithContext(ctx)
	// A redirect would take the token along, and a cookie would come back.
	client := *a.HTTP
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return Answer{}, a.unanswered(r, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		e := a.unanswered(r, err)
		e.begun, e.Uncertain = true, !r.Repeatable
		return Answer{}, e
	}
	answer := Answer{Status: response.StatusCode, Header: response.Header}
	if len(body) > maxBody {
		return answer, &Error{Provider: a.Provider, Cannot: r.Cannot, Status: answer.Status,
			Cause: "with more than 1 MB", Uncertain: !r.Repeatable}
	}
	// What is no JSON has no members.
	answer.Body, _ = strictjson.Parse(body, strictjson.Limits{Bytes: maxBody, Depth: 32})
	return answer, nil
}

// request writes the request.
func (a *API) request(ctx context.Context, r Request) (*http.Request, error) {
	var body Body
	if r.Body != nil {
		var err error
		if body, err = r.Body(); err != nil {
			return nil, notMade{err}
		}
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(body.Bytes))
	if err != nil {
		return nil, &Error{Provider: a.Provider, Cannot: r.Cannot, Cause: "its URL cannot be read", fatal: true}
	}
	// The transport repeats what it may; how often is decided here.
	request.GetBody = nil
	if body.Type != "" {
		request.Header.Set("Content-Type", body.Type)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "scopeway")
	if a.Authorize != nil {
		if err := a.Authorize(ctx, request); err != nil {
			return nil, notMade{err}
		}
	}
	return request, nil
}

func (a *API) unanswered(r Request, err error) *Error {
	e := &Error{Provider: a.Provider, Cannot: r.Cannot}
	e.Cause, e.begun, e.fatal = Cause(err)
	e.Uncertain = e.begun && !r.Repeatable
	return e
}
