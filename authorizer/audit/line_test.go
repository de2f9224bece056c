package audit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
)

var noon = time.Date(2026, 11, 22, 13, 0, 0, 123456789, time.FixedZone("CET", 3600))

func write(t testing.TB, line audit.Line) string {
	t.Helper()
	var out bytes.Buffer
	if err := audit.Write(&out, line); err != nil {
		t.Fatalf("Write(%+v) = %v", line, err)
	}
	return out.String()
}

// full has text in every member that takes text from outside.
func full(text string) audit.Line {
	line := audit.Line{Time: noon, Reason: access.ScopeMissing, Claimed: &audit.Claimed{}}
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			field, name := v.Field(i), v.Type().Field(i).Name
			switch {
			case field.Kind() == reflect.Struct && name == "Verified":
				fill(field)
			case field.Kind() == reflect.Pointer:
				fill(field.Elem())
			case field.Kind() == reflect.String && name != "Reason" && name != "Detail":
				field.SetString(text)
			}
		}
	}
	fill(reflect.ValueOf(&line).Elem())
	return line
}

func TestWriteKeepsTheMembersInTheirOrder(t *testing.T) {
	got := write(t, audit.Line{
		Time: noon, DecisionID: "4f0c", Reason: access.ScopeMissing,
		Route: "POST /orders", Method: "POST", Path: "/orders", SourceIP: "203.0.113.7",
		RequestID: "JKJaXmPLvHcESHA=", API: "http", APIID: "abcdef1234", Stage: "$default", Table: "00ff",
		Verified: audit.Verified{
			Issuer: "https://issuer.example.com", Subject: "billing", ClientID: "billing", Scope: "orders/read",
			TokenID: "t-1", KeyID: "k-1", ExpiresAt: 1790000000,
		},
		Missing: []string{"orders/write"}, Unmet: []string{`role "admin"`},
		Claimed: &audit.Claimed{Issuer: "a", Subject: "b", ClientID: "c", KeyID: "d", Algorithm: "e"}, LooksLike: "an ID token",
		Detail: "a fixed phrase",
	})
	want := `{"scopeway":"decision","version":1,"time":"2026-11-22T12:00:00.123456789Z","decision_id":"4f0c","decision":"deny","reason":"scope_missing","status":403,` +
		`"route":"POST /orders","method":"POST","path":"/orders","source_ip":"203.0.113.7","request_id":"JKJaXmPLvHcESHA=","api":"http","api_id":"abcdef1234","stage":"$default","table":"00ff",` +
		`"iss":"https://issuer.example.com","sub":"billing","client_id":"billing","scope":"orders/read","jti":"t-1","kid":"k-1","exp":1790000000,` +
		`"missing":["orders/write"],"unmet":["role \"admin\""],"claimed":{"iss":"a","sub":"b","client_id":"c","kid":"d","alg":"e"},"looks_like":"an ID token","detail":"a fixed phrase"}` + "\n"
	if got != want {
		t.Errorf("Write =\n%swant\n%s", got, want)
	}
}

func TestWriteLeavesOutWhatIsNotKnown(t *testing.T) {
	got := write(t, audit.Line{Time: noon, DecisionID: "4f0c", Reason: access.EventUnreadable, Claimed: &audit.Claimed{}})
	want := `{"scopeway":"decision","version":1,"time":"2026-11-22T12:00:00.123456789Z","decision_id":"4f0c","decision":"error","reason":"event_unreadable","status":500}` + "\n"
	if got != want {
		t.Errorf("Write =\n%swant\n%s", got, want)
	}
}

func TestWriteDerivesTheDecisionFromTheReason(t *testing.T) {
	for _, reason := range append(access.Reasons(), access.Undecided, "no such reason") {
		// What the caller of Write put there does not count.
		got := write(t, audit.Line{Time: noon, Reason: reason, Decision: audit.Allow, Status: 200, Kind: "x", Version: 7})
		want := audit.Deny
		switch reason {
		case access.Allowed, access.PublicRoute:
			want = audit.Allow
		case access.Misconfigured, access.Internal, access.EventUnreadable, access.KeysUnavailable, access.Undecided, "no such reason":
			want = audit.Error
		}
		var line audit.Line
		if err := json.Unmarshal([]byte(got), &line); err != nil {
			t.Fatal(err)
		}
		if line.Decision != want || line.Status != reason.Status() || line.Kind != "decision" || line.Version != 1 {
			t.Errorf("Write of reason %q = %s, want decision %q", reason, got, want)
		}
	}
}

func TestWriteStaysOnOneLineOfPrintingCharacters(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a line break", "a\nb\r", `"a\nb\r"`},
		{"a terminal's escape", "\x1b[2J", `"\u001b[2J"`},
		{"a control character beyond ASCII", "\u009b2J", `"\u009b2J"`},
		{"a delete character", "a\x7f", `"a\u007f"`},
		{"a NUL", "\x00", `"\u0000"`},
		{"a character that turns the writing around", "\u202egro", `"\u202egro"`},
		{"a line separator", "a\u2028b", `"a\u2028b"`},
		{"a character that is not there", "a\u200bb", `"a\u200bb"`},
		{"a filler", "a\u3164b\ufe0fc\u2800\u034f", `"a\u3164b\ufe0fc\u2800\u034f"`},
		{"an invisible character above the first plane", "\U000e0041", `"\udb40\udc41"`},
		{"bytes that are not UTF-8", "a\xffb", `"a\ufffdb"`},
		{"a quotation mark and a backslash", `","decision":"allow\`, `"\",\"decision\":\"allow\\"`},
		{"what HTML would need escaped", "<&>", `"<&>"`},
		{"letters", "Größe 👍", `"Größe 👍"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := write(t, full(c.text))
			if !strings.Contains(strings.ReplaceAll(got, "\ufffd", `\ufffd`), `"path":`+c.want+`,`) {
				t.Errorf("Write = %s, want a path of %s", got, c.want)
			}
			checkLine(t, got)
		})
	}
}

func checkLine(t *testing.T, got string) {
	t.Helper()
	text, found := strings.CutSuffix(got, "\n")
	if !found || !utf8.ValidString(text) {
		t.Errorf("line %q does not end or is not UTF-8", got)
	}
	if i := strings.IndexFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }); i >= 0 {
		t.Errorf("line %q has a character that does not print at %d", got, i)
	}
	var line audit.Line
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		t.Errorf("line %q is not JSON: %v", got, err)
	}
}

func TestWriteCutsEveryStringFromOutside(t *testing.T) {
	got := write(t, full(strings.Repeat("ab€", 100)))
	checkLine(t, got)
	// 256 bytes end within the 52nd euro sign.
	want := `"` + strings.Repeat("ab€", 51) + `a"`
	if n, members := strings.Count(got, want), 22; n != members || strings.Contains(got, want[1:len(want)-1]+"b") {
		t.Errorf("Write cut %d members, want %d: %s", n, members, got)
	}
}

func part(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestWriteShowsNoPartOfATokenWhereverItStands(t *testing.T) {
	header, payload, signature := part(`{"alg":"ES256","kid":"k-1","typ":"at+jwt"}`), part(`{"iss":"https://issuer.example.com","sub":"billing"}`), part(strings.Repeat("\xa7\x13", 32))
	token := header + "." + payload + "." + signature
	for _, c := range []struct{ name, text string }{
		{"alone", token},
		{"behind its scheme", "Bearer " + token},
		{"in a path", "/callback/" + token + "/done"},
		{"in a query that was decoded", "/callback?access_token=" + token + "&x=1"},
		{"behind other parts", "v1.local." + token},
		{"twice", token + "," + token},
		{"without its signature", header + "." + payload},
		{"its header alone", header},
		{"its payload alone", "x." + payload},
		{"cut in its header", token[:24]},
		{"cut in its payload", token[:len(header)+20]},
		{"at the place of the cut", strings.Repeat("p", audit.MaxString-20) + "/" + token},
		{"with spaces in its header", part(`{ "alg" : "ES256" }`) + "." + payload + "." + signature},
		{"with line breaks in its header", part("{\r\n \"alg\":\"ES256\"}") + "." + payload + "." + signature},
		{"with white space before its header", part(" \t\r\n{\"alg\":\"ES256\"}") + "." + payload + "." + signature},
		{"with much white space before its header", part(strings.Repeat(" ", 40)+`{"alg":"ES256"}`) + "." + payload + "." + signature},
		{"with much white space in its header", part("{"+strings.Repeat("\n", 40)+`"alg":"ES256"}`) + "." + payload + "." + signature},
		{"glued to a word", "/jwt_" + token},
		{"glued to a letter", "/x" + token},
		{"glued to a number and a sign", "/1-" + token},
		{"with its dots in escapes", strings.ReplaceAll(token, ".", "%2E")},
		{"with its dots in small escapes", "/a/" + strings.ReplaceAll(token, ".", "%2e") + "/b"},
		{"with its first letter in an escape", "/a/%65" + token[1:]},
		{"with its second letter in an escape", "/a/e%79" + token[2:]},
		{"with a letter of its header in an escape", "/a/" + token[:9] + "%" + hex.EncodeToString([]byte(token[9:10])) + token[10:]},
		{"in escapes as a whole", "/a/" + escaped(token)},
		{"in escapes of escapes", "/a/" + escaped(escaped(token))},
		{"in escapes of escapes of escapes", "/a/" + escaped(escaped(escaped(token[:60])))},
		{"in escapes of escapes, four times", "/a/" + strings.ReplaceAll(token, "e", "%25252565")},
		{"in escapes of escapes, seven times", "/a/%25252525252565" + token[1:]},
		{"with a broken escape before it", "/%zz/%" + token + "%"},
		{"with its first letter escaped twice", "/a/%2565" + token[1:]},
		{"once as it is, once in escapes before that", "/a/%65" + token[1:] + "/" + token},
		{"with a slash between its parts", header + "/" + payload + "/" + signature},
		{"in every word", token + " and " + token + " and " + escaped(token)},
		{"encrypted, in five parts", part(`{"alg":"RSA-OAEP","enc":"A256GCM"}`) + ".OKOawDo13gRp.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := write(t, full(c.text))
			checkLine(t, got)
			if !strings.Contains(got, "[token]") && !strings.Contains(got, strings.Repeat("p", 200)) {
				t.Errorf("Write = %s, want [token]", got)
			}
			if strings.Contains(got, "yJ") || strings.Contains(got, "%65") {
				t.Errorf("Write = %s: shows the beginning of the token", got)
			}
			for i := 0; i+16 <= len(c.text); i++ {
				piece := c.text[i : i+16]
				if strings.Trim(piece, "abcdefghijklmnopqrstuvwxyz /?=_&") != "" && strings.Contains(got, piece) {
					t.Fatalf("Write = %s: shows %q of the token", got, piece)
				}
			}
		})
	}
}

// escaped writes every byte as an escape.
func escaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

func TestWriteKeepsWhatStandsBeforeATokenAndBehindTheNextSpace(t *testing.T) {
	token := part(`{"alg":"ES256"}`) + ".e30.AAAA"
	for text, want := range map[string]string{
		"/callback/" + token + "/done":               "/callback/[token]",
		"sent " + token + " instead of a name":       "sent [token] instead of a name",
		token + "," + token + " " + token:            "[token] [token]",
		"/a%20b/%65" + token[1:] + "?x=1 and so on":  "/a%20b/[token] and so on",
		"a  b  " + strings.Repeat("long enough ", 3): "a  b  " + strings.Repeat("long enough ", 3),
	} {
		if got := write(t, full(text)); !strings.Contains(got, `"path":"`+want+`"`) {
			t.Errorf("Write of %q = %s, want %q", text, got, want)
		}
	}
}

func TestNoTwoCallersLookAlikeBecauseTheirNamesAreMasked(t *testing.T) {
	names := func(sub string) audit.Verified {
		var line audit.Line
		if err := json.Unmarshal([]byte(write(t, audit.Line{Verified: audit.Verified{Subject: sub, ClientID: sub, TokenID: sub}})), &line); err != nil {
			t.Fatal(err)
		}
		return line.Verified
	}
	alice, mallory := names(part(`{"u":"alice","t":1}`)), names(part(`{"u":"mallory","t":1}`))
	if alice.Subject == mallory.Subject || alice.ClientID == mallory.ClientID || alice.TokenID == mallory.TokenID || !strings.HasPrefix(alice.Subject, "[token]~") {
		t.Errorf("two callers are %+v and %+v", alice, mallory)
	}
	if again := names(part(`{"u":"alice","t":1}`)); again != alice {
		t.Errorf("one caller is %+v and %+v", alice, again)
	}
	long := names(strings.Repeat("n", 240) + part(`{"u":"alice","t":1}`))
	if len(long.Subject) != audit.MaxString || !strings.Contains(long.Subject, "~") {
		t.Errorf("a long name is %q", long.Subject)
	}
	if plain := names("billing"); plain.Subject != "billing" {
		t.Errorf("a plain name is %q", plain.Subject)
	}
}

func TestWriteFaultMasksAndCutsItsCause(t *testing.T) {
	token := part(`{"alg":"ES256"}`) + "." + part(`{"sub":"billing"}`) + ".AAAA"
	var out bytes.Buffer
	if err := audit.WriteFault(&out, audit.Fault{Time: noon, Cause: "key set at https://issuer.example.com/" + token + ", answered 500 " + strings.Repeat("x", 2000)}); err != nil {
		t.Fatal(err)
	}
	start := `"cause":"key set at https://issuer.example.com/[token] answered 500 xxx`
	if text := out.String(); !strings.Contains(text, start) || strings.Contains(text, "yJ") || strings.Count(text, "x") > audit.MaxDetail || !strings.Contains(text, strings.Repeat("x", 900)) {
		t.Errorf("WriteFault = %s, want a masked cause of %d bytes", text, audit.MaxDetail)
	}
	checkLine(t, out.String())
}

func TestWriteDoesNotTakeForATokenWhatIsNone(t *testing.T) {
	for _, text := range []string{
		"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E",
		"https://ey-a-very-long-host-name.example.com/",
		"6bu2h5dn9oqd8ngsp1h0h0l3vk",
		"8a4f9c1e-1f2d-4a57-9a55-0d7b3f0c6f5e",
		"/orders/report.2026-11.final.pdf",
		"eyIwfnjJpZXTkq_V0",
		"orders/read orders/write",
		"/orders/eyes%20and%20ears/IDIDIDIDIDIDIDIDIDID",
		"/files/%65yes/100%25/CDCDCDCDCDCDCDCDCDCDCD",
		strings.Repeat("ICDe", 40),
	} {
		if got, want := write(t, full(text)), `"path":"`+text+`"`; !strings.Contains(got, want) {
			t.Errorf("Write = %s, want %s", got, want)
		}
	}
}

func TestWriteDoesNotChangeItsArgument(t *testing.T) {
	claimed := &audit.Claimed{KeyID: strings.Repeat("k", 1000)}
	write(t, audit.Line{Time: noon, Claimed: claimed})
	if len(claimed.KeyID) != 1000 {
		t.Errorf("Write cut its caller's claimed to %d bytes", len(claimed.KeyID))
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteReturnsTheWritersError(t *testing.T) {
	broken := errors.New("no space left")
	if err := audit.Write(brokenWriter{broken}, audit.Line{Time: noon}); !errors.Is(err, broken) {
		t.Errorf("Write to a broken writer = %v, want %v", err, broken)
	}
}

func TestWriteFaultIsAnotherKindOfLine(t *testing.T) {
	var out bytes.Buffer
	if err := audit.WriteFault(&out, audit.Fault{Time: noon, DecisionID: "4f0c", Cause: "table.json, is not there", Stack: []string{"a.go:1", "b.go:2"}}); err != nil {
		t.Fatal(err)
	}
	want := `{"scopeway":"fault","version":1,"time":"2026-11-22T12:00:00.123456789Z","decision_id":"4f0c","cause":"table.json, is not there","stack":["a.go:1","b.go:2"]}` + "\n"
	if out.String() != want {
		t.Errorf("WriteFault =\n%swant\n%s", out.String(), want)
	}
}

func FuzzWrite(f *testing.F) {
	for _, text := range []string{"", "/orders/17", "\xff\u202e\x1b", strings.Repeat("€", 200), part(`{"alg":"none"}`) + ".e30."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkLine(t, write(t, full(text))) })
}

func ExampleWrite() {
	_ = audit.Write(os.Stdout, audit.Line{
		Time: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), DecisionID: "4f0c", Reason: access.TokenMissing,
		Route: "GET /orders/{id}", Method: "GET", Path: "/orders/17", SourceIP: "203.0.113.7",
	})
	// Output: {"scopeway":"decision","version":1,"time":"2026-11-22T12:00:00Z","decision_id":"4f0c","decision":"deny","reason":"token_missing","status":401,"route":"GET /orders/{id}","method":"GET","path":"/orders/17","source_ip":"203.0.113.7"}
}
