package identity

import (
	"net/url"
	"strings"
	"testing"
)

// What is let through must lead nowhere but to https, to this machine, or to an
// app that owns its scheme, and must read the same to everybody.
func FuzzRedirectsLeadWhereTheySay(f *testing.F) {
	for _, seed := range []string{
		"https://app.example.com/callback?a=b", "http://localhost:3000/", "http://[::1]/", "com.example.app:/callback", "com.example.app://x",
		"http://localhost@evil.example.com/", "http://127.0.0.1.evil.example.com/", "https://a\\@b/", "https://*.a/", "https://a/#", "javascript:alert(1)", "HTTPS://A/", "a.b:c", "https:a", "http:localhost",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, native bool) {
		if strings.Contains(text, "${Token[") || redirectProblem(text, native) != "" {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.User != nil || strings.ContainsAny(text, "#*\\ \t\r\n") || len(text) > maxRedirectLength {
			t.Fatalf("redirectProblem(%q, %v) lets through what has credentials, a fragment, a wildcard or a blank", text, native)
		}
		switch {
		case u.Scheme == "https" && u.Hostname() != "":
		case u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "::1" || strings.HasPrefix(u.Hostname(), "127.") || strings.HasPrefix(strings.ToLower(u.Hostname()), "::ffff:") || strings.Trim(u.Hostname(), "0:") == "1"):
		case native && strings.Contains(u.Scheme, ".") && strings.HasPrefix(text, u.Scheme+":/"):
		default:
			t.Fatalf("redirectProblem(%q, %v) lets it through", text, native)
		}
	})
}
