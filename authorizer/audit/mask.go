package audit

import (
	"encoding/base64"
	"strings"
)

// masked stands where a token was.
const masked = "[token]"

// mask replaces everything in s that looks like a compact JWS or JWE, or like
// the beginning of one: a run of base64url and dots from the first part on
// that begins a JSON object. Clients do put tokens into paths, and into the
// members of other tokens.
func mask(s string) string {
	var out strings.Builder
	for s != "" {
		run := s[:tokenChars(s)]
		if from := tokenStart(run); from >= 0 {
			out.WriteString(run[:from])
			out.WriteString(masked)
		} else {
			out.WriteString(run)
		}
		s = s[len(run):]
		between := strings.IndexFunc(s, isTokenChar)
		if between < 0 {
			between = len(s)
		}
		out.WriteString(s[:between])
		s = s[between:]
	}
	return out.String()
}

// tokenChars returns how many characters of a token s begins with.
func tokenChars(s string) int {
	n := strings.IndexFunc(s, func(c rune) bool { return !isTokenChar(c) })
	if n < 0 {
		return len(s)
	}
	return n
}

// tokenStart returns where in a run of token characters a token begins, or -1.
func tokenStart(run string) int {
	at := 0
	for part := range strings.SplitSeq(run, ".") {
		if beginsObject(part) {
			return at
		}
		at += len(part) + 1
	}
	return -1
}

// beginsObject tells whether the part is base64url of the beginning of a JSON
// object with a name in ASCII. Twelve bytes are looked at, so that an
// identifier made of random characters is not taken for one.
func beginsObject(part string) bool {
	const characters = 16 // the header {"alg":"ES256"} has 20
	if len(part) < characters {
		return false
	}
	head, err := base64.RawURLEncoding.DecodeString(part[:characters])
	if err != nil {
		return false
	}
	for _, c := range head {
		if (c < ' ' || c > '~') && !strings.ContainsRune("\t\r\n", rune(c)) {
			return false
		}
	}
	name, isObject := strings.CutPrefix(string(head), "{")
	return isObject && strings.HasPrefix(strings.TrimLeft(name, " \t\r\n"), `"`)
}

func isTokenChar(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.'
}
