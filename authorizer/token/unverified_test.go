package token_test

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer/token"
)

func unsigned(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(claims)) + "." + encode([]byte("signature"))
}

func TestUnverifiedIsWhatATokenSays(t *testing.T) {
	raw := unsigned(`{"alg":"RS256","kid":"key-1","typ":"at+jwt"}`,
		`{"iss":"https://issuer.example","sub":"me","client_id":"app","token_use":"access","scope":"a b","aud":["x",3,"y"],"exp":1800000000,"nbf":7,"iat":8.5}`)
	want := token.Unverified{
		Algorithm: "RS256", KeyID: "key-1", MediaType: "at+jwt",
		Issuer: "https://issuer.example", ClientID: "app", TokenUse: "access", Scope: "a b",
		Audiences: []string{"x", "y"}, ExpiresAt: 1800000000, NotBefore: 7, IssuedAt: 8,
	}
	if got := token.ReadUnverified(raw); !reflect.DeepEqual(got, want) {
		t.Errorf("ReadUnverified = %+v, want %+v", got, want)
	}
}

func TestUnverifiedShowsNothingThatCannotBeRead(t *testing.T) {
	audiences := strings.Repeat(`"a",`, 20) + `"a"`
	for name, c := range map[string]struct {
		raw  string
		want token.Unverified
	}{
		"no token":                          {"hello", token.Unverified{}},
		"nothing":                           {"", token.Unverified{}},
		"an encrypted token":                {"e30.e30.e30.e30.e30", token.Unverified{}},
		"a token that is too long":          {unsigned(`{"alg":"RS256"}`, `{"iss":"`+strings.Repeat("x", 9000)+`"}`), token.Unverified{}},
		"claims that are not JSON":          {unsigned(`{"alg":"RS256"}`, `hello`), token.Unverified{Algorithm: "RS256"}},
		"a claim that is there twice":       {unsigned(`{"alg":"RS256"}`, `{"iss":"a","iss":"b"}`), token.Unverified{Algorithm: "RS256"}},
		"claims of other types":             {unsigned(`{"alg":["RS256"]}`, `{"iss":1,"aud":{"a":"b"},"exp":"1800000000","nbf":1e9,"iat":-1,"scope":["a"]}`), token.Unverified{}},
		"a time beyond the year 9999":       {unsigned(`{"alg":"none"}`, `{"exp":253402300800}`), token.Unverified{Algorithm: "none"}},
		"a line break and an escape":        {unsigned(`{"alg":"a\nb\u001b"}`, `{}`), token.Unverified{Algorithm: "a\uFFFDb\uFFFD"}},
		"a text that is too long":           {unsigned(`{}`, `{"iss":"`+strings.Repeat("x", 200)+`"}`), token.Unverified{Issuer: strings.Repeat("x", 128)}},
		"more audiences than there is room": {unsigned(`{}`, `{"aud":[`+audiences+`]}`), token.Unverified{Audiences: strings.Split("aaaaaaaa", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			got := token.ReadUnverified(c.raw)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("ReadUnverified = %+v, want %+v", got, c.want)
			}
			if text := fmt.Sprint(got); strings.Contains(text, "signature") || strings.Contains(text, "c2lnbmF0dXJl") {
				t.Errorf("%s holds the signature", text)
			}
		})
	}
}

func TestATokenSaysItsIssuerByTheExactBytes(t *testing.T) {
	long := "https://issuer.example/" + strings.Repeat("x", 200)
	for name, c := range map[string]struct {
		claims, url string
		want        bool
	}{
		"the same":                 {`{"iss":"https://issuer.example"}`, "https://issuer.example", true},
		"the same, with an escape": {`{"iss":"https:\/\/issuer.example"}`, "https://issuer.example", true},
		"a long one":               {`{"iss":"` + long + `"}`, long, true},
		"a long one that is cut":   {`{"iss":"` + long + `"}`, long[:128], false},
		"a slash more":             {`{"iss":"https://issuer.example/"}`, "https://issuer.example", false},
		"another case":             {`{"iss":"https://Issuer.example"}`, "https://issuer.example", false},
		"none":                     {`{}`, "https://issuer.example", false},
		"none and none":            {`{}`, "", false},
		"a list":                   {`{"iss":["https://issuer.example"]}`, "https://issuer.example", false},
		"claims that are not JSON": {`iss`, "iss", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := token.SaysIssuer(unsigned(`{"alg":"RS256"}`, c.claims), c.url); got != c.want {
				t.Errorf("SaysIssuer = %v, want %v", got, c.want)
			}
		})
	}
}
