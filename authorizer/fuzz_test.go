package authorizer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

// FuzzHandle sends odd events. Whatever they are, there is one audit line, no
// panic, and a yes only where the whole good token was sent.
func FuzzHandle(f *testing.F) {
	issuer := newIssuer(f)
	// An RSA signature has one form; of an ECDSA signature anybody can make a
	// second one.
	good := issuer.token(signedAs("RS256"))
	for _, r := range []request{
		{},
		{authorization: "Bearer " + good},
		{authorization: "Bearer " + issuer.token(signedAs("RS256"), claim("exp", 1))},
		{route: "GET /menu", path: "/menu"},
		{path: "/orders/../menu", authorization: "Bearer " + good},
	} {
		f.Add(r.event(f))
	}
	f.Add([]byte("garbage"))
	s := newSubject(f, issuer.trusted())
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := s.handle(t, raw)
		if got.line.Reason == access.Internal || got.line.Reason == access.Misconfigured || len(got.faults) > 0 {
			t.Errorf("Handle(%q) wrote %s", raw, got.output)
		}
		// Text with a backslash may be the token in JSON's other spellings.
		if got.answer.IsAuthorized && !bytes.Contains(raw, []byte(good)) && !bytes.Contains(raw, []byte(`\`)) {
			t.Errorf("Handle(%q) lets pass", raw)
		}
		if strings.Contains(got.output, good[len(good)-40:]) {
			t.Errorf("Handle(%q) shows the token: %s", raw, got.output)
		}
	})
}
