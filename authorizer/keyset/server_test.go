package keyset

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is an issuer without a network, so that time can be made up around it.
type server struct {
	mu      sync.Mutex
	body    string
	status  int
	takes   time.Duration
	fetches int
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.fetches++
	body, status, takes := s.body, s.status, s.takes
	s.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewBufferString(body)), Request: r}, nil
}

// serves changes the answer from now on.
func (s *server) serves(status int, jwks ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.body = status, setOf(jwks...)
}

func (s *server) slow(takes time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takes = takes
}

// fetched fails the test if the fetches so far are not as many as wanted.
func (s *server) fetched(t *testing.T, want int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetches != want {
		t.Fatalf("%d fetches, want %d", s.fetches, want)
	}
}

// newSet returns a set whose issuer serves those keys in no time.
func newSet(t *testing.T, jwks ...string) (*Set, *server) {
	t.Helper()
	s := &server{}
	s.serves(200, jwks...)
	set, err := New(Config{URL: "https://issuer.example/keys", Client: &http.Client{Transport: s}})
	if err != nil {
		t.Fatal(err)
	}
	return set, s
}

// The three answers of Find. They only report, so that they may be asked for
// in goroutines.

func wantKey(t *testing.T, s *Set, kid string, want crypto.PublicKey) {
	t.Helper()
	got, err := s.Find(context.Background(), kid, EdDSA)
	if err != nil || !want.(interface{ Equal(crypto.PublicKey) bool }).Equal(got) {
		t.Errorf("Find(%q) = %v, %v, want its key", kid, got, err)
	}
}

func wantNoKey(t *testing.T, s *Set, kid string) {
	t.Helper()
	got, err := s.Find(context.Background(), kid, EdDSA)
	if got != nil || !errors.Is(err, ErrNoKey) || errors.Is(err, ErrUnavailable) {
		t.Errorf("Find(%q) = %v, %v, want %v", kid, got, err, ErrNoKey)
	}
	if kid != "" && strings.Contains(err.Error(), kid) {
		t.Errorf("the error quotes what the token says: %v", err)
	}
}

func wantUnavailable(t *testing.T, s *Set, kid, cause string) {
	t.Helper()
	got, err := s.Find(context.Background(), kid, EdDSA)
	if got != nil || !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNoKey) || !strings.Contains(err.Error(), cause) {
		t.Errorf("Find(%q) = %v, %v, want %v: %s", kid, got, err, ErrUnavailable, cause)
	}
}
