package explain

import (
	"net/http"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/issuertest"
)

func TestKeysOfAFileNeedNoNetwork(t *testing.T) {
	s := newShop(t)
	raw := s.issuer.Token(issuertest.Claims{"scope": "orders/read"})
	s.config.KeySets = map[string][]byte{"Shop/Users": s.jwks(t)}
	before := s.issuer.KeySetFetches()
	e := s.explainer(t)
	for range 2 {
		if answer, err := e.Answer(t.Context(), bearer("GET /orders/{id}", raw)); err != nil || answer.Reason != access.Allowed {
			t.Errorf("answer = %+v, %v", answer, err)
		}
	}
	answer, err := e.Answer(t.Context(), bearer("GET /orders/{id}", s.issuer.UnknownKey(nil)))
	if err != nil || answer.Reason != access.KeyUnknown {
		t.Errorf("answer = %+v, %v, want that the key is unknown", answer, err)
	}
	if n := s.issuer.KeySetFetches() - before; n != 0 {
		t.Errorf("the keys were fetched %d times", n)
	}
}

func TestKeysThatAreShippedAreTakenFromTheFunctionOrAFile(t *testing.T) {
	s := newShop(t)
	raw := s.issuer.Token(issuertest.Claims{"scope": "orders/read"})
	text := s.jwks(t)
	set, err := keyset.ParseShipped(text)
	if err != nil {
		t.Fatal(err)
	}
	s.config.Identities[0].Keys = authorizer.ShippedKeys
	for name, c := range map[string]struct {
		shipped map[string]*keyset.Shipped
		files   map[string][]byte
		err     string
	}{
		"beside the function":            {shipped: map[string]*keyset.Shipped{"Shop/Users": set}},
		"in a file":                      {files: map[string][]byte{"Shop/Users": text}},
		"in both":                        {map[string]*keyset.Shipped{"Shop/Users": set}, map[string][]byte{"Shop/Users": text}, ""},
		"nowhere":                        {err: "its keys are shipped with the function and are not here, write -keys Shop/Users=FILE"},
		"of somebody else":               {files: map[string][]byte{"Users": text}, err: "are not here"},
		"a file that is no key set":      {files: map[string][]byte{"Shop/Users": []byte("{}")}, err: `identity "Shop/Users", keys, key set, `},
		"a file with keys of other kind": {files: map[string][]byte{"Shop/Users": []byte(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)}, err: "hold none for its algorithms"},
	} {
		t.Run(name, func(t *testing.T) {
			s.config.Shipped, s.config.KeySets = c.shipped, c.files
			e, err := New(s.config)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || e != nil {
					t.Errorf("New = %v, %v, want the error %q", e, err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if answer, err := e.Answer(t.Context(), bearer("GET /orders/{id}", raw)); err != nil || answer.Reason != access.Allowed {
				t.Errorf("answer = %+v, %v", answer, err)
			}
		})
	}
}

func TestWhatTheAuthorizerRefusesAtItsStartIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *shop)
		want   string
	}{
		"no table":              {func(s *shop) { s.config.Table = nil }, "table, is missing"},
		"no identity":           {func(s *shop) { s.config.Identities = nil }, "issuers, is empty"},
		"keys without TLS":      {func(s *shop) { s.config.Identities[0].Keys = "http://issuer.example" }, "is not https"},
		"an issuer without TLS": {func(s *shop) { s.config.Identities[0].Issuer = "http://issuer.example" }, "is not https"},
		"a file for keys without TLS": {func(s *shop) {
			s.config.Identities[0].Keys = "http://issuer.example"
			s.config.KeySets = map[string][]byte{"Shop/Users": []byte("{}")}
		}, "is not https"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			c.change(s)
			if e, err := New(s.config); err == nil || !strings.Contains(err.Error(), c.want) || e != nil {
				t.Errorf("New = %v, %v, want the error %q", e, err, c.want)
			}
		})
	}
}

func TestAFixedAnswerIsThatOfAServer(t *testing.T) {
	request, err := http.NewRequest(http.MethodGet, "https://issuer.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := fixedAnswer("{}").RoundTrip(request)
	if err != nil || response.StatusCode != 200 || response.Request != request {
		t.Fatalf("RoundTrip = %+v, %v", response, err)
	}
	response.Body.Close()
}

// FuzzStream shows that whatever stands on a line gets one line of JSON, and that
// the token before it still gets its answer and is not repeated.
func FuzzStream(f *testing.F) {
	for _, seed := range []string{
		`{"route":"GET /menu"}`, `{"route":"GET /orders/{id}","authorization":"Bearer a.b.c"}`, `{"route":"$default","path":"//"}`,
		`{"route":"ANY /files/{path+}","path":"/files/%2e"}`, `{}`, `[`, "\r", `{"route":"GET /x","path":""}`, "{\"route\":\"\xff\"}", `{"route":"GET /a` + "\u2028" + `"}`,
	} {
		f.Add(seed)
	}
	issuer, err := issuertest.Start(issuertest.Config{Algorithm: "EdDSA"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(issuer.Close)
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "\n") {
			return
		}
		raw := issuer.Token(nil)
		e := fuzzed(t, issuer)
		answers, tally := lines(t, e, strings.NewReader(line+"\n"+`{"route":"GET /menu","authorization":"Bearer `+raw+`"}`+"\n"+
			`{"route":"GET /orders/{id}","authorization":"Bearer `+raw+`"}`))
		if len(answers) != 3 || tally.Allowed+tally.Denied+tally.Unknown != 3 {
			t.Fatalf("%d answers, %+v, want 3", len(answers), tally)
		}
		for _, answer := range answers {
			text, err := encode(answer)
			if err != nil || repeats(string(text), raw) {
				t.Errorf("%s repeats the token (%v)", text, err)
			}
		}
		if answers[1].Reason != access.PublicRoute || answers[2].Reason != access.ScopeMissing {
			t.Errorf("the answers after it = %s, %s", answers[1].Reason, answers[2].Reason)
		}
	})
}
