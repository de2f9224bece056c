// Package behave has fakes of identity providers' management APIs and token
// endpoints, for tests: each does what its provider's API is known to do with
// the few calls that rotation makes, odd answers included.
//
// They are no proof of how a provider behaves. Keycloak's behaviour was seen on
// a real server; Okta's, Auth0's and Entra ID's is taken from their own
// descriptions of their APIs, and where those are silent from reports of
// others. Each file says which.
//
// They look at what is sent as the provider would: credentials, proofs, rights.
package behave

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is what happens to a call instead of what should.
type Fault struct {
	// Call is the method and the path: "GET /api/v1/apps/a".
	Call string
	// Status, Header and Body are the answer; no status breaks the connection.
	Status int
	Header map[string]string
	Body   string
	// Times is how often, 0 for once.
	Times int
	// Done is whether the call takes effect, so that only its answer is lost.
	Done bool
}

// Server is what the fakes have in common: it counts, it breaks, and it has a
// clock.
type Server struct {
	// Now is the time of day at the provider.
	Now func() time.Time

	mutex  sync.Mutex
	mux    *http.ServeMux
	faults []*Fault
	calls  []string
	issued map[string]time.Time // management tokens, and when they end
	number int
}

func newServer() Server {
	return Server{Now: time.Now, mux: http.NewServeMux(), issued: map[string]time.Time{}}
}

// Fail lets a call fail.
func (s *Server) Fail(f Fault) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	f.Times = max(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// Calls returns the calls that were made, "POST /path", those that failed
// included.
func (s *Server) Calls() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.calls)
}

// Count returns how often a call was made.
func (s *Server) Count(call string) int {
	n := 0
	for _, c := range s.Calls() {
		if c == call {
			n++
		}
	}
	return n
}

// ServeHTTP serves one call at a time.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	call := r.Method + " " + r.URL.Path
	s.calls = append(s.calls, call)
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
	for _, f := range s.faults {
		if f.Call != call || f.Times == 0 {
			continue
		}
		f.Times--
		if f.Done {
			s.mux.ServeHTTP(httptest.NewRecorder(), r)
		}
		if f.Status == 0 {
			panic(http.ErrAbortHandler)
		}
		for name, value := range f.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(f.Status)
		fmt.Fprint(w, f.Body)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// RoundTrip makes a client's request without a network, so that a test can
// simulate time.
func (s *Server) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if recover() != nil {
			response, err = nil, io.ErrUnexpectedEOF
		}
	}()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.Clone(r.Context()))
	return w.Result(), nil
}

// next returns a number that was not there before.
func (s *Server) next(format string) string {
	s.number++
	return fmt.Sprintf(format, s.number)
}

// issue returns a management token that is good for a while.
func (s *Server) issue(life time.Duration) string {
	token := s.next("management-token-%d")
	s.issued[token] = s.Now().Add(life)
	return token
}

// holds is whether a request has a management token that is good.
func (s *Server) holds(r *http.Request, scheme string) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), scheme+" ")
	end, issued := s.issued[token]
	return ok && issued && s.Now().Before(end)
}

// write answers with JSON.
func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

// members is a JSON object.
type members = map[string]any

// client returns the client's credentials of a token request, from the header
// (RFC 6749, section 2.3.1) or the body.
func client(r *http.Request) (id, secret string) {
	if id, secret, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
		return id, secret
	}
	return r.PostFormValue("client_id"), r.PostFormValue("client_secret")
}

// limit is a rate limit: so many calls in a window, which begins anew when it
// is over.
type limit struct {
	most   int
	window time.Duration
	end    time.Time
	used   int
}

// take uses one call up, and says whether there was one.
func (l *limit) take(now time.Time) bool {
	if l.most == 0 {
		return true
	}
	if !now.Before(l.end) {
		l.end, l.used = now.Add(l.window), 0
	}
	l.used++
	return l.used <= l.most
}
