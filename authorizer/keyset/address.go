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
