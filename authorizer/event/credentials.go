package event

import (
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// Credentials returns the Bearer token of the Authorization header as it was
// sent (RFC 6750, section 2.1). The scheme's case does not matter (RFC 9110,
// section 11.1); one space stands between it and the token. Tokens in a query
// string, a cookie or a form are not looked for.
//
// Its error is always an [*Error]: TokenMissing without a header or with an
// empty one, CredentialsMalformed for everything that is not one Bearer
// token. More than one header is refused however they were joined, because
// what stands behind the gateway might read another one. It does not look
// into the token.
func (r *Request) Credentials() (string, error) {
	switch len(r.authorization) {
	case 0:
		return "", missing("there is no Authorization header")
	case 1:
	default:
		return "", malformed("the Authorization header is there more than once, or in more than one spelling")
	}
	value := r.authorization[0]
	if strings.Trim(value, " \t") == "" {
		return "", missing("the Authorization header is empty")
	}
	// Repeated headers reach the authorizer as one, joined with a comma; no
	// Bearer token has one.
	if strings.Contains(value, ",") {
		return "", malformed("the Authorization header has more than one value")
	}
	// The gateway files a cached answer under the identity sources. If what is
	// checked here is not among them, one caller could be given another's answer.
	// Without identity sources the gateway keeps no answers. The event of a REST
	// API does not name them: there the only value is the one that was filed.
	if len(r.identity) > 0 && !slices.Contains(r.identity, value) {
		return "", malformed("the Authorization header is not among the identity sources")
	}
	scheme, token, found := strings.Cut(value, " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
		return "", malformed("the Authorization header's scheme is not Bearer")
	case !found || token == "":
		return "", malformed("the Authorization header has a scheme and no token")
	case !isB64Token(token):
		return "", malformed("what follows the scheme is not one b64token")
	}
	return token, nil
}

// isB64Token tells whether s is a b64token of RFC 6750, section 2.1.
func isB64Token(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := range len(body) {
		if !b64TokenBytes[body[i]] {
			return false
		}
	}
	return body != ""
}

// b64TokenBytes are the bytes of a b64token. Every request's token goes through.
var b64TokenBytes = func() (bytes [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/") {
		bytes[c] = true
	}
	return bytes
}()

func missing(detail string) error {
	return &Error{Reason: access.TokenMissing, Detail: detail}
}

func malformed(detail string) error {
	return &Error{Reason: access.CredentialsMalformed, Detail: detail}
}
