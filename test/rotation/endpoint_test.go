//go:build localcloud

package rotation

import (
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// tokenEndpoint is the token endpoint at which new secrets are tried. It asks
// that of the fake, unless it is told to do something else.
type tokenEndpoint struct {
	listener net.Listener
	server   *http.Server

	mu    sync.Mutex
	act   http.HandlerFunc // nil: ask the fake
	paths map[string]int   // how often each was asked
}

func startTokenEndpoint(fake func() string) (*tokenEndpoint, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	e := &tokenEndpoint{listener: listener, paths: map[string]int{}}
	ask := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		to, _ := url.Parse(fake() + "/oauth2/token")
		r.Out.URL = to
	}}
	e.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		act := e.act
		e.paths[r.URL.Path]++
		e.mu.Unlock()
		switch {
		case !strings.HasSuffix(r.URL.Path, "/oauth2/token"):
			w.WriteHeader(http.StatusNotFound)
		case act != nil:
			act(w, r)
		default:
			ask.ServeHTTP(w, r)
		}
	})}
	go e.server.Serve(listener)
	return e, nil
}

// URL is its base URL.
func (e *tokenEndpoint) URL() string { return "http://" + e.listener.Addr().String() }

func (e *tokenEndpoint) do(act http.HandlerFunc) (back func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.act = act
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.act = nil
	}
}

// refuse has it take no secret until back is called.
func (e *tokenEndpoint) refuse() (back func()) {
	return e.do(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_client"}`)
	})
}

// hold has it answer nobody until back is called. It says when somebody waits.
func (e *tokenEndpoint) hold() (waits <-chan struct{}, back func()) {
	somebody, once := make(chan struct{}), sync.Once{}
	back = e.do(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees that the client has gone
		once.Do(func() { close(somebody) })
		<-r.Context().Done()
	})
	return somebody, back
}

// asked says how often a path was asked for.
func (e *tokenEndpoint) asked(path string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.paths[path]
}
