package pkce

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const redirectURL = "http://127.0.0.1:1/callback"

// server is an authorization server that lets ada in by her password, with a
// client "page" that may have the scope orders/read.
type server struct {
	*httptest.Server
	challenge string
	// Instead of the right answer at a path.
	instead map[string]http.HandlerFunc
}

func newServer(t *testing.T) *server {
	s := &server{instead: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *server) client() Client {
	return Client{AuthorizationURL: s.URL + "/oauth2/authorize", TokenURL: s.URL + "/oauth2/token", ID: "page", RedirectURL: redirectURL}
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	if handler := s.instead[r.URL.Path]; handler != nil {
		handler(w, r)
		return
	}
	switch value := r.FormValue; r.URL.Path {
	case "/oauth2/authorize":
		if value("scope") != "openid orders/read" {
			http.Redirect(w, r, redirectURL+"?error=invalid_scope", http.StatusFound)
			return
		}
		if value("response_type") != "code" || value("client_id") != "page" || value("code_challenge_method") != "S256" {
			http.Error(w, `{"error":"invalid_request"}`, http.StatusBadRequest)
			return
		}
		s.challenge = value("code_challenge")
		fmt.Fprintf(w, `<form method="POST" action="/login?a=1&amp;b=2"><input type="hidden" name="state" value=%q>
			<input type="hidden" name="odd" value="&lt;&quot;&gt;"><input type="text" name="username"><input type="password" name="password" value="x"></form>`, value("state"))
	case "/login":
		if value("username") != "ada" || value("password") != "secret" || value("odd") != `<">` || value("b") != "2" {
			io.WriteString(w, "<form>again")
			return
		}
		http.Redirect(w, r, redirectURL+"?code=c1&state="+url.QueryEscape(value("state")), http.StatusFound)
	case "/oauth2/token":
		digest := sha256.Sum256([]byte(value("code_verifier")))
		right := value("grant_type") == "authorization_code" && value("code") == "c1" && value("redirect_uri") == redirectURL &&
			base64.RawURLEncoding.EncodeToString(digest[:]) == s.challenge
		renewed := value("grant_type") == "refresh_token" && value("refresh_token") == "r1"
		if value("client_id") != "page" || !right && !renewed {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		io.WriteString(w, `{"access_token":"a1","id_token":"i1","refresh_token":"r1","token_type":"Bearer","expires_in":900}`)
	}
}

func TestAPersonSignsIn(t *testing.T) {
	client := newServer(t).client()
	want := Tokens{Access: "a1", ID: "i1", Refresh: "r1", Type: "Bearer", ExpiresIn: 900}
	if got, err := client.SignIn(context.Background(), "ada", "secret", "openid", "orders/read"); err != nil || got != want {
		t.Errorf("SignIn = %+v, %v, want %+v", got, err, want)
	}
	if got, err := client.Renew(context.Background(), "r1"); err != nil || got != want {
		t.Errorf("Renew = %+v, %v, want %+v", got, err, want)
	}
}

func TestWhatTheServerRefusesIsARefusal(t *testing.T) {
	client := newServer(t).client()
	stranger := client
	stranger.ID = "stranger"
	signIn := func(c Client, password string, scopes ...string) error {
		_, err := c.SignIn(context.Background(), "ada", password, scopes...)
		return err
	}
	exchange := func(change func(*Login) (code string)) error {
		login, err := client.Begin(context.Background(), "openid", "orders/read")
		if err != nil {
			return err
		}
		_, err = login.Exchange(context.Background(), change(login))
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want Refused
	}{
		"a wrong password":  {signIn(client, "wrong", "openid", "orders/read"), Refused{"login", 200, ""}},
		"another scope":     {signIn(client, "secret", "orders/write"), Refused{"authorize", 302, "invalid_scope"}},
		"an unknown client": {signIn(stranger, "secret", "openid", "orders/read"), Refused{"authorize", 400, "invalid_request"}},
		"another verifier":  {exchange(func(l *Login) string { l.Verifier += "x"; return "c1" }), Refused{"token", 400, "invalid_grant"}},
		"another code":      {exchange(func(*Login) string { return "c2" }), Refused{"token", 400, "invalid_grant"}},
		"another redirect":  {exchange(func(l *Login) string { l.client.RedirectURL += "x"; return "c1" }), Refused{"token", 400, "invalid_grant"}},
	} {
		if refused := new(Refused); !errors.As(c.err, &refused) || *refused != c.want {
			t.Errorf("%s = %v, want %v", name, c.err, &c.want)
		}
	}
	if _, err := client.Renew(context.Background(), "r2"); err == nil {
		t.Error("Renew with another token = nil, want an error")
	}
}

func TestAnAnswerThatIsNoneIsAnError(t *testing.T) {
	for name, c := range map[string]struct{ path, status, location, body string }{
		"no form":                {"/oauth2/authorize", "200", "", "<p>"},
		"a form to nowhere":      {"/oauth2/authorize", "200", "", `<form action="http://a b">`},
		"a redirect elsewhere":   {"/login", "302", "http://127.0.0.1:2/?code=c1", ""},
		"a redirect, no code":    {"/login", "302", redirectURL + "?state=s", ""},
		"a redirect, no address": {"/login", "302", "http://a b", ""},
		"another state":          {"/login", "302", redirectURL + "?code=c1&state=s", ""},
		"no JSON":                {"/oauth2/token", "200", "", "<p>"},
		"no access token":        {"/oauth2/token", "200", "", `{"id_token":"i1"}`},
	} {
		s := newServer(t)
		s.instead[c.path] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", c.location)
			if c.status == "302" {
				w.WriteHeader(http.StatusFound)
			}
			io.WriteString(w, c.body)
		}
		if got, err := s.client().SignIn(context.Background(), "ada", "secret", "openid", "orders/read"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: SignIn = %+v, %v, want an error without the password", name, got, err)
		}
	}
}
