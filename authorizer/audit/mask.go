package audit

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
)

// masked stands where a token was.
const masked = "[token]"

// mask replaces everything in s that looks like a compact JWS or JWE, or like
// the beginning of one, from there to the next space or the end: what follows a
// token can be a piece of it in yet another spelling. Clients do put tokens into
// paths, and into the members of other tokens.
func mask(s string) string {
	if len(s) < headCharacters {
		return s
	}
	words := strings.Split(s, " ")
	for i, word := range words {
		if at := tokenStart(word); at >= 0 {
			words[i] = word[:at] + masked
		}
	}
	return strings.Join(words, " ")
}

// tokenStart returns where in a word the first token begins, or -1. It looks at
// the word as it is and as it is after percent-decoding, more than once. Nobody
// encodes a path four times but to hide something in it: from its first escape on
// that counts as a token.
func tokenStart(word string) int {
	first := -1
	plain := spelling{text: []byte(word)}
	for range 4 {
		if at := plain.token(); at >= 0 && (first < 0 || at < first) {
			first = at
		}
		if !plain.decode() {
			return first
		}
	}
	if at := strings.IndexByte(word, '%'); first < 0 || at < first {
		first = at
	}
	return first
}

// A spelling is a text, and where in the original its bytes begin.
type spelling struct {
	text []byte
	at   []int // nil: text is the original
}

func (s *spelling) origin(i int) int {
	if s.at == nil {
		return i
	}
	return s.at[i]
}

// token returns where in the original the first token begins, or -1. A token
// may be glued to what stands before it, so every place is looked at.
func (s *spelling) token() int {
	for i := range s.text {
		if len(s.text)-i < headCharacters {
			break
		}
		if beginsObject(s.text[i : i+headCharacters]) {
			return s.origin(i)
		}
	}
	return -1
}

// decode resolves the percent escapes and says whether there was one.
func (s *spelling) decode() bool {
	if bytes.IndexByte(s.text, '%') < 0 {
		return false
	}
	var text []byte
	var at []int
	for i := 0; i < len(s.text); i++ {
		c, origin := s.text[i], s.origin(i)
		if c == '%' && i+2 < len(s.text) {
			if octet, err := strconv.ParseUint(string(s.text[i+1:i+3]), 16, 8); err == nil {
				c = byte(octet)
				i += 2
			}
		}
		text, at = append(text, c), append(at, origin)
	}
	if len(text) == len(s.text) {
		return false
	}
	s.text, s.at = text, at
	return true
}

// headCharacters is how much of a token is looked at: twelve bytes, so that an
// identifier made of random characters is not taken for one. The header
// {"alg":"ES256"} has 20 characters.
const headCharacters = 16

// beginsObject tells whether so many characters are base64url of the beginning
// of a JSON object with a name in ASCII, white space before it included.
func beginsObject(characters []byte) bool {
	switch characters[0] {
	case 'e', 'I', 'C', 'D': // all that "{", " ", "\t", "\n" and "\r" begin with
	default:
		return false
	}
	var room [headCharacters / 4 * 3]byte
	if _, err := base64.RawURLEncoding.Decode(room[:], characters); err != nil {
		return false
	}
	for _, c := range room {
		if (c < ' ' || c > '~') && !strings.ContainsRune("\t\r\n", rune(c)) {
			return false
		}
	}
	const space = " \t\r\n"
	object := strings.TrimLeft(string(room[:]), space)
	name, isObject := strings.CutPrefix(object, "{")
	name = strings.TrimLeft(name, space)
	return object == "" || isObject && (name == "" || name[0] == '"')
}
