package scripts

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/scopeway/scopeway/issuertest"
)

// makeToken writes a token of a kind (good, expired, early, id, elsewhere,
// stranger) to a file, with claims changed:
//
//	token good FILE '{"scope":"orders/read"}'
func makeToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: token KIND FILE [CLAIMS]")
	}
	claims := issuertest.Claims{}
	if len(args) == 3 {
		ts.Check(json.Unmarshal([]byte(args[2]), &claims))
	}
	issuer := ts.Value(issuerKey{}).(*issuertest.Issuer)
	make, known := map[string]func(issuertest.Claims) string{
		"good": issuer.Token, "expired": issuer.Expired, "early": issuer.NotYetValid,
		"id": issuer.IDToken, "elsewhere": issuer.WrongAudience, "stranger": issuer.UnknownKey,
	}[args[0]]
	if !known {
		ts.Fatalf("no such kind of token: %q", args[0])
	}
	token := make(claims)
	tokens := ts.Value(tokensKey{}).(*[]string)
	*tokens = append(*tokens, token)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(token+"\n"), 0o600))
}

// fill puts the token of each file, or the variable, of a NAME in the place of
// @NAME@ in a file.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fill FILE NAME…")
	}
	text := ts.ReadFile(args[0])
	for _, name := range args[1:] {
		value := ts.Getenv(name)
		if value == "" {
			value = strings.TrimSpace(ts.ReadFile(name))
		}
		text = strings.ReplaceAll(text, "@"+name+"@", value)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// exits runs the command with a file as standard input and checks its exit code;
// what it prints goes to the files out and err:
//
//	exits 1 token scopeway explain …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: exits CODE STDIN-FILE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var out, stderr bytes.Buffer
	path := args[2]
	if path == "scopeway" {
		path = bin + "/scopeway"
	}
	command := exec.Command(path, args[3:]...)
	command.Dir, command.Env = ts.MkAbs("."), []string{"HOME=" + ts.Getenv("HOME"), "TERM=xterm"}
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(ts.ReadFile(args[1])), &out, &stderr
	err = command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	ts.Logf("[out]\n%s[err]\n%s", out.String(), stderr.String())
	ts.Check(os.WriteFile(ts.MkAbs("out"), out.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), stderr.Bytes(), 0o600))
	if got := command.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	silent(ts, false, nil)
}

// misplaced runs explain with a new token as the value of a flag, or as an
// argument, and checks that it is refused and not repeated.
func misplaced(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: misplaced [FLAG]")
	}
	makeToken(ts, false, []string{"good", "misplaced"})
	token := strings.TrimSpace(ts.ReadFile("misplaced"))
	command := []string{"2", "misplaced", "scopeway", "explain"}
	for _, given := range [][]string{{"--identity", "identity.json"}, {"--table", "table.json"}, {"--keys", "jwks.json"}} {
		if len(args) == 0 || args[0] != given[0] {
			command = append(command, given...)
		}
	}
	exits(ts, false, append(append(command, args...), token))
	if out := ts.ReadFile("out"); out != "" {
		ts.Fatalf("it answered: %s", out)
	}
}

// silent fails if the files out or err hold any part of a token that was made, or
// what moves a terminal's cursor.
func silent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: silent")
	}
	for _, name := range []string{"out", "err"} {
		text := ts.ReadFile(name)
		if strings.Contains(text, "\x1b") {
			ts.Fatalf("%s has an escape sequence and is no terminal", name)
		}
		for _, token := range *ts.Value(tokensKey{}).(*[]string) {
			for _, part := range strings.Split(token, ".") {
				// Any sixteen characters would be too many.
				for at := 0; at+16 <= len(part); at += 8 {
					if strings.Contains(text, part[at:at+16]) {
						ts.Fatalf("%s repeats a part of a token", name)
					}
				}
			}
		}
	}
}

// offline stops the issuer.
func offline(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: offline")
	}
	ts.Value(issuerKey{}).(*issuertest.Issuer).Close()
}
