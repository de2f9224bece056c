package token

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// claims are the claims that count, read but not judged. Each has the type that
// its RFC gives it, or the token is refused.
type claims struct {
	subject, clientID, tokenID string
	scope                      string
	audiences                  []string
	hasAudience                bool
	times
}

// readClaims reads what all profiles need: exp, iat, sub and the client; and what
// most demand: aud and the token's id. iss has been read before.
func (s *shape) readClaims(t *jws) (*claims, *Error) {
	v := t.claims
	c := &claims{hasAudience: present(v, "aud")}
	for _, read := range []struct {
		ok     bool
		detail string
	}{
		{readTime(v, "exp", &c.expires), "exp is missing or not a plain number of seconds"},
		{readTime(v, "iat", &c.issuedAt), "iat is missing or not a plain number of seconds"},
		{!present(v, "nbf") || readTime(v, "nbf", &c.notBefore), "nbf is not a plain number of seconds"},
		{readName(v, "sub", &c.subject), "sub is missing, empty, too long or not a plain string"},
		{readName(v, s.client(t), &c.clientID), s.noClient},
		{s.idOptional(t) && !present(v, s.tokenID) || readName(v, s.tokenID, &c.tokenID), s.noID},
		{s.audienceOptional && !c.hasAudience || readAudience(v, &c.audiences), "aud is missing or not a string or an array of strings"},
		{s.readScope(v, &c.scope), s.noScope},
	} {
		if !read.ok {
			return nil, refuse(access.ClaimMalformed, read.detail)
		}
	}
	if s.notForItself && slices.Contains(c.audiences, c.clientID) {
		return nil, refuse(access.TypeRefused, "aud has the client itself, as ID tokens have")
	}
	return c, nil
}

// maxName is the longest name in bytes: the audit line has room for all of it,
// so that no two callers look alike there.
const maxName = 256

// readName reads a string that names somebody or something. It goes on to
// backends and into logs, so what could forge or hide a part of a line there is
// refused: control characters, line separators, and characters of format, which
// change the direction of writing, for example. Others that are not seen, such as
// fillers, the audit line escapes.
func readName(v strictjson.Value, name string, into *string) bool {
	text, ok := v.Member(name).Text()
	*into = text
	return ok && text != "" && len(text) <= maxName && !strings.ContainsFunc(text, isHidden)
}

func isHidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// readAudience reads aud (RFC 7519, section 4.1.3). One element that is not a
// string spoils it.
func readAudience(v strictjson.Value, into *[]string) bool {
	aud := v.Member("aud")
	if text, ok := aud.Text(); ok {
		*into = []string{text}
		return true
	}
	for element := range aud.Elements() {
		text, ok := element.Text()
		if !ok {
			return false
		}
		*into = append(*into, text)
	}
	return aud.Kind() == strictjson.Array
}

// readScope reads a claim with scopes (RFC 8693, section 4.2; RFC 6749, section
// 3.3). An array is not taken for a string.
func readScope(v strictjson.Value, claim string, into *string) bool {
	text, ok := v.Member(claim).Text()
	*into = text
	return ok && isScope(text)
}

// readScopes reads an array of scopes, into one string with spaces between them.
// A string is not taken for an array, and one element that is no scope token
// spoils it.
func readScopes(v strictjson.Value, claim string, into *string) bool {
	array := v.Member(claim)
	var words []string
	for element := range array.Elements() {
		word, ok := element.Text()
		if !ok || !isScopeToken(word) {
			return false
		}
		words = append(words, word)
	}
	*into = strings.Join(words, " ")
	return array.Kind() == strictjson.Array
}
