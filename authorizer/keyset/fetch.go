package keyset

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// newClient returns the client of a set that was given none.
//
// Every fetch opens its own connection: there is one in ten minutes, and a
// connection kept over a freeze of the process is dead without knowing it.
// The environment's proxies are not asked: who stands between the authorizer
// and its keys is configuration, and there is none for that.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                  nil,
		DisableKeepAlives:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: 64 << 10,
	}}
}

// withoutRedirects returns a copy of client that follows no redirect, whatever
// the client says, and keeps no cookies: the keys are at the address that was
// configured, or nowhere.
func withoutRedirects(client *http.Client) *http.Client {
	c := *client
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// fetch gets the key set once. Its error says what was wrong, without
// anything that the server sent.
func (s *Set) fetch(ctx context.Context) (d document, err error) {
	// Behind this call is what strangers send and, maybe, a transport that is
	// not ours: a panic there is a fetch that failed, not the end of the process.
	defer func() {
		if recover() != nil {
			d, err = document{}, errors.New("cannot be fetched, the client or the parser panicked")
		}
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return document{}, errors.New("cannot be asked for")
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	request.Header.Set("User-Agent", "scopeway")
	response, err := s.client.Do(request)
	if err != nil {
		return document{}, errors.New(cause(err))
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return document{}, fmt.Errorf("answered %d, redirects are not followed", response.StatusCode)
	case response.StatusCode != http.StatusOK:
		return document{}, fmt.Errorf("answered %d, not 200", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return document{}, errors.New(cause(err))
	}
	if len(body) > maxBody {
		return document{}, fmt.Errorf("is larger than %d KB", maxBody>>10)
	}
	return parseDocument(body)
}
