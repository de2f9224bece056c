package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/internal/explain"
)

// What the command does with tokens is shown by the scripts in test/scripts.

const (
	explainTable    = `{"version":1,"routes":{"GET /menu":{"public":"a menu"},"GET /orders":{"signedIn":true}}}`
	explainIdentity = `{"version":1,"identities":[{"name":"Shop/Users","id":"Users","issuer":"https://issuer.example","keys":"https://issuer.example/jwks",` +
		`"profile":"rfc9068","algorithms":["ES256"],"audiences":{"orders":"orders"},"anyClient":true}]}`
)

// explainFiles writes a table and an identity and returns the flags for them.
func explainFiles(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"table.json": explainTable + "\n", "identity.json": explainIdentity} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"-table", filepath.Join(dir, "table.json"), "-identity", filepath.Join(dir, "identity.json")}
}

func TestExplainExitsWithTheWorstAnswer(t *testing.T) {
	files := explainFiles(t)
	for name, c := range map[string]struct {
		in    string
		flags []string
		want  int
	}{
		"all allowed":             {"{\"route\":\"GET /menu\"}\n", nil, 0},
		"one denied":              {"{\"route\":\"GET /orders\"}\n{\"route\":\"GET /menu\"}\n", nil, 1},
		"one that is no request":  {"{\"route\":\"GET /orders\"}\nx\n", nil, 2},
		"no request":              {"", nil, 2},
		"one token, allowed":      {"", []string{"-route", "GET /menu"}, 0},
		"one token, denied":       {"opaque\n", []string{"-route", "GET /orders"}, 1},
		"one token, no route":     {"opaque\n", []string{"-route", "orders"}, 2},
		"one token that is large": {strings.Repeat("x", explain.MaxLine+1), []string{"-route", "GET /orders"}, 2},
		"an unknown flag":         {"", []string{"-verbose"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := explainFrom(strings.NewReader(c.in), append(c.flags, files...), &out)
			got := 0
			if err != nil {
				got = exitCode(err)
			}
			if got != c.want {
				t.Errorf("explain = %v, exit code %d, want %d\n%s", err, got, c.want, out.String())
			}
		})
	}
	if got := exitCode(errors.New("of another command")); got != 1 {
		t.Errorf("exit code = %d, want 1", got)
	}
}

func TestExplainRefusesFilesThatAreTooLarge(t *testing.T) {
	files := explainFiles(t)
	if err := os.WriteFile(files[3], bytes.Repeat([]byte(" "), maxIdentity+1), 0o600); err != nil {
		t.Fatal(err)
	}
	err := explainFrom(strings.NewReader(""), files, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "-identity, it is too large") || exitCode(err) != 2 {
		t.Errorf("explain = %v", err)
	}
}

func TestTheTokenMayHaveItsSchemeBeforeIt(t *testing.T) {
	for text, want := range map[string]string{
		"a.b.c":          "Bearer a.b.c",
		"a.b.c\n":        "Bearer a.b.c",
		"a.b.c\r\n":      "Bearer a.b.c",
		"Bearer a.b.c\n": "Bearer a.b.c",
		"bearer a.b.c":   "bearer a.b.c",
		"a.b.c\n\n":      "Bearer a.b.c",
		" a.b.c ":        "Bearer a.b.c",
		"Bearer":         "Bearer Bearer",
	} {
		if got, err := authorization(text); err != nil || got == nil || *got != want {
			t.Errorf("authorization(%q) = %v, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "\n", "\r\n"} {
		if got, err := authorization(text); got != nil || err != nil {
			t.Errorf("authorization(%q) = %v, %v, want no header", text, got, err)
		}
	}
}

func TestWhatAFileHasMadeOfATokenIsNoToken(t *testing.T) {
	for text, want := range map[string]string{
		"\uFEFFa.b.c":               "byte order mark",
		"\xff\xfea\x00.\x00b\x00":   "zero bytes",
		"\"a.b.c\"\n":               "it is JSON",
		`{"access_token":"a.b.c"}`:  "it is JSON",
		`{"route":"GET /"}`:         "requests on lines go without -route",
		"Authorization: Bearer a.b": "it is a header",
		"authorization:a.b.c":       "it is a header",
		"a.b\n.c":                   "white space",
		"a.b.c\na.b.c":              "white space",
		"DPoP a.b.c":                "white space",
		"Bearer  a.b.c":             "white space",
		"Bearer a.b.c x\n":          "white space",
	} {
		got, err := authorization(text)
		if err == nil || got != nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "a.b") {
			t.Errorf("authorization(%q) = %v, %v, want the error %q", text, got, err, want)
		}
	}
}

func TestAKeySetIsAnIdentitysOrAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run=3.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	identities := []authorizer.Identity{{Name: "Shop/Users", ID: "Users"}, {Name: "Shop/Users=2"}}
	for value, want := range map[string][2]string{
		"jwks.json":              {"", "jwks.json"},
		"Users=jwks.json":        {"Users", "jwks.json"},
		"Shop/Users=jwks.json":   {"Shop/Users", "jwks.json"},
		"Shop/Users=2=jwks.json": {"Shop/Users=2", "jwks.json"},
		"Users=a=b/jwks.json":    {"Users", "a=b/jwks.json"},
		file:                     {"", file},
		"Users=" + file:          {"Users", file},
		"Nobody=jwks.json":       {"Nobody", "jwks.json"},
		"=jwks.json":             {"", ""},
		"Users=":                 {"Users", ""},
		"":                       {"", ""},
	} {
		if called, name := cutIdentity(value, identities); called != want[0] || name != want[1] {
			t.Errorf("cutIdentity(%q) = %q, %q, want %q", value, called, name, want)
		}
	}
}

func TestColoursAreForTerminalsThatWantThem(t *testing.T) {
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a character device, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	environment := func(name, value string) func(string) string {
		return func(asked string) string {
			if asked == name {
				return value
			}
			return ""
		}
	}
	for name, c := range map[string]struct {
		got, want bool
	}{
		"a terminal":            {colours(device, environment("", "")), true},
		"an empty NO_COLOR":     {colours(device, environment("NO_COLOR", "")), true},
		"NO_COLOR":              {colours(device, environment("NO_COLOR", "1")), false},
		"a dumb terminal":       {colours(device, environment("TERM", "dumb")), false},
		"a file":                {colours(file, environment("", "")), false},
		"something else":        {colours(&bytes.Buffer{}, environment("", "")), false},
		"a file that is closed": {func() bool { file.Close(); return colours(file, environment("", "")) }(), false},
	} {
		if c.got != c.want {
			t.Errorf("colours for %s = %v, want %v", name, c.got, c.want)
		}
	}
}

func TestTimesAreReadAsSecondsOrRFC3339(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1893456000": 1893456000, "2030-01-01T00:00:00Z": 1893456000, "2030-01-01T02:00:00+02:00": 1893456000} {
		if got, err := parseNow(text); err != nil || got.Unix() != want {
			t.Errorf("parseNow(%q) = %v, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "now", "-1", "253402300800", "1e9", "2030-01-01", "2030-01-01 00:00:00"} {
		if got, err := parseNow(text); err == nil {
			t.Errorf("parseNow(%q) = %v, want an error", text, got)
		}
	}
}

func TestExplainListsItsFlags(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"explain", "--help"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"usage: scopeway explain", "examples:", "-api path", "-cdk-out folder", "-identity file", "-json", "-keys [identity=]file", "-kind kind", "-now time", "-path path", "-route route", "-table file"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("explain --help lacks %q:\n%s", want, out.String())
		}
	}
}

func TestEveryFlagOfExplainIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/explain.md")
	if err != nil {
		t.Fatal(err)
	}
	var options explainOptions
	options.flags().VisitAll(func(f *flag.Flag) {
		if !strings.Contains(string(text), "| `-"+f.Name) {
			t.Errorf("docs/explain.md does not list -%s", f.Name)
		}
	})
}
