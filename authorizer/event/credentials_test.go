package event_test

import (
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
)

// credentials reads the credentials of orders.json with other headers. The
// first value also is the identity source, as the gateway does it.
func credentials(t *testing.T, values map[string]string, identity any) (string, error) {
	t.Helper()
	r, err := event.Decode(edited(t, func(e map[string]any) {
		delete(inHeaders(e), "authorization")
		for name, value := range values {
			inHeaders(e)[name] = value
		}
		e["identitySource"] = identity
	}))
	if err != nil {
		t.Fatal(err)
	}
	return r.Credentials()
}

func TestCredentialsTakesOneBearerToken(t *testing.T) {
	for _, c := range []struct{ name, header, value, want string }{
		{"as everybody writes it", "authorization", "Bearer a.b.c", "a.b.c"},
		{"with a header name in capitals", "Authorization", "Bearer a.b.c", "a.b.c"},
		{"with a small scheme", "authorization", "bearer a.b.c", "a.b.c"},
		{"with a loud scheme", "authorization", "BEARER a.b.c", "a.b.c"},
		{"with every character of a b64token", "authorization", "Bearer aZ09-._~+/==", "aZ09-._~+/=="},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := credentials(t, map[string]string{c.header: c.value}, []string{c.value})
			if err != nil || got != c.want {
				t.Errorf("Credentials() of %q = %q, %v, want %q", c.value, got, err, c.want)
			}
		})
	}
}

func TestCredentialsNeedsNoIdentitySourceWhenTheGatewayHasNone(t *testing.T) {
	got, err := credentials(t, map[string]string{"authorization": "Bearer a.b.c"}, nil)
	if err != nil || got != "a.b.c" {
		t.Errorf("Credentials() with the identity source null = %q, %v, want a.b.c", got, err)
	}
	r, err := event.Decode(edited(t, func(e map[string]any) { delete(e, "identitySource") }))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Credentials(); err != nil || got != fixtureToken {
		t.Errorf("Credentials() without an identity source = %q, %v, want %q", got, err, fixtureToken)
	}
}

func TestCredentialsRefusesAnIdentitySourceThatLacksTheHeader(t *testing.T) {
	for _, identity := range [][]string{{""}, {"", "GET /orders/{id}"}, {"GET /orders/{id}"}, {"bearer a.b.c"}, {"Bearer a.b.c "}} {
		_, err := credentials(t, map[string]string{"authorization": "Bearer a.b.c"}, identity)
		wantError(t, err, access.CredentialsMalformed, "identity sources")
	}
	_, err := credentials(t, nil, []string{})
	wantError(t, err, access.TokenMissing, "no Authorization header")
}

func TestCredentialsRefuses(t *testing.T) {
	for _, c := range []struct {
		name, value string
		reason      access.Reason
	}{
		{"an empty header", "", access.TokenMissing},
		{"a header of spaces", "  \t ", access.TokenMissing},
		{"a scheme without a token", "Bearer", access.CredentialsMalformed},
		{"a scheme and a space", "Bearer ", access.CredentialsMalformed},
		{"a token without a scheme", "a.b.c", access.CredentialsMalformed},
		{"Basic credentials", "Basic dXNlcjpwYXNzd29yZA==", access.CredentialsMalformed},
		{"DPoP credentials", "DPoP a.b.c", access.CredentialsMalformed},
		{"a scheme that only begins like Bearer", "Bearers a.b.c", access.CredentialsMalformed},
		{"two spaces", "Bearer  a.b.c", access.CredentialsMalformed},
		{"a tab", "Bearer\ta.b.c", access.CredentialsMalformed},
		{"a space in front", " Bearer a.b.c", access.CredentialsMalformed},
		{"a space behind", "Bearer a.b.c ", access.CredentialsMalformed},
		{"a line break behind", "Bearer a.b.c\n", access.CredentialsMalformed},
		{"two tokens behind one scheme", "Bearer a.b.c d.e.f", access.CredentialsMalformed},
		{"two headers joined by the gateway", "Bearer a.b.c,Bearer d.e.f", access.CredentialsMalformed},
		{"two headers joined with a space", "Bearer a.b.c, Basic dXNlcg==", access.CredentialsMalformed},
		{"a comma at the end", "Bearer a.b.c,", access.CredentialsMalformed},
		{"a padding sign inside", "Bearer a=.b.c", access.CredentialsMalformed},
		{"nothing but padding", "Bearer ===", access.CredentialsMalformed},
		{"a quoted token", `Bearer "a.b.c"`, access.CredentialsMalformed},
		{"a letter that is not ASCII", "Bearer a.b.ç", access.CredentialsMalformed},
		{"a NUL", "Bearer a.b.c\x00", access.CredentialsMalformed},
		{"a scheme with a letter that folds to ASCII", "Bearer\u017f a.b.c", access.CredentialsMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := credentials(t, map[string]string{"authorization": c.value}, []string{c.value})
			wantError(t, err, c.reason, "")
			if got != "" {
				t.Errorf("Credentials() = %q beside an error", got)
			}
		})
	}
}

func TestCredentialsRefusesTheHeaderInTwoSpellings(t *testing.T) {
	_, err := credentials(t, map[string]string{"authorization": "Bearer a.b.c", "Authorization": "Bearer a.b.c"}, []string{"Bearer a.b.c"})
	wantError(t, err, access.CredentialsMalformed, "more than one spelling")
}

func TestCredentialsRefusesATokenThatTheCacheWouldFileUnderAnother(t *testing.T) {
	_, err := credentials(t, map[string]string{"authorization": "Bearer a.b.c"}, []string{"Bearer d.e.f", "GET /orders/{id}"})
	wantError(t, err, access.CredentialsMalformed, "identity sources")
}

func TestCredentialsIgnoresTokensOutsideTheHeader(t *testing.T) {
	r, err := event.Decode(edited(t, func(e map[string]any) {
		delete(inHeaders(e), "authorization")
		inHeaders(e)["x-authorization"] = "Bearer a.b.c"
		e["cookies"] = []string{"access_token=a.b.c"}
		e["queryStringParameters"] = map[string]string{"access_token": "a.b.c"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Credentials()
	wantError(t, err, access.TokenMissing, "")
}
