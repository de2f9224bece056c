package keyset

import (
	"strings"
	"testing"
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
