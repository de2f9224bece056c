package token

import (
	"strconv"
	"strings"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// ClockSkew is how far an issuer's clock and ours may differ.
const ClockSkew = access.ClockSkew

// maxTime is the last second of the year 9999. A larger number is a mistake,
// mostly milliseconds, and must not become "never expires".
const maxTime = 253402300799

// readTime reads a NumericDate. It is stricter than RFC 7519, section 2: a JSON
// number without sign or exponent. A fraction is allowed there, and some
// issuers write one; it is cut off.
func readTime(v strictjson.Value, name string, into *int64) bool {
	text, _ := v.Member(name).NumberText()
	whole, fraction, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseUint(whole, 10, 63)
	*into = int64(seconds)
	return err == nil && seconds <= maxTime && !strings.ContainsAny(fraction, "eE")
}

// times are when a token counts, in seconds since 1970; notBefore is 0 if it does
// not say.
type times struct{ expires, issuedAt, notBefore int64 }

// checkTime refuses what has expired: exp is the first moment at which a token
// no longer counts (RFC 7519, section 4.1.4). It refuses what is not valid yet,
// by nbf, and what was issued in the future, by iat.
func (t times) checkTime(now time.Time) *Error {
	if !now.Before(time.Unix(t.expires, 0).Add(ClockSkew)) {
		return refuse(access.TokenExpired, "exp has passed")
	}
	latest := now.Add(ClockSkew)
	if time.Unix(t.notBefore, 0).After(latest) {
		return refuse(access.TokenNotYetValid, "nbf lies ahead")
	}
	if time.Unix(t.issuedAt, 0).After(latest) {
		return refuse(access.TokenNotYetValid, "iat lies ahead")
	}
	return nil
}
