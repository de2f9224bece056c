package calls

import (
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
)

// good is a call that was let through, the audit line of it, and what the
// backend answered.
func good() (call, audit.Line, string) {
	c := call{to: api{id: "a1"}, method: "GET", path: "/orders/7", route: "GET /orders/{id}",
		status: 200, reason: access.Allowed, clientID: "c1"}
	line := audit.Line{
		Kind: "decision", Time: time.Unix(1, 0), DecisionID: "d1", Reason: access.Allowed, Status: 200,
		Route: "GET /orders/{id}", Method: "GET", Path: "/orders/7", SourceIP: "127.0.0.1", RequestID: "r1", APIID: "a1", Table: "t1",
		Verified: audit.Verified{Issuer: "i", Subject: "s", ClientID: "c1", Scope: "orders/read", ExpiresAt: 9},
	}
	body := `{"route":"GET /orders/{id}","caller":{"client_id":"c1","sub":"s","iss":"i","scope":"orders/read","table":"t1","exp":9,"decision_id":"d1"}}`
	return c, line, body
}

func TestAGoodAnswerPasses(t *testing.T) {
	c, line, body := good()
	if err := c.checkLine(line); err != nil {
		t.Errorf("checkLine = %v, want nil", err)
	}
	w := &World{lines: []audit.Line{line}}
	if err := w.checkBackend(c, []byte(body), w.lines); err != nil {
		t.Errorf("checkBackend = %v, want nil", err)
	}
	if err := w.checkBackend(c, []byte(body), nil); err != nil {
		t.Errorf("checkBackend from the cache = %v, want nil", err)
	}
}

func TestAnAuditLineThatDiffersIsFound(t *testing.T) {
	for name, change := range map[string]func(*audit.Line){
		"route":       func(l *audit.Line) { l.Route = "POST /orders" },
		"method":      func(l *audit.Line) { l.Method = "POST" },
		"path":        func(l *audit.Line) { l.Path = "/orders/8" },
		"api_id":      func(l *audit.Line) { l.APIID = "a2" },
		"source_ip":   func(l *audit.Line) { l.SourceIP = "" },
		"decision id": func(l *audit.Line) { l.DecisionID = "" },
		"table":       func(l *audit.Line) { l.Table = "" },
		"status":      func(l *audit.Line) { l.Status = 403 },
		"client_id":   func(l *audit.Line) { l.ClientID = "" },
		"claims":      func(l *audit.Line) { l.Claimed = &audit.Claimed{} },
		"missing":     func(l *audit.Line) { l.Missing = []string{"orders/read"} },
	} {
		c, line, _ := good()
		change(&line)
		if err := c.checkLine(line); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("checkLine with another %s = %v, want an error that names it", name, err)
		}
	}
}

func TestABackendThatWasToldSomethingElseIsFound(t *testing.T) {
	for name, change := range map[string]struct{ from, to string }{
		"another route":    {`"GET /orders/{id}"`, `"POST /orders"`},
		"another client":   {`"client_id":"c1"`, `"client_id":"c2"`},
		"another subject":  {`"sub":"s"`, `"sub":"x"`},
		"another issuer":   {`"iss":"i"`, `"iss":"x"`},
		"more scope":       {`orders/read"`, `orders/read orders/write"`},
		"another table":    {`"t1"`, `"t2"`},
		"another expiry":   {`"exp":9`, `"exp":10`},
		"another decision": {`"d1"`, `"d2"`},
		"nobody":           {`"client_id"`, `"id"`},
		"no JSON":          {`{"route"`, `<`},
	} {
		c, line, body := good()
		w := &World{lines: []audit.Line{line}}
		if err := w.checkBackend(c, []byte(strings.Replace(body, change.from, change.to, 1)), w.lines); err == nil {
			t.Errorf("checkBackend of %s = nil, want an error", name)
		}
	}
}

func TestACallerOnAPublicRouteIsFound(t *testing.T) {
	c, _, body := good()
	c.clientID = ""
	if err := new(World).checkBackend(c, []byte(body), nil); err == nil {
		t.Error("checkBackend = nil, want an error")
	}
}

func TestABodyIsComparedWhole(t *testing.T) {
	c := call{route: "GET /menu", status: 200, body: menu}
	if err := new(World).checkBackend(c, []byte(menu), nil); err != nil {
		t.Errorf("checkBackend of the menu = %v, want nil", err)
	}
	if err := new(World).checkBackend(c, []byte(`{"route":"GET /menu","caller":null}`), nil); err == nil {
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

func TestAnOutcomeTellsWhetherTheAuthorizerWasAsked(t *testing.T) {
	if got := outcome(401, access.Undecided); got != "401, not asked" {
		t.Errorf("outcome = %q", got)
	}
	if got := outcome(403, access.ScopeMissing); got != "403, scope_missing" {
		t.Errorf("outcome = %q", got)
	}
}
