package keyset

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// checkURL refuses an address that keys must not come from. Of a good one it
// returns what errors may show: scheme, host and path, without the query.
func checkURL(raw string) (name string, err error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return "", errors.New("key set URL, cannot be read, write it as https://host/path")
	case u.User != nil:
		return "", errors.New("key set URL, has a user name or password, write it without")
	case u.Hostname() == "":
		return "", fmt.Errorf("key set URL, names no host%s, write it as https://host/path", quoted(raw))
	case u.Fragment != "" || u.RawFragment != "":
		return "", fmt.Errorf("key set URL, has a fragment%s, write it without what follows #", quoted(raw))
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u.Scheme + "://" + u.Host + u.EscapedPath(), nil
	default:
		return "", fmt.Errorf("key set URL, is not https%s, write https:// (http only for a literal loopback address, 127.0.0.1 or [::1])", quoted(raw))
	}
}

// SameAddress says whether two addresses are one to a client, however they are
// spelled: the case of the host, a dot behind it, the port that goes without
// saying, escapes in the path. What cannot be read is compared as it is.
func SameAddress(a, b string) bool {
	first, err := url.Parse(a)
	second, err2 := url.Parse(b)
	if a == b || err != nil || err2 != nil {
		return a == b
	}
	return plain(first) == plain(second)
}

// plain returns what of an address counts.
func plain(u *url.URL) [5]string {
	port, path := u.Port(), u.Path
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	if path == "" {
		path = "/"
	}
	return [5]string{u.Scheme, strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), port, path + u.Opaque, u.RawQuery}
}

// quoted quotes an address for an error, unless it may hold a password or a
// query. It goes by the text: what it would be for a parser depends on where
// the mistake is.
func quoted(raw string) string {
	if strings.ContainsAny(raw, "@?") {
		return ""
	}
	return fmt.Sprintf(", got %q", raw)
}

// isLoopback says whether host is this machine by its own spelling, without
// asking anybody: a name, "localhost" too, is what a resolver makes of it.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
