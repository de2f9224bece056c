package audit_test

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer/audit"
)

func TestCleanTextsHoldNoTokenAndMoveNoCursor(t *testing.T) {
	const header = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ"
	for name, c := range map[string]struct{ text, want string }{
		"a plain text":            {"GET /orders/{id}", "GET /orders/{id}"},
		"a token":                 {header + ".e30.c2ln", "[token]"},
		"a token within a text":   {"https://issuer.example/" + header + " x", "https://issuer.example/[token] x"},
		"a token that is encoded": {"%65" + header[1:], "[token]"},
		"an escape sequence":      {"a\x1b[31mb", "a\ufffd[31mb"},
		"a line break":            {"a\nb", "a\ufffdb"},
		"a change of direction":   {"a\u202eb", "a\ufffdb"},
		"bytes that are not text": {"a\xffb", "a\ufffdb"},
		"a long text":             {strings.Repeat("ä", 200), strings.Repeat("ä", 128)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := audit.Clean(c.text); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestMaskedTextsAreWhole(t *testing.T) {
	long := strings.Repeat("x", 2000)
	if got, want := audit.Mask(long+" \"eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.e30.c2ln\" \x1b"+long), long+" \"[token] \ufffd"+long; got != want {
		t.Errorf("Mask = %q, want %q", got, want)
	}
}
