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

// FuzzHandleREST puts odd things of the client's into the event of a REST API,
// with a good token where the text says TOKEN and a bit of it changed. There is
// one audit line and no panic, a mutated token never passes, and the policy is
// that of the route's template.
func FuzzHandleREST(f *testing.F) {
	issuer := newIssuer(f)
	good := issuer.token(signedAs("RS256"))
	f.Add("GET", "/orders/17", "Authorization", "Bearer TOKEN", uint16(0), byte(0))
	f.Add("GET", "/orders/17", "Authorization", "Bearer TOKEN", uint16(len(good)-1), byte(1))
	f.Add("GET", "/orders/17/", "authorization", "bearer TOKEN", uint16(0), byte(0))
	f.Add("POST", "/orders/*", "Authorization", "Bearer TOKEN", uint16(9), byte(2))
	f.Add("GET", `/orders/"},{"Effect":"Allow"`, "AUTHORIZATION", "Bearer TOKEN,TOKEN", uint16(0), byte(0))
	f.Add("ANY", "/orders/%2f", "X-Authorization", "Bearer a.b.c", uint16(0), byte(0))
	s := newSubject(f, issuer.trusted())
	f.Fuzz(func(t *testing.T, method, path, header, text string, at uint16, bits byte) {
		sent := []byte(good)
		sent[int(at)%len(sent)] ^= bits
		value := strings.ReplaceAll(text, "TOKEN", string(sent))
		r := request{path: path, method: method, more: map[string]string{header: value}}
		got := s.handle(t, r.restEvent(t))
		reason := got.line.Reason
		if reason == access.Internal || reason == access.Misconfigured || len(got.faults) > 0 {
			t.Errorf("Handle(%+v) wrote %s", r, got.output)
		}
		if want := restStage + "/GET/orders/*"; got.answer.Resource != want && got.answer.Resource != "" && reason != access.RouteUnknown {
			t.Errorf("Handle(%+v) answers with a policy of %q, want %q", r, got.answer.Resource, want)
		}
		if got.answer.IsAuthorized && (bits != 0 || !strings.HasSuffix(text, " TOKEN")) {
			t.Errorf("Handle(%+v) lets pass", r)
		}
		if strings.Contains(got.output, good[len(good)-40:]) {
			t.Errorf("Handle(%+v) shows the token: %s", r, got.output)
		}
	})
}
