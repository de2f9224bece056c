package explain

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestTheDocumentShowsEveryCheckAndMember(t *testing.T) {
	text, err := os.ReadFile("../../docs/explain.md")
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, c := range checks {
		n := strings.Index(string(text)[at:], " "+c.name+" ")
		if n < 0 {
			t.Fatalf("docs/explain.md lacks %q, or has it elsewhere", c.name)
		}
		at += n
	}
	// An answer with every member, as the document lists them.
	full := Answer{Decision: "x", Status: 1, Reason: "x", Detail: "x", Error: "x", API: "x", Route: "x", Path: "x", Table: "x", Missing: []string{"x"}, Unmet: []string{"x"}}
	full.Issuer, full.Subject, full.ClientID, full.Scope, full.TokenID, full.KeyID, full.ExpiresAt = "x", "x", "x", "x", "x", "x", 1
	encoded, err := encode(full)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	_, list, _ := strings.Cut(string(text), "always in this order")
	at, depth := 0, 0
	for decoder.More() || depth > 0 {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		switch name := token.(type) {
		case json.Delim:
			if name == '[' || name == '{' {
				depth++
			} else {
				depth--
			}
		case string:
			if name == "x" {
				continue
			}
			n := strings.Index(list[at:], "`"+name+"`")
			if n < 0 {
				t.Errorf("docs/explain.md does not list %q, or in another place", name)
				continue
			}
			at += n
		}
	}
}
