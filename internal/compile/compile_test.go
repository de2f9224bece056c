package compile

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// forget drops the binaries compiled so far.
func forget() { compiled.binaries = nil }

// root is the folder of this module.
func root(t *testing.T) string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// write writes a file in the working directory.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// consumer makes a module that requires Scopeway, and runs the test in it.
func consumer(t *testing.T, more string) {
	t.Helper()
	from := root(t)
	sums, err := os.ReadFile(filepath.Join(from, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	requirements, err := os.ReadFile(filepath.Join(from, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, ours, _ := strings.Cut(string(requirements), "\n") // without the module's name
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module example.com/shop\n"+ours+"\nrequire github.com/scopeway/scopeway v0.0.0\n\nreplace github.com/scopeway/scopeway => "+from+"\n"+more)
	write(t, "go.sum", string(sums))
	write(t, "broken/go.mod", "module github.com/aws/aws-lambda-go\n")
	write(t, "broken/lambda/lambda.go", "package lambda\n\nfunc Start(\n")
	t.Setenv("GOWORK", "off")
	forget()
}

func TestTheSameConsumerGetsTheSameBytes(t *testing.T) {
	consumer(t, "")
	first, err := Authorizer.For("amd64")
	if err != nil {
		t.Fatal(err)
	}
	forget()
	t.Setenv("TMPDIR", "inside") // the sources may lie in the module itself
	if err := os.Mkdir("inside", 0o700); err != nil {
		t.Fatal(err)
	}
	second, err := Authorizer.For("amd64")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two compilations differ")
	}
	if left, _ := os.ReadDir("inside"); len(left) > 0 {
		t.Errorf("%d files are left in the folder for temporary files", len(left))
	}
}

func TestTheCompilerRunsOnceForAllAPIs(t *testing.T) {
	consumer(t, "")
	first, err := Authorizer.For("amd64")
	if err != nil {
		t.Fatal(err)
	}
	compiled.Lock()
	for inputs := range compiled.binaries {
		compiled.binaries[inputs] = append(slices.Clone(first), "compiled before"...)
	}
	compiled.Unlock()
	second, err := Authorizer.For("amd64")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(second, []byte("compiled before")) {
		t.Error("the authorizer was compiled again")
	}
	t.Setenv("GOFLAGS", "-p=2")
	third, err := Authorizer.For("amd64")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, third) {
		t.Error("what was compiled in another environment was taken")
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
		}, []string{"not on PATH", "cmd/scopeway build"}},
		{"no line in go.sum", func(t *testing.T) {
			consumer(t, "")
			write(t, "go.sum", "")
		}, []string{"go mod tidy", "missing go.sum entry"}},
		{"another hash in go.sum", func(t *testing.T) {
			consumer(t, "")
			sums, _ := os.ReadFile("go.sum")
			write(t, "go.sum", regexp.MustCompile(`(aws-lambda-go v\S+ h1:)...`).ReplaceAllString(string(sums), "${1}abc"))
		}, []string{"find out why", "SECURITY ERROR"}},
		{"offline with an empty module cache", func(t *testing.T) {
			consumer(t, "")
			t.Setenv("GOMODCACHE", t.TempDir())
			t.Setenv("GOPROXY", "off")
		}, []string{"go mod download", "GOPROXY=off"}},
		{"a proxy out of reach", func(t *testing.T) {
			consumer(t, "")
			t.Setenv("GOMODCACHE", t.TempDir())
			t.Setenv("GOPROXY", "http://127.0.0.1:1")
		}, []string{"go mod download", "127.0.0.1:1"}},
		{"a newer Go than there is", func(t *testing.T) {
			consumer(t, "")
			requirements, _ := os.ReadFile("go.mod")
			write(t, "go.mod", strings.Replace(string(requirements), "\ngo 1.", "\ngo 1.9", 1))
			t.Setenv("GOTOOLCHAIN", "local")
		}, []string{"newer Go", "GOTOOLCHAIN=local"}},
		{"an empty vendor folder", func(t *testing.T) {
			consumer(t, "")
			write(t, "vendor/modules.txt", "")
		}, []string{`"go mod vendor"`, "inconsistent vendoring"}},
		{"-mod=vendor without a vendor folder", func(t *testing.T) {
			consumer(t, "")
			t.Setenv("GOFLAGS", "-mod=vendor")
		}, []string{`"go mod vendor"`, "inconsistent vendoring"}},
		{"a workspace that does not use the module", func(t *testing.T) {
			consumer(t, "")
			write(t, "go.work", "go 1.26\n")
			t.Setenv("GOWORK", "")
		}, []string{"go work use", "go.work requires"}},
		{"no place for caches", func(t *testing.T) {
			consumer(t, "")
			for _, name := range []string{"HOME", "XDG_CACHE_HOME", "GOCACHE"} {
				t.Setenv(name, "")
			}
			t.Setenv("GOMODCACHE", t.TempDir())
		}, []string{"set HOME, or GOCACHE", "cache"}},
		{"GOFLAGS with an open quote", func(t *testing.T) {
			consumer(t, "")
			t.Setenv("GOFLAGS", "'-mod=vendor")
		}, []string{"mend what it names", "GOFLAGS"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.setUp(t)
			forget()
			_, err := Authorizer.For("amd64")
			if err == nil {
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
