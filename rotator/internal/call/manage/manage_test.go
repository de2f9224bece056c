package manage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

type answers func(*http.Request) (int, string)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := a(r)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func config(credential string, a answers) Config {
	return Config{
		APIURL: "https://acme.example/api", AdminTokenURL: "https://acme.example/token", TokenURL: "https://acme.example/token",
		Credential: func(context.Context) ([]byte, error) { return []byte(credential), nil },
		HTTP:       &http.Client{Transport: a},
	}
}

func tokens(t *testing.T, c Config) *Tokens {
	t.Helper()
	c, err := c.Ready()
	if err != nil {
		t.Fatal(err)
	}
	return WithSecret(c, call.API{Provider: "Acme"}, url.Values{"audience": {"a"}})
}

const good = `{"client_id":"rotator","client_secret":"s3cret"}`

func TestReady(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"all there", func(*Config) {}, ""},
		{"no API", func(c *Config) { c.APIURL = "" }, `the address of the management API is empty, got "", write one such as https://id.example.com/path`},
		{"a plain API", func(c *Config) { c.APIURL = "http://acme.example" }, `the address of the management API is not https, got "http://acme.example", write one such as https://id.example.com/path`},
		{"no endpoint for the management token", func(c *Config) { c.AdminTokenURL = "" }, `the token endpoint of the management API is empty, got "", write one such as https://id.example.com/path`},
		{"no token endpoint", func(c *Config) { c.TokenURL = "" }, `the token endpoint of the client is empty, got "", write one such as https://id.example.com/path`},
		{"no credential", func(c *Config) { c.Credential = nil }, "the management credential is not configured, write where it is"},
	} {
		c := config(good, nil)
		test.change(&c)
		ready, err := c.Ready()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("Ready, %s = %q, want %q", test.name, got, test.want)
		}
		if err == nil && (ready.HTTP == nil || ready.Now == nil) {
			t.Errorf("Ready, %s leaves out a default", test.name)
		}
	}
}

func TestObjectOf(t *testing.T) {
	if got := (Config{}).ObjectOf("client"); got != "client" {
		t.Errorf("ObjectOf = %q, want the client id", got)
	}
	if got := (Config{Object: "object"}).ObjectOf("client"); got != "object" {
		t.Errorf("ObjectOf = %q, want the object", got)
	}
}

func TestCredentials(t *testing.T) {
	const shape = `write {"client_id": "…", "client_secret": "…"}`
	for _, test := range []struct{ name, credential, want string }{
		{"as it should be", good, ""},
		{"of a client that is rotated itself", `{"client_id":"rotator","client_secret":"s3cret","client_secret_id":"x"}`, ""},
		{"nothing", ``, "the management credential is not a JSON object, " + shape},
		{"the bare secret", `s3cret`, "the management credential is not a JSON object, " + shape},
		{"a text", `"s3cret"`, "the management credential is not a JSON object, " + shape},
		{"twice the same", `{"client_id":"a","client_id":"b","client_secret":"s3cret"}`, "the management credential is not a JSON object, " + shape},
		{"no id", `{"client_secret":"s3cret"}`, `the management credential has no member "client_id", ` + shape},
		{"no secret", `{"client_id":"rotator"}`, `the management credential has no member "client_secret", ` + shape},
		{"an empty secret", `{"client_id":"rotator","client_secret":""}`, `member "client_secret" of the management credential is not a text with something in it, ` + shape},
		{"a number", `{"client_id":"rotator","client_secret":1}`, `member "client_secret" of the management credential is not a text with something in it, ` + shape},
		{"null", `{"client_id":null,"client_secret":"s3cret"}`, `member "client_id" of the management credential is not a text with something in it, ` + shape},
		{"another case", `{"Client_Id":"rotator","client_secret":"s3cret"}`, "the management credential has a member that means nothing, " + shape},
		{"a secret as a name", `{"client_id":"rotator","client_secret":"x","s3cret":""}`, "the management credential has a member that means nothing, " + shape},
		{"too much", `{"client_id":"rotator","client_secret":"` + strings.Repeat("x", maxCredential) + `"}`, "the management credential is not a JSON object, " + shape},
	} {
		asked := false
		_, err := tokens(t, config(test.credential, func(*http.Request) (int, string) {
			asked = true
			return 200, `{"access_token":"x","token_type":"Bearer"}`
		})).Token(t.Context())
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want || asked != (err == nil) {
			t.Errorf("Token, credential %s = %q, asked %v, want %q", test.name, got, asked, test.want)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "s3cret") {
			t.Errorf("Token, credential %s tells it: %#v", test.name, err)
		}
	}
}

func TestACredentialThatCannotBeRead(t *testing.T) {
	c := config("", nil)
	gone := errors.New("gone")
	c.Credential = func(context.Context) ([]byte, error) { return nil, gone }
	if _, err := tokens(t, c).Token(t.Context()); err != gone {
		t.Errorf("Token = %v, want %v", err, gone)
	}
}

func TestOneTokenUntilItEnds(t *testing.T) {
	asked, read := 0, 0
	c := config(good, func(r *http.Request) (int, string) {
		asked++
		_ = r.ParseForm()
		if got, want := r.PostForm.Encode(), "audience=a&client_id=rotator&client_secret=s3cret&grant_type=client_credentials"; got != want {
			t.Errorf("token request = %q, want %q", got, want)
		}
		return 200, fmt.Sprintf(`{"access_token":"t%d","token_type":"bearer","expires_in":60}`, asked)
	})
	c.Credential = func(context.Context) ([]byte, error) { read++; return []byte(good), nil }
	now := time.Unix(1_800_000_000, 0)
	c.Now = func() time.Time { return now }
	all := tokens(t, c)
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "Bearer t1"}, {44 * time.Second, "Bearer t1"}, {time.Second, "Bearer t2"}, {0, "Bearer t2"}} {
		now = now.Add(step.after)
		request, err := http.NewRequest("GET", "https://acme.example/api", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := all.Bearer(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		if got := request.Header.Get("Authorization"); got != step.want {
			t.Errorf("after %v Authorization = %q, want %q", step.after, got, step.want)
		}
	}
	if asked != 2 || read != 1 {
		t.Errorf("%d tokens from a credential that was read %d times, want 2 and 1", asked, read)
	}
}

func TestTokenAnswers(t *testing.T) {
	for _, test := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"no token", `{"token_type":"Bearer"}`, 200, "a management token cannot be had at Acme, it answered 200 without an access token"},
		{"a token with a line break", `{"access_token":"s3cret\nx","token_type":"Bearer"}`, 200, "a management token cannot be had at Acme, it answered 200 without an access token"},
		{"another type", `{"access_token":"s3cret","token_type":"s3cret"}`, 200, "a management token cannot be had at Acme, it answered 200 without a bearer token"},
		{"no type", `{"access_token":"s3cret"}`, 200, "a management token cannot be had at Acme, it answered 200 without a bearer token"},
		{"refused", `{"error":"s3cret"}`, 401, "a management token cannot be had at Acme, it answered 401"},
	} {
		request, err := http.NewRequest("GET", "https://acme.example/api", nil)
		if err != nil {
			t.Fatal(err)
		}
		err = tokens(t, config(good, func(*http.Request) (int, string) { return test.status, test.body })).Bearer(t.Context(), request)
		if err == nil || err.Error() != test.want {
			t.Errorf("Bearer, %s = %v, want %q", test.name, err, test.want)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "s3cret") {
			t.Errorf("Bearer, %s tells it: %#v", test.name, err)
		}
		if got := request.Header.Get("Authorization"); got != "" {
			t.Errorf("Bearer, %s put %q into the request", test.name, got)
		}
	}
}

func TestHiddenIsHidden(t *testing.T) {
	token := Token{Value: "s3cret", Type: "Bearer"}
	if text := fmt.Sprintf("%v %+v %#v %s", token, token, token, token.Value); strings.Contains(text, "s3cret") {
		t.Errorf("a token prints as %q", text)
	}
}
