package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// clean makes a string from outside fit to be logged: no token, no more than
// MaxString bytes, no half character at the end.
func clean(s string) string {
	return cut(mask(s), MaxString)
}

// cleanName makes a name of somebody fit to be logged, and keeps it from looking
// like another's.
func cleanName(s string) string {
	text := mask(s)
	if text == s {
		return cut(s, MaxString)
	}
	sum := sha256.Sum256([]byte(s))
	mark := "~" + hex.EncodeToString(sum[:8])
	return cut(text, MaxString-len(mark)) + mark
}

// seen reports whether a character is one that readers see, and tell from none:
// printing ones but for fillers, variation selectors and the blank of braille.
func seen(r rune) bool {
	return unicode.IsPrint(r) && r != '\u2800' &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// writeJSON writes v on one line and in ASCII where a character does not
// print: the standard encoder lets through what moves a terminal's cursor or
// turns the writing direction around.
func writeJSON(w io.Writer, v any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("audit line, cannot be written as JSON: %w", err)
	}
	line := make([]byte, 0, text.Len())
	// All that is not ASCII stands within a string, where \u may be written.
	for _, c := range string(bytes.TrimSuffix(text.Bytes(), []byte("\n"))) {
		switch {
		case c != 0x7f && (c < utf8.RuneSelf || seen(c)):
			line = utf8.AppendRune(line, c)
		case c > 0xffff:
			high, low := utf16.EncodeRune(c)
			line = fmt.Appendf(line, `\u%04x\u%04x`, high, low)
		default:
			line = fmt.Appendf(line, `\u%04x`, c)
		}
	}
	_, err := w.Write(append(line, '\n'))
	return err
}
