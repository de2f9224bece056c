package keyset

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
)

// checkURL refuses an address that keys must not come from. It quotes the
// address only where it cannot hold a password.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("key set URL, cannot be read, write it as https://host/path")
	case u.User != nil:
		return errors.New("key set URL, has a user name or password, write it without")
	case u.Hostname() == "":
		return fmt.Errorf("key set URL, names no host, got %q, write it as https://host/path", raw)
	case u.Fragment != "" || u.RawFragment != "":
		return fmt.Errorf("key set URL, has a fragment, got %q, write it without what follows #", raw)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	default:
		return fmt.Errorf("key set URL, is not https, got %q, write https:// (http only for a literal loopback address, 127.0.0.1 or [::1])", raw)
	}
}

// isLoopback says whether host is this machine by its own spelling, without
// asking anybody: a name, "localhost" too, is what a resolver makes of it.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
