package token

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
)

func claimedBy(t *testing.T, token string) (Claimed, *Error) {
	t.Helper()
	_, err := newTestVerifier(t, 0).Verify(t.Context(), token)
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("Verify = %v, want an *Error", err)
	}
	return refused.Claimed, refused
}

func TestARefusalSaysWhatTheTokenClaimed(t *testing.T) {
	claimed, _ := claimedBy(t, vector{Profile: ProfileRFC9068, Claims: raw(`{"exp":1}`)}.token(t))
	if want := (Claimed{rfc9068URL, "5ba552d67", "s6BhdRkqt3", "rsa", "RS256"}); claimed != want {
		t.Errorf("Claimed = %+v, want %+v", claimed, want)
	}
}

func TestWhatCannotBeReadIsNotClaimed(t *testing.T) {
	for name, token := range map[string]string{
		"nothing":         "",
		"an encrypted":    "a.b.c.d.e",
		"not base64":      "!.!.!",
		"too large":       strings.Repeat("A", 9000),
		"not JSON":        "AAAA.AAAA.AAAA",
		"empty objects":   "e30.e30.e30",
		"other types":     encode([]byte(`{"alg":1,"kid":[]}`)) + "." + encode([]byte(`{"iss":{},"sub":null,"client_id":true}`)) + ".",
		"arrays of these": encode([]byte(`["alg"]`)) + "." + encode([]byte(`["iss"]`)) + ".",
	} {
		if claimed, _ := claimedBy(t, token); claimed != (Claimed{}) {
			t.Errorf("%s: Claimed = %+v, want nothing", name, claimed)
		}
	}
}

func TestTheHeaderIsClaimedWhereThePayloadCannotBeRead(t *testing.T) {
	claimed, _ := claimedBy(t, vector{Profile: ProfileRFC9068, ClaimsText: new(string)}.token(t))
	if want := (Claimed{}); claimed.Issuer != want.Issuer || claimed.KeyID != "rsa" {
		t.Errorf("Claimed = %+v, want the kid only", claimed)
	}
}

func TestClaimedIsCappedAndPrintable(t *testing.T) {
	for name, c := range map[string]struct{ sub, want string }{
		"long":                  {strings.Repeat("x", 4000), strings.Repeat("x", 128)},
		"long and of two bytes": {"x" + strings.Repeat("é", 100), "x" + strings.Repeat("é", 63)},
		"a newline":             {`a\nb`, "a\uFFFDb"},
		"an escape sequence":    {`\u001b[2J`, "\uFFFD[2J"},
		"a change of direction": {`a\u202eb`, "a\uFFFDb"},
		"a line separator":      {`a\u2028b`, "a\uFFFDb"},
		"many newlines":         {strings.Repeat(`\n`, 200), strings.Repeat("\uFFFD", 42)},
	} {
		token := vector{Profile: ProfileRFC9068, Claims: raw(`{"exp":1,"sub":"` + c.sub + `"}`)}.token(t)
		claimed, _ := claimedBy(t, token)
		if claimed.Subject != c.want || len(claimed.Subject) > maxClaimed || !utf8.ValidString(claimed.Subject) {
			t.Errorf("%s: Subject = %q, want %q", name, claimed.Subject, c.want)
		}
	}
}

func TestAnErrorsTextHoldsNothingOfTheToken(t *testing.T) {
	const secret = "c0ffee"
	sneak := func(v vector) {
		v.Profile = ProfileRFC9068
		token := v.token(t)
		_, refused := claimedBy(t, token)
		text := refused.Error() + refused.Detail + string(refused.Reason)
		if strings.Contains(text, secret) || strings.Contains(text, token[:20]) {
			t.Errorf("the error %q holds a part of the token", text)
		}
	}
	for _, name := range []string{"alg", "kid", "typ", "crit"} {
		sneak(vector{Header: raw(`{"` + name + `":"` + secret + `"}`), SignAs: "RS256"})
	}
	for _, name := range []string{"iss", "aud", "exp", "iat", "nbf", "client_id", "nonce", "cnf", "token_use", "typ"} {
		sneak(vector{Claims: raw(`{"` + name + `":"` + secret + `"}`)})
	}
	text := `{"` + secret + `":1,"` + secret + `":2}`
	sneak(vector{ClaimsText: &text})
	sneak(vector{HeaderText: &text, SignAs: "RS256"})
}

func TestTheTextOfAnErrorHasDetailAndReason(t *testing.T) {
	err := refuse(access.TokenExpired, "exp has passed")
	if got := err.Error(); got != "token, exp has passed (token_expired)" {
		t.Errorf("Error = %q", got)
	}
}

// A token may name a client in several claims: the one that counts is told.
func TestTheClientThatWasJudgedIsClaimed(t *testing.T) {
	shapes, rings := loadShapes(t), map[string]keyring{}
	v := shapeVerifier(t, shapes, rings)
	for shape, claim := range map[string]string{
		"okta": "cid", "auth0": "azp", "entra-v1": "appid", "entra-v2": "azp", "keycloak": "azp", "hydra": "client_id", "github-actions": "sub",
	} {
		f := shapes[shape]
		said := `{"aud": "https://nobody.example.com", "client_id": "foreign", "cid": "foreign", "azp": "foreign", "appid": "foreign", "` + claim + `": "judged"}`
		_, err := v.Verify(t.Context(), f.with(t, said, rings[shape]))
		if refused, ok := err.(*Error); !ok || refused.Claimed.ClientID != "judged" {
			t.Errorf("%s: %+v, want the client in %s", shape, err, claim)
		}
	}
}
