//go:build issuers

package nodeoidc

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// answer is what the token endpoint answers.
type answer struct {
	AccessToken string `json:"access_token"`
	IDToken     string `json:"id_token"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
}

// request is what a client asks the token endpoint.
type request struct {
	client string
	values url.Values
	header http.Header
}

func (s *server) ask(t testing.TB, r request) answer {
	t.Helper()
	post, err := http.NewRequest(http.MethodPost, s.url()+"/token", strings.NewReader(r.values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range r.header {
		post.Header[name] = values
	}
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	post.SetBasicAuth(r.client, s.secret)
	response, err := client.Do(post)
	if err != nil {
		t.Fatal(err)
	}
	var got answer
	decode(t, response, http.StatusOK, &got)
	return got
}

// machine gets a token for a program; without a resource it is for none.
func (s *server) machine(t testing.TB, id, scope, resource string, header http.Header) answer {
	t.Helper()
	values := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
	if resource != "" {
		values.Set("resource", resource)
	}
	return s.ask(t, request{id, values, header})
}

// person signs alice in at the website, as a browser does, and gets her tokens.
func (s *server) person(t testing.TB) answer {
	t.Helper()
	const verifier = "a-verifier-of-no-less-than-forty-three-characters"
	const callback = "https://website.example.com/callback"
	challenge := sha256.Sum256([]byte(verifier))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := *client
	browser.Jar = jar
	next := s.url() + "/auth?" + url.Values{
		"response_type": {"code"}, "client_id": {"website"}, "redirect_uri": {callback}, "scope": {"openid read write"},
		"resource": {"https://orders.example.com"}, "nonce": {"a-nonce"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}.Encode()
	for range 10 {
		response, err := browser.Get(next)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		location, err := response.Location()
		if err != nil {
			t.Fatalf("%s = %d and leads nowhere: %v", response.Request.URL.Path, response.StatusCode, err)
		}
		next = location.String()
		if strings.HasPrefix(next, callback) {
			code := location.Query().Get("code")
			if code == "" {
				t.Fatalf("sign-in gave no code: %s", location.Query().Get("error_description"))
			}
			return s.ask(t, request{"website", url.Values{
				"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier},
				"resource": {"https://orders.example.com"},
			}, nil})
		}
	}
	t.Fatal("sign-in goes round in circles")
	return answer{}
}
