package audit

import (
	"bytes"
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
		case c != 0x7f && (c < utf8.RuneSelf || unicode.IsPrint(c)):
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
