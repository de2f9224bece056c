package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const openapiFixtures = "../../internal/openapi/testdata"

// openapiAssembly makes a folder as cdk synth writes it, with a stack for each
// of the fixtures named, and returns its path.
func openapiAssembly(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	artifacts := map[string]any{}
	write := func(name string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		metadata, err := os.ReadFile(filepath.Join(openapiFixtures, name+".metadata.json"))
		if err != nil {
			t.Fatal(err)
		}
		kind := "AWS::ApiGatewayV2::Api"
		if strings.Contains(string(metadata), `"kind": "rest"`) {
			kind = "AWS::ApiGateway::RestApi"
		}
		file := name + ".template.json"
		write(file, map[string]any{"Resources": map[string]any{
			"Api": map[string]any{"Type": kind, "Metadata": map[string]any{"scopeway": json.RawMessage(metadata)}},
		}})
		artifacts[name] = map[string]any{"type": "aws:cloudformation:stack", "properties": map[string]any{"templateFile": file}}
	}
	write("manifest.json", map[string]any{"version": "54.0.0", "artifacts": artifacts})
	return dir
}

func openapiGolden(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(openapiFixtures, name+".openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestOpenAPIWritesTheOnlyAPI(t *testing.T) {
	var out bytes.Buffer
	err := run([]string{"openapi", "-url", "https://api.example.com",
		"-token-url", "Users=https://shop.auth.eu-central-1.amazoncognito.com/oauth2/token",
		"-authorization-url", "Users=https://shop.auth.eu-central-1.amazoncognito.com/oauth2/authorize",
		openapiAssembly(t, "quickstart")}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), openapiGolden(t, "quickstart")) {
		t.Errorf("the document differs from the golden:\n%s", out.Bytes())
	}
}

func TestOpenAPIWritesTheNamedAPIToAFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "openapi.json")
	if err := os.WriteFile(file, []byte("what was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run([]string{"openapi", "-api", "Prod/Shop/Api", "-o", file, openapiAssembly(t, "rest", "rules")}, &out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, openapiGolden(t, "rest")) || out.Len() != 0 {
		t.Errorf("the file is not the golden (%v), and %q was printed", err, out.String())
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v (%v), want the document only", entries, err)
	}
}

func TestOpenAPIListsItsFlags(t *testing.T) {
	for _, flag := range []string{"-h", "-help"} {
		var out bytes.Buffer
		if err := run([]string{"openapi", flag}, &out); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"usage: scopeway openapi", "-api path", "-authorization-url identity=URL", "-o file", "-token-url identity=URL", "-url address"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("openapi %s lacks %q:\n%s", flag, want, out.String())
			}
		}
	}
	var out bytes.Buffer
	if err := run([]string{"help"}, &out); err != nil || !strings.Contains(out.String(), "openapi") {
		t.Errorf("help = %q, %v, want openapi listed", out.String(), err)
	}
}

func TestOpenAPIRefuses(t *testing.T) {
	two := openapiAssembly(t, "rest", "rules")
	one := openapiAssembly(t, "quickstart")
	empty := t.TempDir()
	for name, c := range map[string]struct {
		arguments []string
		want      string
	}{
		"no folder":                     {nil, "one folder is wanted, got []"},
		"two folders":                   {[]string{one, two}, "one folder is wanted"},
		"a folder before the flags":     {[]string{one, "-api", "x"}, "write the flags first"},
		"a folder that is not there":    {[]string{filepath.Join(empty, "cdk.out")}, "folder, there is none, got"},
		"a file for a folder":           {[]string{filepath.Join(one, "manifest.json")}, "folder, there is none, got"},
		"a folder without an assembly":  {[]string{empty}, "the folder has no manifest.json"},
		"several APIs and no name":      {[]string{two}, `write -api and one of ["Prod/Shop/Api" "Shop/Api"]`},
		"a name that no API has":        {[]string{"-api", "Shop", two}, `got "Shop", write one of ["Prod/Shop/Api" "Shop/Api"]`},
		"a name the only API lacks":     {[]string{"-api", "Shop/Api", one}, `write one of ["Quickstart/Api"]`},
		"URLs known at deploy only":     {[]string{one}, "write -token-url Users=https://…"},
		"an unknown flag":               {[]string{"-yaml", one}, "flag provided but not defined: -yaml"},
		"a token URL without identity":  {[]string{"-token-url", "https://x", one}, "not of the form identity=URL"},
		"a token URL without a URL":     {[]string{"-token-url", "Users=", one}, "not of the form identity=URL"},
		"a token URL given twice":       {[]string{"-token-url", "Users=https://x", "-token-url", "Users=https://y", one}, `identity "Users" is given twice`},
		"an identity that is not there": {[]string{"-api", "Shop/Api", "-token-url", "Users=https://x", two}, `does not trust it, write one of ["Partners" "Staff"]`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "openapi.json")
			if err := os.WriteFile(file, []byte("what was there"), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := run(append([]string{"openapi", "-o", file}, c.arguments...), &out)
			if err == nil || !strings.Contains(err.Error(), c.want) || out.Len() != 0 {
				t.Errorf("openapi = %v and %q, want the error %q and nothing printed", err, out.String(), c.want)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != "what was there" {
				t.Errorf("the file holds %q (%v), want what was there", got, err)
			}
		})
	}
}

func TestOpenAPILeavesNothingWhereItCannotWrite(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "openapi.json")
	if err := os.MkdirAll(filepath.Join(taken, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	// A socket stands for what is no file, such as /dev/stdout: never try with
	// a real device, which a test that fails would replace.
	socket, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, file := range []string{taken, filepath.Join(dir, "s"), filepath.Join(dir, "missing", "openapi.json")} {
		if err := run([]string{"openapi", "-o", file, openapiAssembly(t, "rest")}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "file, it cannot be written") {
			t.Errorf("openapi -o %s = %v, want an error", file, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v (%v), want what was there", entries, err)
	}
}
