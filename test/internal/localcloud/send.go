package localcloud

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Request is a request to a deployed API.
type Request struct {
	// API is the API's id.
	API string
	// Domain is a custom domain that leads to an API, instead of API and Stage.
	Domain string
	// Stage is the stage's name, always for a REST API; empty for the default
	// stage of an HTTP API, which is not in the path.
	Stage string
	// Method is the HTTP method, Path begins with a slash and may have a query.
	Method, Path string
	// Header is sent as it is spelled.
	Header http.Header
	Body   string
}

// Answer is what comes back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Send sends a request to a deployed API of either kind. As on AWS, the API is
// chosen by the name of the host.
//
// A page in a browser cannot set that name, and may not know it: for it there
// is [Cloud.URL].
func (c *Cloud) Send(ctx context.Context, r Request) (Answer, error) {
	path := r.Path
	if r.Stage != "" {
		path = "/" + url.PathEscape(r.Stage) + path
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, c.Endpoint()+path, strings.NewReader(r.Body))
	if err != nil {
		return Answer{}, err
	}
	request.Host = r.API + ".execute-api.localhost:" + strconv.Itoa(c.port)
	if r.Domain != "" {
		request.Host = r.Domain
	}
	for name, values := range r.Header {
		request.Header[name] = values
	}
	response, err := c.client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return Answer{Status: response.StatusCode, Header: response.Header, Body: body}, err
}

// URL is where a stage of a deployed API answers without a name of its own,
// without a slash at the end. The default stage of an HTTP API is "$default".
func (c *Cloud) URL(api, stage string) string {
	return c.Endpoint() + "/_aws/execute-api/" + url.PathEscape(api) + "/" + stage
}
