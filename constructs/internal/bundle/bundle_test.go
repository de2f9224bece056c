package bundle

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var table = []byte(`{"version":1,"routes":{}}`)

// forget drops the binaries compiled so far.
func forget() { compiled.binaries = nil }

// root is the folder of this module.
func root(t *testing.T) string {
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// consumer makes a module that requires Scopeway, and runs the test in it.
func consumer(t *testing.T, more string) {
	t.Helper()
	from := root(t)
	dir := t.TempDir()
	sums, err := os.ReadFile(filepath.Join(from, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	requirements, err := os.ReadFile(filepath.Join(from, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, ours, _ := strings.Cut(string(requirements), "\n") // without the module's name
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/shop\n"+ours+"\nrequire github.com/scopeway/scopeway v0.0.0\n\nreplace github.com/scopeway/scopeway => "+from+"\n"+more)
	write("go.sum", string(sums))
	write("broken/go.mod", "module github.com/aws/aws-lambda-go\n")
	write("broken/lambda/lambda.go", "package lambda\n\nfunc Start(\n")
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	forget()
}

// read returns a bundle's files and removes the bundle.
func read(t *testing.T, b *Bundle) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(b.Dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = content
		if info, _ := e.Info(); info.Mode().Perm()&0o111 == 0 {
			t.Errorf("%s is not executable: %v", e.Name(), info.Mode())
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.Dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there after Close", b.Dir)
	}
	return files
}

func TestTheSameConsumerGetsTheSameBytes(t *testing.T) {
	consumer(t, "")
	compileOnce := func() (map[string][]byte, string) {
		b, err := Compiled(table, "amd64")
		if err != nil {
			t.Fatal(err)
		}
		return read(t, b), b.Key
	}
	first, firstKey := compileOnce()
	forget()
	second, secondKey := compileOnce()
	if firstKey != secondKey || !bytes.Equal(first[BinaryFile], second[BinaryFile]) {
		t.Errorf("two compilations differ: keys %s and %s", firstKey, secondKey)
	}
	if !bytes.Equal(first[TableFile], table) || !bytes.HasPrefix(first[BinaryFile], []byte("\x7fELF")) || len(first) != 2 {
		t.Errorf("the bundle has other files than a Linux binary and the table")
	}
}

func TestTheCompilerRunsOnceForAllTables(t *testing.T) {
	consumer(t, "")
	compiled.binaries = map[string][]byte{}
	wd, _ := os.Getwd()
	compiled.binaries["arm64 "+wd] = []byte("compiled before")
	b, err := Compiled(table, "arm64")
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, b)[BinaryFile]; string(got) != "compiled before" {
		t.Error("the authorizer was compiled again")
	}
	forget()
}

func TestCompileErrorsAreShownWhole(t *testing.T) {
	for _, c := range []struct {
		name  string
		setUp func(t *testing.T)
		want  []string
	}{
		{"outside a module", func(t *testing.T) {
			t.Chdir(t.TempDir())
			forget()
		}, []string{"run cdk in your Go module", "go.mod file not found"}},
		{"in a module that does not require Scopeway", func(t *testing.T) {
			consumer(t, "")
			if err := os.WriteFile("go.mod", []byte("module example.com/other\n\ngo 1.25.0\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{"run cdk in your Go module", "no required module provides package github.com/scopeway/scopeway"}},
		{"a dependency that does not compile", func(t *testing.T) {
			consumer(t, "replace github.com/aws/aws-lambda-go => ./broken\n")
		}, []string{"does not compile", "syntax error", "lambda.go:4"}},
		{"no compiler", func(t *testing.T) {
			consumer(t, "")
			t.Setenv("PATH", t.TempDir())
		}, []string{"not on PATH"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.setUp(t)
			b, err := Compiled(table, "amd64")
			if err == nil {
				b.Close()
				t.Fatal("it compiled")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error = %v, want %q in it", err, want)
				}
			}
		})
	}
}

func TestWhatChangesTheKey(t *testing.T) {
	consumer(t, "")
	other := []byte(`{"version":1,"routes":{"GET /":{"public":"x"}}}`)
	keyOf := func(b *Bundle, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		read(t, b)
		return b.Key
	}
	keys := []string{
		keyOf(Compiled(table, "amd64")),
		keyOf(Compiled(other, "amd64")),
		keyOf(Uncompiled(table, "amd64")),
		keyOf(Uncompiled(table, "arm64")),
		keyOf(Uncompiled(other, "arm64")),
	}
	// Another flag, another binary: the key follows the contents, whatever
	// changed them.
	forget()
	t.Setenv("GOFLAGS", "-gcflags=github.com/scopeway/scopeway/...=-l")
	keys = append(keys, keyOf(Compiled(table, "amd64")))
	forget()
	for i, k := range keys {
		if len(k) != 64 || slices.Contains(keys[:i], k) {
			t.Errorf("keys = %v, want them all different, of 64 digits", keys)
		}
	}
}

func TestAnUncompiledBundleHasNoBinary(t *testing.T) {
	b, err := Uncompiled(table, "arm64")
	if err != nil {
		t.Fatal(err)
	}
	if files := read(t, b); files[BinaryFile] != nil || files[TableFile] == nil {
		t.Error("it has other files than the table")
	}
}
