package authorizer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
)

// environment is what a function finds when it starts.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// newEnvironment has a task root with the table, and the issuers' identities.
func newEnvironment(t testing.TB, issuers ...*issuer) environment {
	t.Helper()
	root := t.TempDir()
	writeTable(t, root, testTable(t).JSON())
	var list []string
	for n, s := range issuers {
		list = append(list, fmt.Sprintf(`{"name":"Users%d","issuer":%q,"keys":%q,"profile":"rfc9068","algorithms":["ES256","RS256"],`+
			`"audiences":{"orders":"https://orders.example.com"},"clients":["billing"]}`, n, s.URL(), s.front.URL))
	}
	return environment{"LAMBDA_TASK_ROOT": root, "SCOPEWAY_IDENTITIES": identities(list...)}
}

func writeTable(t testing.TB, root string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, "table.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoadReadsTheEnvironmentAndFetchesTheKeysBeforeTheFirstEvent(t *testing.T) {
	issuer := newIssuer(t)
	var out bytes.Buffer
	a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, newEnvironment(t, issuer).get)
	if n := issuer.fetches.Load(); n != 1 || out.Len() > 0 {
		t.Errorf("the start fetched the keys %d times and wrote %q, want one fetch and nothing", n, &out)
	}
	answer, err := a.Handle(t.Context(), request{authorization: "Bearer " + issuer.token()}.event(t))
	if err != nil || !answer.IsAuthorized || issuer.fetches.Load() != 1 {
		t.Errorf("Handle = %+v, %v after %d fetches\n%s", answer, err, issuer.fetches.Load(), &out)
	}
}

func TestLoadWaitsHalfASecondForAllSlowIssuersTogether(t *testing.T) {
	good, slow1, slow2 := newIssuer(t), newIssuer(t), newIssuer(t)
	release := make(chan struct{})
	defer close(release)
	wait := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
	slow1.answer.Store(wait)
	slow2.answer.Store(wait)
	var out bytes.Buffer
	start := time.Now()
	a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, newEnvironment(t, good, slow1, slow2).get)
	if took := time.Since(start); took < 500*time.Millisecond || took > 1500*time.Millisecond {
		t.Errorf("the start took %v, want about 0.5 s", took)
	}
	answer, err := a.Handle(t.Context(), request{authorization: "Bearer " + good.token()}.event(t))
	if err != nil || !answer.IsAuthorized {
		t.Errorf("Handle for the quick issuer = %+v, %v\n%s", answer, err, &out)
	}
}

func TestLoadKeepsGoingWhenTheKeysAreAwayAtTheStart(t *testing.T) {
	issuer := newIssuer(t)
	issuer.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	var out bytes.Buffer
	a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, newEnvironment(t, issuer).get)
	if _, err := a.Handle(t.Context(), request{authorization: "Bearer " + issuer.token()}.event(t)); err == nil {
		t.Error("Handle = nil, want an error")
	}
	line, faults := readOutput(t, out.String())
	if line.Reason != access.KeysUnavailable || len(faults) != 1 || !strings.Contains(faults[0].Cause, `identity "Users0", `) || !strings.Contains(faults[0].Cause, "503") {
		t.Errorf("output = %s, want one fault that names the cause", &out)
	}
}

// misconfigurations are environments that cannot be used, and a piece of the
// fault line that has to say so.
func misconfigurations(t *testing.T, issuer *issuer) map[string]struct {
	environment environment
	want        string
} {
	t.Helper()
	type misconfiguration = struct {
		environment environment
		want        string
	}
	edit := func(change func(e environment)) environment {
		e := newEnvironment(t, issuer)
		change(e)
		return e
	}
	table := func(text string) environment {
		return edit(func(e environment) { writeTable(t, e["LAMBDA_TASK_ROOT"], []byte(text)) })
	}
	trust := func(old, new string) environment {
		return edit(func(e environment) {
			text := strings.Replace(e["SCOPEWAY_IDENTITIES"], old, new, 1)
			if text == e["SCOPEWAY_IDENTITIES"] {
				t.Fatalf("%q is not there", old)
			}
			e["SCOPEWAY_IDENTITIES"] = text
		})
	}
	canonical := string(testTable(t).JSON())
	return map[string]misconfiguration{
		"no task root": {edit(func(e environment) { delete(e, "LAMBDA_TASK_ROOT") }), "LAMBDA_TASK_ROOT is not set"},
		"no table":     {edit(func(e environment) { _ = os.Remove(filepath.Join(e["LAMBDA_TASK_ROOT"], "table.json")) }), "table.json, is not there"},
		"a table that is a folder": {edit(func(e environment) {
			p := filepath.Join(e["LAMBDA_TASK_ROOT"], "table.json")
			_ = os.Remove(p)
			_ = os.Mkdir(p, 0o700)
		}), "table.json, "},
		"an empty table file":       {table(""), "table.json, "},
		"a table that is not JSON":  {table("GET /orders"), "table.json, "},
		"a table cut in half":       {table(canonical[:len(canonical)/2]), "table.json, "},
		"a table of the next age":   {table(strings.Replace(canonical, `"version":1`, `"version":2`, 1)), "version"},
		"a table without routes":    {table(`{"version":1,"routes":{}}`), "table"},
		"a table of nine megabytes": {table(strings.Repeat(" ", 9<<20)), "table.json, is larger than 8 MB"},
		"no identities":             {edit(func(e environment) { delete(e, "SCOPEWAY_IDENTITIES") }), "SCOPEWAY_IDENTITIES, is not set"},
		"an empty list":             {edit(func(e environment) { e["SCOPEWAY_IDENTITIES"] = identities() }), "SCOPEWAY_IDENTITIES, identities, is empty"},
		"identities cut in half":    {edit(func(e environment) { e["SCOPEWAY_IDENTITIES"] = e["SCOPEWAY_IDENTITIES"][:99] }), "SCOPEWAY_IDENTITIES, "},
		"identities of a later age": {trust(`"version":1`, `"version":2`), "SCOPEWAY_IDENTITIES, version, "},
		"an unknown member":         {trust(`"clients"`, `"customers"`), `SCOPEWAY_IDENTITIES, identity 1, "Users0", `},
		"no audience":               {trust(`{"orders":"https://orders.example.com"}`, `{}`), `SCOPEWAY_IDENTITIES, identity 1, "Users0", audiences, is empty`},
		"an algorithm of HMAC":      {trust(`"ES256"`, `"HS256"`), `SCOPEWAY_IDENTITIES, identity 1, "Users0", algorithms, `},
		"keys over plain http":      {trust(issuer.front.URL, "http://issuer.example.com"), `SCOPEWAY_IDENTITIES, identity "Users0", keys, `},
		"keys in a file":            {trust(issuer.front.URL, "file:///etc"), `SCOPEWAY_IDENTITIES, identity "Users0", keys, `},
		"an issuer over plain http": {trust(issuer.URL(), "http://issuer.example.com"), `"Users0"`},
	}
}

func TestLoadReportsOneFaultAndAnswersErrorsWhenTheEnvironmentCannotBeUsed(t *testing.T) {
	issuer := newIssuer(t)
	bearer := "Bearer " + issuer.token()
	raw := request{authorization: bearer}.event(t)
	run := func(name, want string, environment environment) {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, environment.get)
			if text := out.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, `"scopeway":"fault"`) || !strings.Contains(strings.ReplaceAll(text, `\"`, `"`), want) {
				t.Errorf("the start wrote %q, want one fault with %q", text, want)
			}
			for _, event := range [][]byte{raw, []byte("garbage")} {
				out.Reset()
				answer, err := a.Handle(t.Context(), event)
				line, faults := readOutput(t, out.String())
				o := outcome{answer: answer, err: err, line: line, faults: faults, output: out.String()}
				o.check(t, access.Misconfigured)
				o.checkNoToken(t, bearer)
			}
		})
	}
	others := misconfigurations(t, issuer)
	for name, c := range others {
		if strings.HasPrefix(c.want, "SCOPEWAY_IDENTITIES") {
			run(name, c.want, c.environment)
			delete(others, name)
		}
	}
	if n := issuer.fetches.Load(); n != 0 {
		t.Errorf("keys were fetched %d times, and nobody is trusted", n)
	}
	// Keys are fetched while the table is read.
	for name, c := range others {
		run(name, c.want, c.environment)
	}
}

func TestLoadTurnsAPanicIntoAFaultAndErrors(t *testing.T) {
	var out bytes.Buffer
	a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, func(string) string { panic("a value nobody may see") })
	if text := out.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, `"cause":"panic of type string"`) || strings.Contains(text, "nobody") {
		t.Errorf("the start wrote %q, want one fault without the panic's value", text)
	}
	out.Reset()
	if _, err := a.Handle(t.Context(), request{}.event(t)); err == nil {
		t.Error("Handle = nil, want an error")
	}
	if line, _ := readOutput(t, out.String()); line.Reason != access.Misconfigured {
		t.Errorf("reason = %q, want %q", line.Reason, access.Misconfigured)
	}
}

func TestInvokeWritesTheAnswerAsTheGatewayReadsIt(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	text, err := s.Invoke(t.Context(), request{authorization: "Bearer " + issuer.token(claim("sub", "<a&b>"))}.event(t))
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		IsAuthorized bool           `json:"isAuthorized"`
		Context      map[string]any `json:"context"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	if _, isNumber := answer.Context["exp"].(float64); !answer.IsAuthorized || len(answer.Context) != 8 || !isNumber || !strings.Contains(string(text), `"sub":"<a&b>"`) {
		t.Errorf("Invoke = %s", text)
	}
	text, err = s.Invoke(t.Context(), request{}.event(t))
	if err != nil || !strings.HasPrefix(string(text), `{"isAuthorized":false,"context":{"decision_id":"`) {
		t.Errorf("Invoke = %s, %v", text, err)
	}
	if text, err = s.Invoke(t.Context(), []byte("garbage")); err == nil || text != nil {
		t.Errorf("Invoke of garbage = %s, %v, want an error", text, err)
	}
}
