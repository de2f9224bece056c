package call

import (
	"net/netip"
	"net/url"
	"strings"
)

// Address says what is wrong with the URL of an API or a token endpoint, ""
// for nothing: it is https, or http to a literal loopback address, and has
// neither credentials, nor a query, nor a fragment, nor a slash at its end.
func Address(text string) string {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "is empty"
	case err != nil, u.Host == "", u.Opaque != "", u.User != nil, strings.ContainsAny(text, "?#"), strings.HasSuffix(text, "/"):
		return "is not a URL of scheme, host and path without a slash at its end"
	case u.Scheme == "https":
		return ""
	case u.Scheme == "http":
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && ip.IsLoopback() {
			return ""
		}
	}
	return "is not https"
}
