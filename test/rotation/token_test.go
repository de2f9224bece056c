//go:build localcloud

package rotation

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// gives says whether credentials give a token with these scopes, or with all that
// the client may have.
func (c credentials) gives(t *testing.T, scopes ...string) bool {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {strings.Join(scopes, " ")}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.URL()+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(url.QueryEscape(c.ClientID), url.QueryEscape(c.Secret))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
		Error string
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode == http.StatusBadRequest && answer.Error == "invalid_client" {
		return false
	}
	var claims struct {
		Client string `json:"client_id"`
		Scope  string
	}
	parts := strings.Split(answer.Token, ".")
	if len(parts) == 3 {
		text, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(text, &claims) // what is no JSON has no claims
	}
	got := strings.Fields(claims.Scope)
	slices.Sort(got)
	if response.StatusCode != http.StatusOK || claims.Client != c.ClientID || len(scopes) > 0 && !slices.Equal(got, scopes) {
		t.Fatalf("the token endpoint answered %d, %q, with a token of client %q for %q, want 200 and one of %q for %q",
			response.StatusCode, answer.Error, claims.Client, got, c.ClientID, scopes)
	}
	return true
}
