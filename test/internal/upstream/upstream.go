// Package upstream is a server behind an API, reached by URL: it records what
// it is sent, above all the headers.
package upstream

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxBody caps what is kept of a request's body, in bytes.
const maxBody = 1 << 20

// Request is a request as it came.
type Request struct {
	Method string `json:"method"`
	// Path is the path as it was spelled, with the query.
	Path   string      `json:"path"`
	Header http.Header `json:"header"`
	Body   string      `json:"body"`
}

// Server answers every request with what it got, as JSON.
type Server struct {
	listener net.Listener
	server   *http.Server

	mu       sync.Mutex
	requests []Request
}

// Start starts a server on a free port of 127.0.0.1. The caller must close it.
func Start() (*Server, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{listener: listener}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go s.server.Serve(listener) // ends with Close
	return s, nil
}

// URL is where the server is, without a slash at the end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close stops the server.
func (s *Server) Close() error { return s.server.Close() }

// Take returns the requests that came since it was last called, oldest first.
func (s *Server) Take() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := s.requests
	s.requests = nil
	return requests
}

// ServeHTTP records a request and answers with it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		http.Error(w, "body cannot be read", http.StatusBadRequest)
		return
	}
	request := Request{Method: r.Method, Path: r.RequestURI, Header: r.Header.Clone(), Body: string(body)}
	s.mu.Lock()
	s.requests = append(s.requests, request)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(request) // a client that left needs no answer
}
