package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// credentials are a client's, or a person's.
type credentials struct{ id, secret string }

// maxAnswer caps what is read of an answer, in bytes.
const maxAnswer = 8 << 20

// Answer is what Keycloak answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Decode reads the answer's JSON.
func (a Answer) Decode(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("answer with status %d is not the JSON that was expected: %v", a.Status, err)
	}
}

// ID is what Keycloak calls a thing that it has made: the end of its Location.
func (a Answer) ID(t testing.TB) string {
	t.Helper()
	location := a.Header.Get("Location")
	if a.Status != http.StatusCreated || location == "" {
		t.Fatalf("answer with status %d has no Location: %s", a.Status, a.Body)
	}
	return location[strings.LastIndex(location, "/")+1:]
}

// Call calls the admin API with a token: the path begins with "/admin/realms".
func (s *Server) Call(t testing.TB, token, method, path string, body any) Answer {
	t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, content)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.do(request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// Admin calls the admin API as its administrator. It fails the test when the
// answer is not a good one.
func (s *Server) Admin(t testing.TB, method, path string, body any) Answer {
	t.Helper()
	answer := s.Call(t, s.adminToken(t), method, path, body)
	if answer.Status >= 300 {
		t.Fatalf("%s %s = %d: %s", method, path, answer.Status, answer.Body)
	}
	return answer
}

// adminToken returns the administrator's token, which lives for a minute.
func (s *Server) adminToken(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.fetched) < 30*time.Second {
		return s.token
	}
	answer := s.post(t, "/realms/master/protocol/openid-connect/token", url.Values{
		"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {s.admin.id}, "password": {s.admin.secret},
	}, nil)
	var got struct {
		Token string `json:"access_token"`
	}
	answer.Decode(t, &got)
	if answer.Status != http.StatusOK || got.Token == "" {
		t.Fatalf("the administrator's token = status %d", answer.Status)
	}
	s.token, s.fetched = got.Token, time.Now()
	return s.token
}

// post posts a form.
func (s *Server) post(t testing.TB, path string, form url.Values, header http.Header) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := s.do(request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (s *Server) do(request *http.Request) (Answer, error) {
	response, err := s.client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return Answer{}, fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err)
	}
	return Answer{response.StatusCode, response.Header, body}, nil
}
