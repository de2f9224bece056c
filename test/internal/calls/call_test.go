package calls

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// good is a call that was let through by an API, the audit line of it, and what
// the backend answered.
func good(to api) (call, audit.Line, string) {
	c := call{to: both, method: "GET", path: "/orders/7", route: "GET /orders/{id}", reason: access.Allowed, clientID: "c1"}
	line := audit.Line{
		Kind: "decision", Time: time.Unix(1, 0), DecisionID: "d1", Reason: access.Allowed, Status: 200, API: to.kind(), APIID: to.id,
		Route: "GET /orders/{id}", Method: "GET", Path: "/orders/7", SourceIP: "127.0.0.1", RequestID: "r1", Table: "t1",
		Verified: audit.Verified{Issuer: "i", Subject: "s", ClientID: "c1", Scope: "orders/read", ExpiresAt: 9},
	}
	return c, line, backendBody(to, callerjson.Caller{Subject: "s", ClientID: "c1", Issuer: "i", Scope: "orders/read", Table: "t1", ExpiresAt: 9, DecisionID: "d1"})
}

// backendBody is what a backend answers that was told of the caller.
func backendBody(to api, who callerjson.Caller) string {
	text, err := callerjson.Encode(who)
	if err != nil {
		panic(err)
	}
	exp := `9`
	if to.isREST() {
		exp = `"9"`
	}
	return fmt.Sprintf(`{"route":"GET /orders/{id}","caller":{"client_id":%q,"sub":%q,"iss":%q,"scope":%q,"table":%q,"exp":%s,"decision_id":%q,"caller":%q}}`,
		who.ClientID, who.Subject, who.Issuer, who.Scope, who.Table, exp, who.DecisionID, text)
}

func TestAGoodAnswerPasses(t *testing.T) {
	for _, to := range []api{both.http, both.rest} {
		c, line, body := good(to)
		if err := c.checkLine(to, line); err != nil {
			t.Errorf("checkLine = %v, want nil", err)
		}
		w := &World{lines: []audit.Line{line}}
		if err := w.checkBackend(c, to, []byte(body), w.lines); err != nil {
			t.Errorf("checkBackend = %v, want nil", err)
		}
		if err := w.checkBackend(c, to, []byte(body), nil); err != nil {
			t.Errorf("checkBackend from the cache = %v, want nil", err)
		}
	}
}

func TestAnAuditLineThatDiffersIsFound(t *testing.T) {
	for name, change := range map[string]func(*audit.Line){
		"reason":      func(l *audit.Line) { l.Reason = access.ScopeMissing },
		"route":       func(l *audit.Line) { l.Route = "POST /orders" },
		"method":      func(l *audit.Line) { l.Method = "POST" },
		"path":        func(l *audit.Line) { l.Path = "/orders/8" },
		"api ":        func(l *audit.Line) { l.API = "rest" },
		"api_id":      func(l *audit.Line) { l.APIID = "a2" },
		"source_ip":   func(l *audit.Line) { l.SourceIP = "" },
		"decision id": func(l *audit.Line) { l.DecisionID = "" },
		"table":       func(l *audit.Line) { l.Table = "" },
		"status":      func(l *audit.Line) { l.Status = 403 },
		"client_id":   func(l *audit.Line) { l.ClientID = "" },
		"claims":      func(l *audit.Line) { l.Claimed = &audit.Claimed{} },
		"missing":     func(l *audit.Line) { l.Missing = []string{"orders/read"} },
	} {
		c, line, _ := good(both.http)
		change(&line)
		if err := c.checkLine(both.http, line); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("checkLine with another %s = %v, want an error that names it", name, err)
		}
	}
}

func TestABackendThatWasToldSomethingElseIsFound(t *testing.T) {
	for name, change := range map[string]func(*callerjson.Caller){
		"another client":   func(c *callerjson.Caller) { c.ClientID = "c2" },
		"another subject":  func(c *callerjson.Caller) { c.Subject = "x" },
		"another issuer":   func(c *callerjson.Caller) { c.Issuer = "x" },
		"more scope":       func(c *callerjson.Caller) { c.Scope = "orders/read orders/write" },
		"another table":    func(c *callerjson.Caller) { c.Table = "t2" },
		"another expiry":   func(c *callerjson.Caller) { c.ExpiresAt = 10 },
		"another decision": func(c *callerjson.Caller) { c.DecisionID = "d2" },
		"nobody":           func(c *callerjson.Caller) { c.ClientID = "" },
	} {
		for _, to := range []api{both.http, both.rest} {
			c, line, _ := good(to)
			who := callerjson.Caller{Subject: "s", ClientID: "c1", Issuer: "i", Scope: "orders/read", Table: "t1", ExpiresAt: 9, DecisionID: "d1"}
			change(&who)
			w := &World{lines: []audit.Line{line}}
			if err := w.checkBackend(c, to, []byte(backendBody(to, who)), w.lines); err == nil {
				t.Errorf("checkBackend of %s = nil, want an error", name)
			}
		}
	}
	for name, change := range map[string]struct{ from, to string }{
		"another route":           {`"GET /orders/{id}"`, `"POST /orders"`},
		"two tales of the client": {`"client_id":"c1"`, `"client_id":"c2"`},
		"no caller":               {`"caller":{`, `"other":{`},
		"no JSON":                 {`{"route"`, `<`},
	} {
		c, line, body := good(both.http)
		w := &World{lines: []audit.Line{line}}
		if err := w.checkBackend(c, both.http, []byte(strings.Replace(body, change.from, change.to, 1)), w.lines); err == nil {
			t.Errorf("checkBackend of %s = nil, want an error", name)
		}
	}
}

func TestACallerOnAPublicRouteIsFound(t *testing.T) {
	c, _, body := good(both.http)
	c.clientID = ""
	if err := new(World).checkBackend(c, both.http, []byte(body), nil); err == nil {
		t.Error("checkBackend = nil, want an error")
	}
}

func TestABodyIsComparedWhole(t *testing.T) {
	c := call{route: "GET /menu", status: 200, body: menu}
	if err := new(World).checkBackend(c, both.http, []byte(menu), nil); err != nil {
		t.Errorf("checkBackend of the menu = %v, want nil", err)
	}
	if err := new(World).checkBackend(c, both.http, []byte(`{"route":"GET /menu","caller":null}`), nil); err == nil {
		t.Error("checkBackend of another body = nil, want an error")
	}
}

func TestOnlyAuditLinesAndTheRuntimesOwnMayStandInTheLog(t *testing.T) {
	lines, err := parseLines([]string{
		"START RequestId: 1", `{"scopeway":"decision","decision_id":"d1"}`, "END RequestId: 1", "REPORT RequestId: 1",
		`2026/11/22 22:16:36 {"errorMessage":"Unauthorized","errorType":"errorString"}`,
	})
	if err != nil || len(lines) != 1 || lines[0].DecisionID != "d1" {
		t.Errorf("parseLines = %v, %v, want the one line", lines, err)
	}
	for _, message := range []string{"", "panic: oh", `{"scopeway":"fault"}`, `{}`, `{"scopeway":"decision"`,
		`2026/11/22 22:16:36 {"errorMessage":"internal error","errorType":"errorString"}`,
		`{"errorMessage":"Unauthorized","errorType":"errorString"}`} {
		if _, err := parseLines([]string{message}); err == nil {
			t.Errorf("parseLines(%q) = nil, want an error", message)
		}
	}
}
