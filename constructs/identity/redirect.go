package identity

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Amazon Cognito's quotas on the callback and logout URLs of a client.
const (
	maxRedirects      = 100
	maxRedirectLength = 1024
)

// customScheme is a private-use URI scheme: a domain name of the app's maker
// in reverse order (RFC 8252, section 7.1), so that it has a dot.
var customScheme = regexp.MustCompile(`^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+$`)

// redirectProblem says what is wrong with a URL that people are sent back to,
// or "". It must be https, or http on loopback, which stays on the machine
// (RFC 8252, sections 7.3 and 8.3); native apps may claim a scheme of their
// own. Cognito compares these URLs whole: a wildcard would match nothing, and
// elsewhere too much. Texts with CloudFormation tokens are not looked at.
func redirectProblem(text string, native bool) string {
	if trust.Unresolved(text) {
		return ""
	}
	u, err := url.Parse(text)
	got := fmt.Sprintf("%q", text)
	if strings.ContainsAny(text, "@?") {
		got = "one that may hold a secret and is not repeated here"
	}
	example := "\"https://app.example.com/callback\""
	if native {
		example += " or \"com.example.app:/callback\""
	}
	switch {
	case len(text) > maxRedirectLength:
		return fmt.Sprintf("too long, got %d characters, at most %d", len(text), maxRedirectLength)
	case err != nil || u.Scheme == "" || !plain(text):
		return fmt.Sprintf("not an absolute URL, got %s, write for example %s", got, example)
	case strings.Contains(text, "*"):
		return fmt.Sprintf("a URL with a wildcard, got %s, write each URL in full", got)
	case u.User != nil:
		return "a URL with credentials in it, leave them out"
	case strings.Contains(text, "#"):
		return fmt.Sprintf("a URL with a fragment, got %s, leave it out (RFC 6749, section 3.1.2)", got)
	case u.Scheme == "https" && u.Hostname() != "":
		return ""
	case u.Scheme == "http" && onLoopback(u.Hostname()):
		return ""
	case u.Scheme == "http":
		return fmt.Sprintf("not https, got %s, write \"https://…\" (http is for localhost and literal loopback addresses only)", got)
	case native && u.Scheme != "https" && !customScheme.MatchString(strings.SplitN(text, ":", 2)[0]):
		return fmt.Sprintf("a URL whose scheme another app may claim too, got %s, write a domain name of yours in reverse order, such as \"com.example.app:/callback\" (RFC 8252, section 7.1)", got)
	case native && u.Scheme != "https" && (u.Path != "" || u.Host != ""):
		return ""
	}
	return fmt.Sprintf("not one that people can be sent to, got %s, write for example %s", got, example)
}

// plain reports whether a text is visible ASCII that every reader of URLs reads
// alike.
func plain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' })
}

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
