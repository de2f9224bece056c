package keyset

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestKeysComeOverHTTPSOrFromThisMachine(t *testing.T) {
	for _, url := range []string{
		"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example/.well-known/jwks.json",
		"https://issuer.example", "https://issuer.example:8443/keys?policy=b2c_1", "HTTPS://issuer.example/keys",
		"https://10.0.0.1/keys", "http://127.0.0.1:8080/keys", "http://127.8.9.1/keys", "http://[::1]:8080/keys",
	} {
		if _, err := New(Config{URL: url}); err != nil {
			t.Errorf("New(%q): %v", url, err)
		}
	}
}

func TestAnAddressThatMayHoldAPasswordOrAQueryIsNotQuoted(t *testing.T) {
	for _, url := range []string{
		"https:user:secret@issuer.example/keys", "https:secret@issuer.example", "mailto:secret@issuer.example", "//user:secret@issuer.example/keys",
		"https:///keys?code=secret", "https:?secret", "?secret", "http://issuer.example/keys?code=secret", "ftp://issuer.example/secret@", "user:secret@issuer.example",
		"https://issuer.example/keys?code=secret#1", "https://issuer.example/keys#@secret", "https://user:secret@issuer.example/keys", "https://user:secret@issuer.example/%zz",
	} {
		if _, err := New(Config{URL: url}); err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "got ") {
			t.Errorf("New(%q) = %v, want an error that does not quote it", url, err)
		}
	}
	if _, err := New(Config{URL: "http://issuer.example/keys"}); err == nil || !strings.Contains(err.Error(), `got "http://issuer.example/keys"`) {
		t.Errorf("New = %v, want an error that quotes the address", err)
	}
}

func TestErrorsNameTheAddressWithoutItsQuery(t *testing.T) {
	_, jwk := edKey(t, "kid-1")
	issuer := &server{}
	set, err := New(Config{URL: "https://issuer.example:8443/a%2Fb/keys?code=secret", Client: &http.Client{Transport: issuer}})
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	set.failed = func(err error) { failed = err }
	want := "key set at https://issuer.example:8443/a%2Fb/keys, "
	check := func(err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("error = %v, want one with %q", err, want)
		}
	}
	issuer.serves(500)
	_, err = set.Find(t.Context(), "kid-1", EdDSA)
	check(err)
	check(failed)
	issuer.serves(200, jwk)
	set.quietUntil = time.Time{}
	_, err = set.Find(t.Context(), "kid-2", EdDSA)
	check(err)
	_, err = set.Find(t.Context(), "kid-1", "none")
	check(err)
}

func TestOtherAddressesAreRefused(t *testing.T) {
	for _, url := range []string{
		"", " ", "issuer.example/keys", "//issuer.example/keys", "/keys", "https:", "https://", "https:///keys", "https:issuer.example/keys", "https://:443/keys",
		"http://issuer.example/keys", "http://10.0.0.1/keys", "http://0.0.0.0/keys", "http://169.254.169.254/latest", "http://[::]/keys", "http://[fe80::1]/keys",
		"http://127.1/keys", "http://2130706433/keys", "http://0x7f.0.0.1/keys", "http://127.0.0.1.issuer.example/keys", "http://localhost.issuer.example/keys",
		"http://localhost:8080/keys", "http://notlocalhost/keys", "http://LOCALHOST./keys", "ftp://issuer.example/keys", "file:///etc/keys.json", "data:application/json,{}", "unix:///keys",
		"https://issuer.example/keys#1", "https://user:secret@issuer.example/keys", "https://secret@issuer.example/keys", "http://127.0.0.1@issuer.example/keys",
		"https://issuer.example:secret/keys", "https://issuer.example/%zz", "https://issuer.example/\nkeys", "https://[::1/keys",
	} {
		set, err := New(Config{URL: url})
		if err == nil || set != nil {
			t.Errorf("New(%q) = %v, want an error", url, set)
		} else if !strings.HasPrefix(err.Error(), "key set URL, ") || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q): %v", url, err)
		}
	}
}
