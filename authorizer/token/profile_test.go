package token

import (
	"slices"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// The example of RFC 9068, section 2.2, with a key of ours under the name it
// has there.
func TestTheExampleOfRFC9068IsLetThrough(t *testing.T) {
	const header = `{"typ":"at+JWT","alg":"RS256","kid":"RjEwOwOA"}`
	const claims = `{
		"iss": "https://authorization-server.example.com/",
		"sub": "5ba552d67",
		"aud": "https://rs.example.com/",
		"exp": 1639528912,
		"iat": 1618354090,
		"jti": "dbe39bf3a3ba4238a513f51d6e1691c4",
		"client_id": "s6BhdRkqt3",
		"scope": "openid profile reademail"
	}`
	mail := access.NewResourceServer("mail", "Mail API").Scope("reademail", "Read mail")
	at := time.Unix(1639528912, 0)
	v, err := NewVerifier([]Issuer{{
		Name: "Example", URL: "https://authorization-server.example.com/", Profile: ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.RS256},
		Audiences:  map[string]string{"mail": "https://rs.example.com/"},
		Clients:    []string{"s6BhdRkqt3"},
		Keys:       keyring{"RjEwOwOA": keys()["rsa"]},
	}}, Known{Scopes: []access.Scope{mail}}, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	token := compact(keyset.RS256, keys()["rsa"], header, claims)
	verified, err := v.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if got := verified.Caller().Scopes; !slices.Equal(got, []access.Scope{mail}) {
		t.Errorf("Scopes = %v, want %v", got, mail)
	}
	at = at.Add(ClockSkew)
	verified, err = v.Verify(t.Context(), token)
	if got := reasonOf(t, verified, err); got != access.TokenExpired {
		t.Errorf("Verify when it has expired = %v, want expired", got)
	}
}

func TestMediaTypesAreComparedWithoutASCIICase(t *testing.T) {
	for typ, want := range map[string]bool{
		"at+jwt": true, "AT+JWT": true, "application/at+jwt": true, "APPLICATION/at+JWT": true,
		"": false, "jwt": false, "at+jw": false, "at+jwts": false, "application/": false,
		"application/jwt": false, "applicationxat+jwt": false, "audio/mp4;at+jwt..": false,
		"at+jwt\x00": false, "at+jwt,JWT": false, "application//at+jwt": false, "ＡＴ+jwt": false, "applıcation/at+jwt": false, "ａpplication/at+jwt": false,
	} {
		if got := isMediaType(typ, "at+jwt"); got != want {
			t.Errorf("isMediaType(%q) = %v, want %v", typ, got, want)
		}
	}
}

func TestScopeGrammar(t *testing.T) {
	for scope, want := range map[string]bool{
		"": true, "read": true, "read write": true, "https://a.example/read": true, "a:b!#[]~": true,
		" ": false, "read ": false, " read": false, "read  write": false, "a\tb": false, "a\nb": false,
		`a"b`: false, `a\b`: false, "é": false, "a\x00": false, "a\x7f": false, "a\u2003b": false,
	} {
		if got := isScope(scope); got != want {
			t.Errorf("isScope(%q) = %v, want %v", scope, got, want)
		}
	}
}
