package token

import (
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// Two spellings of one text: as one character, and as a letter with an accent
// that combines. No vector's issuer has such a letter.
const (
	composed   = "caf\u00e9"
	decomposed = "cafe\u0301"
)

func TestNamesAreComparedAsTheyAreWrittenAndNotNormalised(t *testing.T) {
	for name, c := range map[string]struct{ ours, theirs string }{
		"configured composed, sent decomposed": {composed, decomposed},
		"configured decomposed, sent composed": {decomposed, composed},
		"composed on both sides":               {composed, composed},
		"decomposed on both sides":             {decomposed, decomposed},
	} {
		issuer := testIssuers()[1]
		issuer.URL = "https://login.example.com/" + c.ours
		issuer.Audiences = map[string]string{"orders": "https://orders.example.com/" + c.ours}
		issuer.Clients = []string{"client-" + c.ours}
		v, err := NewVerifier([]Issuer{issuer}, testedKnown, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		for part, refused := range map[string]access.Reason{"iss": access.IssuerUnknown, "aud": access.AudienceRefused, "client_id": access.ClientUnknown} {
			claims := map[string]string{"iss": issuer.URL, "aud": issuer.Audiences["orders"], "client_id": issuer.Clients[0]}
			claims[part] = strings.Replace(claims[part], c.ours, c.theirs, 1)
			raw := vector{Profile: ProfileRFC9068, Claims: raw(`{"iss":"` + claims["iss"] + `","aud":"` + claims["aud"] + `","client_id":"` + claims["client_id"] + `"}`)}.token(t)
			want := refused
			if c.ours == c.theirs {
				want = access.Allowed
			}
			verified, err := v.Verify(t.Context(), raw)
			if got := reasonOf(t, verified, err); got != want {
				t.Errorf("%s of %s: Verify = %v, want %v", part, name, got, want)
			}
		}
	}
}

// Vectors are JSON and cannot hold these bytes.
func TestBytesThatAreNotUTF8AreRefused(t *testing.T) {
	v := newTestVerifier(t, 0)
	const good = `{"iss":"https://login.example.com","sub":"SUB","aud":"https://orders.example.com","exp":1800000300,"iat":1800000000,"jti":"j","client_id":"s6BhdRkqt3"}`
	const header = `{"alg":"EdDSA","typ":"at+jwt","kid":"ed"}`
	key := keys()["ed"]
	if _, err := v.Verify(t.Context(), compact(keyset.EdDSA, key, header, good)); err != nil {
		t.Fatalf("the good token is refused: %v", err)
	}
	for name, octets := range map[string]string{
		"a byte that begins nothing":              "\xff",
		"a byte of Latin-1":                       "caf\xe9",
		"a character cut short":                   "\xe2\x82",
		"a continuation alone":                    "\x80",
		"a slash in two bytes":                    "\xc0\xaf",
		"a NUL in two bytes":                      "\xc0\x80",
		"a slash in three bytes":                  "\xe0\x80\xaf",
		"a surrogate in three bytes":              "\xed\xa0\x80",
		"a pair of surrogates in six bytes":       "\xed\xa0\xbd\xed\xb2\xa9",
		"a character beyond Unicode":              "\xf4\x90\x80\x80",
		"a character of five bytes":               "\xf8\x88\x80\x80\x80",
		"a byte order mark of UTF-16":             "\xff\xfe",
		"a quotation mark in two bytes":           "\xc0\xa2,\xc0\xa2x",
		"a good character with a byte behind it":  "é\xa9",
		"a quotation mark behind an unended byte": "\xe2",
	} {
		for place, texts := range map[string][2]string{
			"a value of the payload":   {header, strings.Replace(good, "SUB", octets, 1)},
			"a name of the payload":    {header, strings.Replace(good, `"sub"`, `"`+octets+`":1,"sub"`, 1)},
			"between the members":      {header, strings.Replace(good, `,"sub"`, `,`+octets+`"sub"`, 1)},
			"behind the payload":       {header, good + octets},
			"a value of the header":    {strings.Replace(header, `"ed"`, `"ed`+octets+`"`, 1), good},
			"a parameter nobody reads": {strings.Replace(header, `}`, `,"x":"`+octets+`"}`, 1), good},
		} {
			verified, err := v.Verify(t.Context(), compact(keyset.EdDSA, key, texts[0], texts[1]))
			if got := reasonOf(t, verified, err); got != access.TokenMalformed {
				t.Errorf("%s in %s: Verify = %v, want %v", name, place, got, access.TokenMalformed)
			}
		}
	}
	// UTF-16 and UTF-32, which some readers of JSON detect.
	for name, wide := range map[string]func(rune) string{
		"UTF-16, big end first":    func(r rune) string { return string([]byte{0, byte(r)}) },
		"UTF-16, little end first": func(r rune) string { return string([]byte{byte(r), 0}) },
		"UTF-32":                   func(r rune) string { return string([]byte{0, 0, 0, byte(r)}) },
	} {
		var text strings.Builder
		for _, r := range good {
			text.WriteString(wide(r))
		}
		verified, err := v.Verify(t.Context(), compact(keyset.EdDSA, key, header, text.String()))
		if got := reasonOf(t, verified, err); got != access.TokenMalformed {
			t.Errorf("a payload in %s: Verify = %v, want %v", name, got, access.TokenMalformed)
		}
	}
}
