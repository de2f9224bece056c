package audit

import (
	"strings"
	"unicode"
)

// Clean returns a text from outside as a line may hold it: what looks like a
// token is masked, it is cut at [MaxString] bytes, and characters that do not
// print are replaced. It is for programs that show people what lines hold.
func Clean(s string) string { return cut(Mask(s), MaxString) }

// Mask is [Clean] for texts of one's own, such as an error, in which something
// from outside may be quoted: it cuts nothing.
func Mask(s string) string { return Visible(mask(s)) }

// Visible replaces the characters that do not print, which a line has escaped. It
// is for texts of a line.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if !seen(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
