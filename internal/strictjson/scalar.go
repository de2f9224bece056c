package strictjson

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads a number (RFC 8259, section 6) and keeps its text.
func (p *parser) number() error {
	start := p.at
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++ // a further digit is then "something after the value"
	} else if !p.digits() {
		return p.fail("no digit")
	}
	if p.peek() == '.' {
		p.at++
		if !p.digits() {
			return p.fail("no digit")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if !p.digits() {
			return p.fail("no digit")
		}
	}
	p.add(Number, p.text[start:p.at])
	return nil
}

// digits skips digits and says whether there was one.
func (p *parser) digits() bool {
	start := p.at
	for isDigit(p.peek()) {
		p.at++
	}
	return p.at > start
}

// string reads a string at its quote. Without an escape, which is nearly
// always, it is a part of the text and nothing is copied.
func (p *parser) string() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return p.text[start : p.at-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", p.fail("control character in a string")
		default:
			p.at++
		}
	}
	return "", p.fail("string without an end")
}

// escaped reads on at the first backslash of the string that began at start.
func (p *parser) escaped(start int) (string, error) {
	var b strings.Builder
	b.WriteString(p.text[start:p.at])
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return b.String(), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		case c < ' ':
			return "", p.fail("control character in a string")
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	return "", p.fail("string without an end")
}

// escape reads one escape at its backslash, or two that are a surrogate pair.
func (p *parser) escape() (rune, error) {
	p.at++
	c := p.peek()
	if c == 'u' {
		return p.unicodeEscape()
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if c == 0 || i < 0 {
		return 0, p.fail("unknown escape")
	}
	p.at++
	return rune("\"\\/\b\f\n\r\t"[i]), nil
}

// unicodeEscape reads an escape at its u.
func (p *parser) unicodeEscape() (rune, error) {
	start := p.at
	r, ok := p.hex4()
	if !ok {
		return 0, p.fail("no four hexadecimal digits")
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if strings.HasPrefix(p.text[p.at:], `\u`) {
		p.at++
		low, ok := p.hex4()
		if !ok {
			return 0, p.fail("no four hexadecimal digits")
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, nil
		}
	}
	p.at = start
	return 0, p.fail("lone surrogate")
}

// hex4 reads u and four hexadecimal digits.
func (p *parser) hex4() (r rune, ok bool) {
	p.at++
	for range 4 {
		c := p.peek()
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
		p.at++
	}
	return r, true
}
