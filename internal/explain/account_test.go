package explain

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/issuertest"
)

func TestTheChecksAreAllReasonsInTheirOrder(t *testing.T) {
	var got []access.Reason
	for _, c := range checks {
		got = append(got, c.reasons...)
	}
	var want []access.Reason
	for _, reason := range access.Reasons() {
		if reason.Status() != 200 {
			want = append(want, reason)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("checks = %q, want %q", got, want)
	}
	for _, reason := range want {
		if changes[reason] == "" {
			t.Errorf("nothing says what to change for %s", reason)
		}
	}
}

// TestEachRefusalIsTold goes through every reason that a request can be refused
// for. The step that failed and what it got are told, what comes before has
// passed, what comes after was not looked at.
func TestEachRefusalIsTold(t *testing.T) {
	s := newShop(t)
	good := issuertest.Claims{"scope": "orders/read"}
	claims := func(name string, value any) string { return s.issuer.Token(issuertest.Claims{name: value}) }
	get := "GET /orders/{id}"
	basic := "Basic eA=="
	for _, c := range []struct {
		request Request
		reason  access.Reason
		check   string
		got     string
	}{
		{bearer("GET /nowhere", s.issuer.Token(good)), access.RouteUnknown, "route", `"GET /nowhere"`},
		{at(bearer(get, s.issuer.Token(good)), "/orders//7"), access.PathNotCanonical, "path", `"/orders//7": the path has an empty segment`},
		{Request{Route: get}, access.TokenMissing, "authorization", "there is no Authorization header"},
		{Request{Route: get, Authorization: &basic}, access.CredentialsMalformed, "authorization", "scheme is not Bearer"},
		{bearer(get, strings.Repeat("x", 8193)), access.TokenTooLarge, "size", "8193 bytes"},
		{bearer(get, "a.b.c.d.e"), access.TokenEncrypted, "form", "five parts"},
		{bearer(get, "opaque"), access.TokenMalformed, "form", "three parts"},
		{bearer(get, s.issuer.Sign(issuertest.Token{Header: issuertest.Header{"crit": []string{"x"}}})), access.HeaderRefused, "header", "crit"},
		{bearer(get, claims("iss", s.issuer.URL()+"/")), access.IssuerUnknown, "issuer", `iss "` + s.issuer.URL() + `/"`},
		{bearer(get, claims("iss", nil)), access.IssuerUnknown, "issuer", "iss none"},
		{bearer(get, s.issuer.Sign(issuertest.Token{Algorithm: "EdDSA"})), access.AlgorithmRefused, "algorithm", `alg "EdDSA"`},
		{bearer(get, s.issuer.IDToken(nil)), access.TypeRefused, "type", `typ "JWT": typ is not at+jwt`},
		{bearer(get, claims("nonce", "x")), access.TypeRefused, "type", `typ "at+jwt": the token has a claim of ID tokens`},
		{bearer(get, claims("cnf", map[string]string{"jkt": "x"})), access.TokenBound, "binding", "cnf"},
		{bearer(get, claims("exp", "tomorrow")), access.ClaimMalformed, "claims", "exp is missing or not a plain number"},
		{bearer(get, s.issuer.WrongAudience(nil)), access.AudienceRefused, "audience", `aud "https://elsewhere.example"`},
		{bearer(get, claims("client_id", "other")), access.ClientUnknown, "client", `client_id "other"`},
		{bearer(get, s.issuer.Expired(nil)), access.TokenExpired, "time", "1 hour ago"},
		{bearer(get, s.issuer.NotYetValid(nil)), access.TokenNotYetValid, "time", "nbf "},
		{bearer(get, s.issuer.UnknownKey(nil)), access.KeyUnknown, "key", `kid "unknown-`},
		{bearer(get, s.issuer.Sign(issuertest.Token{UnknownKey: true, Header: issuertest.Header{"kid": s.issuer.KeyID()}})), access.SignatureInvalid, "signature", "the signature is not the key's"},
		{bearer(get, s.issuer.Token(nil)), access.ScopeMissing, "scopes", `scope none, lacking: orders/read`},
		{bearer("GET /orders", claims("scope", "orders/write")), access.ClaimUnmet, "rule", `member of "staff"`},
		{bearer("ANY /orders", s.issuer.Token(issuertest.Claims{"scope": "orders/write"})), access.ClaimUnmet, "rule", `member of "staff"`},
	} {
		t.Run(string(c.reason), func(t *testing.T) {
			account, err := s.explainer(t).Account(context.Background(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			if account.Reason != c.reason {
				t.Fatalf("reason = %s, want %s", account.Reason, c.reason)
			}
			n := slices.IndexFunc(account.Steps, func(s Step) bool { return s.Outcome == Failed })
			if n < 0 {
				t.Fatalf("no step failed: %+v", account.Steps)
			}
			for i, step := range account.Steps {
				switch {
				case i < n && (step.Outcome != Passed || step.Wanted == "" || step.Change != ""),
					i > n && step != (Step{Check: step.Check, Outcome: NotLookedAt}),
					len(account.Steps) != len(checks):
					t.Errorf("step %d of %d, and %d failed: %+v", i, len(checks), n, step)
				}
			}
			failed := account.Steps[n]
			if failed.Check != c.check || !strings.Contains(failed.Got, c.got) || failed.Wanted == "" || failed.Change == "" {
				t.Errorf("the step that failed = %+v, want %s, got %s", failed, c.check, c.got)
			}
			text, err := json.Marshal(account)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{string(text), account.Text(false), account.Text(true)} {
				if c.request.Authorization != nil && repeats(text, strings.TrimPrefix(*c.request.Authorization, "Bearer ")) {
					t.Errorf("it repeats the token:\n%s", text)
				}
			}
			if !strings.Contains(account.Text(false), "✗ "+c.check) {
				t.Errorf("the text has no cross at %s:\n%s", c.check, account.Text(false))
			}
		})
	}
}

func TestACallerWhoDoesNotFitIntoAHeaderFailsAtTheEnd(t *testing.T) {
	s := newShop(t)
	groups := []string{}
	var rules []access.Rule
	for i := range 200 {
		groups = append(groups, strings.Repeat("g", 60)+string(rune('a'+i/26))+string(rune('a'+i%26)))
		rules = append(rules, access.MemberOf(groups[i]))
	}
	table, err := access.Compile(access.Declaration{Route: "GET /", Rule: access.Any(rules[0], rules[1:]...)})
	if err != nil {
		t.Fatal(err)
	}
	s.config.Table = table
	// The token itself has to be short enough: some of the groups are.
	account, err := s.explainer(t).Account(context.Background(), bearer("GET /", s.issuer.Token(issuertest.Claims{"groups": groups[:80]})))
	if err != nil {
		t.Fatal(err)
	}
	if account.Reason != access.ClaimMalformed {
		t.Fatalf("reason = %s (%s), want that the caller is too long", account.Reason, account.Detail)
	}
	if last := account.Steps[len(account.Steps)-1]; last.Outcome != Failed || last.Check != "backend" || !strings.Contains(last.Change, "fewer or shorter") {
		t.Errorf("the last step = %+v, want it to have failed", last)
	}
}

func TestNothingOfATokenIsShownThatAnAuditLineWouldMask(t *testing.T) {
	s := newShop(t)
	inner := s.issuer.Token(nil)
	secret := strings.Repeat("s", 300)
	for name, claims := range map[string]issuertest.Claims{
		"a token as the issuer":    {"iss": inner},
		"a token in the scope":     {"scope": inner, "exp": 1},
		"a token as the audience":  {"aud": []string{inner}},
		"a token as the client":    {"client_id": inner[:200]},
		"a long subject":           {"sub": secret},
		"a claim of another name":  {"password": secret[:64] + "x", "exp": 1},
		"a line break in a claim":  {"client_id": "a\nallowed: allowed"},
		"a cursor move in a claim": {"client_id": "a\x1b[2Jb"},
	} {
		t.Run(name, func(t *testing.T) {
			raw := s.issuer.Token(claims)
			account, err := s.explainer(t).Account(context.Background(), bearer("GET /orders/{id}", raw))
			if err != nil {
				t.Fatal(err)
			}
			encoded, _ := json.Marshal(account)
			text := account.Text(false) + string(encoded)
			if account.Decision != audit.Deny || repeats(text, raw) || repeats(text, inner) || strings.Contains(text, secret[:140]) ||
				strings.Contains(text, secret[:64]+"x") || strings.Contains(text, "\nallowed") || strings.Contains(text, "\x1b") {
				t.Errorf("%s shows too much:\n%s", account.Reason, text)
			}
		})
	}
}

func TestTheTextIsForTheKindOfAPI(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct {
		kind event.Kind
		path string
		want string
	}{
		{event.HTTP, "/orders/7", "denied: token_missing (status 401, from the HTTP API itself)\n"},
		{event.REST, "/orders/7", "denied: token_missing (a REST API answers 401)\n"},
		{event.HTTP, "/orders/7/", "denied: path_not_canonical (status 401; an HTTP API answers 500)\n"},
		{event.REST, "/orders/../7", "denied: path_not_canonical (a REST API answers 401)\n"},
	} {
		s.config.Kind = c.kind
		account, err := s.explainer(t).Account(context.Background(), at(Request{Route: "GET /orders/{id}"}, c.path))
		if err != nil || !strings.HasPrefix(account.Text(false), c.want) {
			t.Errorf("%s %s = %v\n%s, want it to begin with %q", c.kind, c.path, err, account.Text(false), c.want)
		}
		if coloured := account.Text(true); !strings.HasPrefix(coloured, "\x1b[1;31mdenied\x1b[0m: ") || !strings.Contains(coloured, "\x1b[31m✗\x1b[0m") {
			t.Errorf("in colour it is %q", coloured)
		}
	}
}

func TestTimesAreToldAsPeopleTellThem(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, d := range map[string]time.Duration{
		"2030-01-02T03:04:05Z, now":           0,
		"2030-01-02T03:04:04Z, 1 second ago":  -time.Second,
		"2030-01-02T03:02:05Z, 2 minutes ago": -2 * time.Minute,
		"2030-01-02T02:04:05Z, 1 hour ago":    -time.Hour,
		"2029-12-30T03:04:05Z, 3 days ago":    -72 * time.Hour,
		"2030-01-02T03:05:04Z, in 59 seconds": 59 * time.Second,
		"2030-01-03T03:04:04Z, in 23 hours":   24*time.Hour - time.Second,
		"2030-01-03T03:04:05Z, in 1 day":      24 * time.Hour,
	} {
		if got := moment(now.Add(d).Unix(), now); got != want {
			t.Errorf("moment(%v) = %q, want %q", d, got, want)
		}
	}
	// Further away than a Duration reaches.
	if got := moment(253402300799, now); got != "9999-12-31T23:59:59Z, in 2910980 days" {
		t.Errorf("moment = %q", got)
	}
	if got := moment(0, now); got != "none" {
		t.Errorf("no moment = %q", got)
	}
}
