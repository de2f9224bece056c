package call

import (
	"io"
	"log"
	"testing"
)

var discard = log.New(io.Discard, "", 0)

func TestAddress(t *testing.T) {
	const shape = "is not a URL of scheme, host and path without a slash at its end"
	for text, want := range map[string]string{
		"https://acme.okta.com":               "",
		"https://acme.okta.com/oauth2/v1":     "",
		"https://acme.okta.com:8443/x":        "",
		"http://127.0.0.1:8080/x":             "",
		"http://[::1]:8080":                   "",
		"":                                    "is empty",
		"http://acme.okta.com":                "is not https",
		"http://localhost:8080":               "is not https",
		"http://10.0.0.1":                     "is not https",
		"http://127.0.0.1.evil.example":       "is not https",
		"ftp://acme.okta.com":                 "is not https",
		"https://user:password@acme.okta.com": shape,
		"https://acme.okta.com/":              shape,
		"https://acme.okta.com?a=b":           shape,
		"https://acme.okta.com?":              shape,
		"https://acme.okta.com#a":             shape,
		"https://acme.okta.com\nx":            shape,
		"acme.okta.com":                       shape,
		"https:acme.okta.com":                 shape,
		"https://":                            shape,
		"//acme.okta.com":                     "is not https",
	} {
		if got := Address(text); got != want {
			t.Errorf("Address(%q) = %q, want %q", text, got, want)
		}
	}
}
