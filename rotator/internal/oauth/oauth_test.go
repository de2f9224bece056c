package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const secret = "s3cret+/ äö:%&="

func endpoint(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL + "/token"
}

func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		code   bool
		want   string // of the error, "" for none
		refuse bool
	}{
		{"a token", 200, `{"access_token":"x","token_type":"Bearer"}`, false, "", false},
		{"no token", 200, `{"token_type":"Bearer"}`, false, "the token endpoint answered 200 without an access token", false},
		{"an empty token", 200, `{"access_token":""}`, false, "the token endpoint answered 200 without an access token", false},
		{"a page", 200, `<html>`, false, "the token endpoint answered 200 without an access token", false},
		{"a created token", 201, `{"access_token":"x"}`, false, "the token endpoint answered 201", false},
		{"wrong secret", 401, `{"error":"invalid_client"}`, false, "the token endpoint answered 401 invalid_client", true},
		{"wrong secret at Cognito", 400, `{"error":"invalid_client"}`, false, "the token endpoint answered 400 invalid_client", true},
		{"wrong secret at Keycloak", 401, `{"error":"unauthorized_client"}`, false, "the token endpoint answered 401 unauthorized_client", true},
		{"a grant the client may not use", 400, `{"error":"unauthorized_client"}`, false, "the token endpoint answered 400 unauthorized_client", false},
		{"a scope the client may not have", 400, `{"error":"invalid_scope","error_description":"secret words"}`, false, "the token endpoint answered 400 invalid_scope", false},
		{"a resource nobody knows", 400, `{"error":"invalid_target"}`, false, "the token endpoint answered 400 invalid_target", false},
		{"a code of nobody", 400, `{"error":"s3cret"}`, false, "the token endpoint answered 400", false},
		{"invalid_client of a broken server", 500, `{"error":"invalid_client"}`, false, "the token endpoint answered 500 invalid_client", false},
		{"401 of a proxy", 401, `denied`, false, "the token endpoint answered 401", false},
		{"two answers in one", 401, `{"error":"invalid_client","error":"invalid_scope"}`, false, "the token endpoint answered 401", false},
		{"a redirect", 302, ``, false, "the token endpoint answered 302, redirects are not followed", false},
		{"a code nobody issued, with the right secret", 400, `{"error":"invalid_grant"}`, true, "", false},
		{"a code nobody issued, with a wrong secret", 401, `{"error":"invalid_client"}`, true, "the token endpoint answered 401 invalid_client", true},
		{"invalid_grant that was not asked for", 400, `{"error":"invalid_grant"}`, false, "the token endpoint answered 400 invalid_grant", false},
		{"too much", 200, `{"access_token":"` + strings.Repeat("x", maxBody) + `"}`, false, "the token endpoint answered 200 with more than 64 KB", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := Try(t.Context(), Request{TokenURL: endpoint(t, answers(test.status, test.body)), ClientID: "c", Secret: secret, Code: test.code})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("Try = %q, want %q", got, test.want)
			}
			if errors.Is(err, provider.ErrRefused) != test.refuse {
				t.Errorf("Try = %v, refused %v, want %v", err, !test.refuse, test.refuse)
			}
		})
	}
}

func TestCredentialsAreEncodedOnceMoreInTheHeader(t *testing.T) {
	var header, body string
	url := endpoint(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		header = user + " " + password
		_ = r.ParseForm()
		body = r.PostForm.Encode()
		fmt.Fprint(w, `{"access_token":"x"}`)
	})
	request := Request{TokenURL: url, ClientID: "https://a.example/c", Secret: secret, Scope: "a b", Audience: "https://api"}
	if err := Try(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if want := "https%3A%2F%2Fa.example%2Fc s3cret%2B%2F+%C3%A4%C3%B6%3A%25%26%3D"; header != want {
		t.Errorf("Basic = %q, want %q", header, want)
	}
	if want := "audience=https%3A%2F%2Fapi&grant_type=client_credentials&scope=a+b"; body != want {
		t.Errorf("body = %q, want %q", body, want)
	}
	request.InBody = true
	if err := Try(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if header != " " {
		t.Errorf("Basic = %q, want none: the credentials are in the body", header)
	}
	if want := "audience=https%3A%2F%2Fapi&client_id=https%3A%2F%2Fa.example%2Fc&client_secret=s3cret%2B%2F+%C3%A4%C3%B6%3A%25%26%3D&grant_type=client_credentials&scope=a+b"; body != want {
		t.Errorf("body = %q, want %q", body, want)
	}
	if err := Try(t.Context(), Request{TokenURL: url, ClientID: "c", Secret: "s", Code: true, RedirectURI: "https://app.example/back"}); err != nil {
		t.Fatal(err)
	}
	if want := "code=scopeway-tries-the-secret&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fapp.example%2Fback"; body != want {
		t.Errorf("body = %q, want %q", body, want)
	}
}

func TestARedirectTakesNoCredentialsAlong(t *testing.T) {
	asked := false
	elsewhere := endpoint(t, func(http.ResponseWriter, *http.Request) { asked = true })
	url := endpoint(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
	})
	if err := Try(t.Context(), Request{TokenURL: url, ClientID: "c", Secret: secret}); err == nil || asked {
		t.Errorf("Try = %v, followed the redirect %v, want an error and false", err, asked)
	}
}

func TestNoAnswer(t *testing.T) {
	let := make(chan struct{})
	hangs := endpoint(t, func(http.ResponseWriter, *http.Request) { <-let })
	defer close(let)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	gone := httptest.NewServer(nil)
	gone.Close()
	untrusted := httptest.NewTLSServer(answers(200, `{"access_token":"x"}`))
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer untrusted.Close()
	canceled, stop := context.WithCancel(t.Context())
	stop()
	for _, test := range []struct {
		name string
		ctx  context.Context
		url  string
		want string
	}{
		{"hangs", ctx, hangs, "the token endpoint cannot be asked, there is no answer in time"},
		{"gone", t.Context(), gone.URL, "the token endpoint cannot be asked, there is no connection"},
		{"untrusted", t.Context(), untrusted.URL, "the token endpoint cannot be asked, its certificate is not trusted"},
		{"stopped", canceled, gone.URL, "the token endpoint cannot be asked, the function ran out of time"},
		{"no URL", t.Context(), "http://a b/", "the token endpoint cannot be asked, its URL cannot be read"},
	} {
		err := Try(test.ctx, Request{TokenURL: test.url, ClientID: "c", Secret: secret})
		if err == nil || err.Error() != test.want || errors.Is(err, provider.ErrRefused) {
			t.Errorf("Try, %s = %v, want %q, not refused", test.name, err, test.want)
		}
	}
}
