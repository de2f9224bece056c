package suites

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// readJSON reads a file of test data.
func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// RFC 7515, appendix A.2 to A.4; RFC 7520, section 4.1 to 4.3; RFC 8037,
// appendix A.4: with their keys read as a key set's.
func TestTheSignedExamplesOfTheRFCsAreAccepted(t *testing.T) {
	var examples []struct {
		Source, JWS string
		Key         json.RawMessage
	}
	readJSON(t, "../../../authorizer/token/testdata/rfc.json", &examples)
	for _, e := range examples {
		set := []byte(`{"keys":[` + string(e.Key) + `]}`)
		// The examples' keys have the kid that is in their tokens' headers, or
		// none where there is none.
		if kid := headerOf(t, e.JWS)["kid"]; kid != nil {
			name, _ := json.Marshal(kid)
			set = []byte(`{"keys":[{"kid":` + string(name) + "," + strings.TrimPrefix(string(compactJSON(t, e.Key)), "{") + `]}`)
		}
		if got := judge(t, keySet(t, set), e.JWS); got != access.Allowed {
			t.Errorf("%s: %v, want it accepted", e.Source, got)
		}
	}
	if len(examples) < 7 {
		t.Errorf("%d examples, want all seven", len(examples))
	}
}

func headerOf(t testing.TB, raw string) map[string]any {
	t.Helper()
	first, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	header := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &header)
	}
	if err != nil {
		t.Fatal(err)
	}
	return header
}

// The other examples of signatures: HMAC, none, and the JSON forms.
func TestTheOtherExamplesOfTheRFCsAreRefused(t *testing.T) {
	var examples []struct {
		Source, What, JWS string
		Keys              []json.RawMessage
		Expect            access.Reason
	}
	readJSON(t, "testdata/rfc_refused.json", &examples)
	for _, e := range examples {
		set, err := json.Marshal(map[string]any{"keys": e.Keys})
		if err != nil {
			t.Fatal(err)
		}
		if got := judge(t, keySet(t, set), e.JWS); got != e.Expect || got == access.Allowed {
			t.Errorf("%s (%s): %v, want %v", e.Source, e.What, got, e.Expect)
		}
		// What we refuse is good by the RFC: that is checked by somebody else.
		if e.What != "unsecured" && e.What != "detached content" && !holdsForGoJose(t, e.Keys[0], e.JWS) {
			t.Errorf("%s (%s): not as the RFC has it", e.Source, e.What)
		}
	}
	if len(examples) < 9 {
		t.Errorf("%d examples, want all nine", len(examples))
	}
}

// holdsForGoJose says whether a signature of a JWS of any form is the key's.
func holdsForGoJose(t testing.TB, document json.RawMessage, raw string) bool {
	t.Helper()
	var key jose.JSONWebKey
	if err := json.Unmarshal(document, &key); err != nil {
		t.Fatal(err)
	}
	algorithms := []jose.SignatureAlgorithm{jose.HS256, jose.RS256, jose.ES256, jose.ES512}
	parse := jose.ParseSignedCompact
	if strings.HasPrefix(raw, "{") {
		parse = jose.ParseSignedJSON
	}
	signed, err := parse(raw, algorithms)
	if err == nil {
		_, _, _, err = signed.VerifyMulti(key.Key)
	}
	return err == nil
}

// RFC 9068, section 3, figure 2: the RFC has it without a signature.
func TestTheTokenOfRFC9068IsAccepted(t *testing.T) {
	const (
		header = `{"typ":"at+JWT","alg":"RS256","kid":"RjEwOwOA"}`
		claims = `{
  "iss": "https://authorization-server.example.com/",
  "sub": "5ba552d67",
  "aud":   "https://rs.example.com/",
  "exp": 1639528912,
  "iat": 1618354090,
  "jti" : "dbe39bf3a3ba4238a513f51d6e1691c4",
  "client_id": "s6BhdRkqt3",
  "scope": "openid profile reademail"
}`
	)
	key := newRing(t)["rsa"]
	raw := compact(keyset.RS256, key, header, claims)
	server := access.NewResourceServer("rs", "RFC 9068's")
	at := int64(1618354090)
	v, err := token.NewVerifier([]token.Issuer{{
		Name: "RFC 9068", ID: "RFC9068", URL: "https://authorization-server.example.com/", Profile: token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.RS256},
		Audiences:  map[string]string{"rs": "https://rs.example.com/"},
		Clients:    []string{"s6BhdRkqt3"},
		Keys:       keySet(t, ring{"RjEwOwOA": key}.document()),
	}}, token.Known{Scopes: []access.Scope{server.Scope("reademail", "Read e-mail"), server.Scope("write", "Write")}}, func() time.Time { return time.Unix(at, 0) })
	if err != nil {
		t.Fatal(err)
	}
	verified, err := v.Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	c := verified.Caller()
	if c.Subject != "5ba552d67" || c.ClientID != "s6BhdRkqt3" || verified.TokenID() != "dbe39bf3a3ba4238a513f51d6e1691c4" ||
		len(c.Scopes) != 1 || c.Scopes[0].String() != "rs/reademail" {
		t.Errorf("caller = %+v", c)
	}
	for reason, change := range map[access.Reason]func(){
		access.TokenExpired:     func() { at = 1639528912 + int64(token.ClockSkew/time.Second) },
		access.TokenNotYetValid: func() { at = 1618354090 - int64(token.ClockSkew/time.Second) - 1 },
	} {
		change()
		if got := verify(t, v, raw); got != reason {
			t.Errorf("at %d: %v, want %v", at, got, reason)
		}
	}
}
