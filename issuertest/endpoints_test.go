package issuertest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// ask sends a form to the token endpoint and returns the answer.
func ask(t *testing.T, i *Issuer, authorization, form string) (*http.Response, map[string]any) {
	t.Helper()
	r, err := http.NewRequest("POST", i.TokenURL(), strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id, secret, basic := strings.Cut(authorization, ":"); basic {
		r.SetBasicAuth(id, secret)
	} else if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if response.Header.Get("Cache-Control") != "no-store" {
		t.Error("the answer may be stored")
	}
	return response, answer
}

func withBilling(t *testing.T) *Issuer {
	i := starting(t, Config{Lifetime: 10 * time.Minute})
	i.AddClient("billing", "s3cret", "orders/read", "orders/write")
	i.AddClient("odd id", "a:b&c %", "orders/read")
	i.AddClient("idle", "s3cret")
	return i
}

func TestAClientGetsATokenForItsScopes(t *testing.T) {
	i := withBilling(t)
	odd := url.QueryEscape("odd id") + ":" + url.QueryEscape("a:b&c %")
	for name, c := range map[string]struct{ authorization, form, client, scope string }{
		"by Basic":             {"billing:s3cret", "grant_type=client_credentials&scope=orders/read", "billing", "orders/read"},
		"by the form":          {"", "grant_type=client_credentials&scope=orders/write&client_id=billing&client_secret=s3cret", "billing", "orders/write"},
		"in the order it asks": {"billing:s3cret", "grant_type=client_credentials&scope=orders/write+orders/read+orders/write", "billing", "orders/write orders/read"},
		"without asking":       {"billing:s3cret", "grant_type=client_credentials", "billing", "orders/read orders/write"},
		"with an odd name":     {odd, "grant_type=client_credentials", "odd id", "orders/read"},
		"with its id repeated": {"billing:s3cret", "grant_type=client_credentials&client_id=billing&scope=orders/read", "billing", "orders/read"},
		"without any":          {"idle:s3cret", "grant_type=client_credentials", "idle", ""},
		"with more parameters": {"billing:s3cret", "grant_type=client_credentials&scope=orders/read&resource=x", "billing", "orders/read"},
	} {
		t.Run(name, func(t *testing.T) {
			response, answer := ask(t, i, c.authorization, c.form)
			if response.StatusCode != 200 || answer["token_type"] != "Bearer" || answer["expires_in"] != 600.0 {
				t.Fatalf("answer = %d, %v", response.StatusCode, answer["error"])
			}
			token, _ := answer["access_token"].(string)
			_, claims := read(t, token)
			scope, _ := claims["scope"].(string)
			said, _ := answer["scope"].(string)
			if scope != c.scope || said != c.scope || claims["client_id"] != c.client || claims["sub"] != c.client {
				t.Errorf("claims = %v, answer scope %q, want %q for %s", claims, said, c.scope, c.client)
			}
			if !signed(t, keysOf(t, i), token) {
				t.Error("the signature does not hold")
			}
		})
	}
}

func TestTheTokenEndpointRefuses(t *testing.T) {
	i := withBilling(t)
	const grant = "grant_type=client_credentials"
	for name, c := range map[string]struct {
		authorization, form string
		status              int
		code                string
	}{
		"nobody":                             {"", grant, 401, "invalid_client"},
		"an unknown client":                  {"nobody:s3cret", grant, 401, "invalid_client"},
		"a wrong secret":                     {"billing:secret", grant, 401, "invalid_client"},
		"an empty secret":                    {"billing:", grant, 401, "invalid_client"},
		"a wrong secret in the form":         {"", grant + "&client_id=billing&client_secret=secret", 401, "invalid_client"},
		"an id without a secret":             {"", grant + "&client_id=billing", 401, "invalid_client"},
		"a secret that is not form-encoded":  {"billing:%zz", grant, 401, "invalid_client"},
		"another scheme":                     {"Bearer s3cret", grant + "&client_id=billing&client_secret=s3cret", 401, "invalid_client"},
		"an unknown client without a grant":  {"nobody:s3cret", "scope=orders/read", 401, "invalid_client"},
		"two ways to authenticate":           {"billing:s3cret", grant + "&client_secret=s3cret", 400, "invalid_request"},
		"two ids":                            {"billing:s3cret", grant + "&client_id=idle", 400, "invalid_request"},
		"a repeated parameter":               {"billing:s3cret", grant + "&" + grant, 400, "invalid_request"},
		"a repeated scope":                   {"billing:s3cret", grant + "&scope=orders/read&scope=orders/write", 400, "invalid_request"},
		"no form":                            {"billing:s3cret", "", 400, "invalid_request"},
		"a form of 1 MB":                     {"billing:s3cret", grant + "&x=" + strings.Repeat("x", 1<<20), 400, "invalid_request"},
		"no grant":                           {"billing:s3cret", "scope=orders/read", 400, "invalid_request"},
		"the password grant":                 {"billing:s3cret", "grant_type=password&username=a&password=b", 400, "unsupported_grant_type"},
		"an authorization code":              {"billing:s3cret", "grant_type=authorization_code&code=x", 400, "unsupported_grant_type"},
		"a scope the client may not have":    {"billing:s3cret", grant + "&scope=orders/admin", 400, "invalid_scope"},
		"one scope too many":                 {"billing:s3cret", grant + "&scope=orders/read+orders/admin", 400, "invalid_scope"},
		"a scope in other letters":           {"billing:s3cret", grant + "&scope=Orders/Read", 400, "invalid_scope"},
		"two blanks between scopes":          {"billing:s3cret", grant + "&scope=orders/read++orders/write", 400, "invalid_scope"},
		"a scope for a client that has none": {"idle:s3cret", grant + "&scope=orders/read", 400, "invalid_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			response, answer := ask(t, i, c.authorization, c.form)
			if response.StatusCode != c.status || answer["error"] != c.code || answer["access_token"] != nil {
				t.Errorf("answer = %d, %v, want %d, %s", response.StatusCode, answer, c.status, c.code)
			}
			if challenge := response.Header.Get("WWW-Authenticate"); (challenge != "") != (c.status == 401) {
				t.Errorf("WWW-Authenticate = %q for a %d", challenge, c.status)
			}
		})
	}
}

func TestAClientThatIsAddedAgainIsReplaced(t *testing.T) {
	i := withBilling(t)
	i.AddClient("billing", "new", "orders/read")
	for secret, want := range map[string]int{"s3cret": 401, "new": 200} {
		if response, _ := ask(t, i, "billing:"+secret, "grant_type=client_credentials"); response.StatusCode != want {
			t.Errorf("the secret %q = %d, want %d", secret, response.StatusCode, want)
		}
	}
	if response, _ := ask(t, i, "billing:new", "grant_type=client_credentials&scope=orders/write"); response.StatusCode != 400 {
		t.Errorf("a scope of before = %d, want 400", response.StatusCode)
	}
}
