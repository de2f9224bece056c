package consumers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhereverTheCompilerRunsTheBytesAreTheSame(t *testing.T) {
	want := first.sum(t, shop(t))
	same := func(name string, dir func(t *testing.T) string, env ...string) {
		t.Run(name, func(t *testing.T) {
			if got := first.sum(t, dir(t), env...); got != want {
				t.Errorf("the authorizer has the hash %s, want %s as in a plain module", got, want)
			}
		})
	}

	same("in a folder of the module", func(t *testing.T) string { return filepath.Join(shop(t), "infra") })
	same("in a folder with a space and letters that are not ASCII", func(t *testing.T) string {
		dir := filepath.Join(t.TempDir(), "mein Lädchen")
		if err := os.Rename(shop(t), dir); err != nil {
			t.Fatal(err)
		}
		return dir
	})
	workspace := func(folder string) func(t *testing.T) string {
		return func(t *testing.T) string {
			dir := shop(t)
			write(t, filepath.Dir(dir), "library/go.mod", "module example.com/library\n\ngo 1.26\n")
			write(t, filepath.Dir(dir), "go.work", "go 1.26\n\nuse (\n\t./library\n\t./shop\n)\n")
			return filepath.Join(dir, filepath.FromSlash(folder))
		}
	}
	same("in a module of a workspace", workspace("infra"))
	same("at the root of a workspace", workspace(".."))
	same("beside a workspace that does not know the module", func(t *testing.T) string {
		dir := shop(t)
		write(t, filepath.Dir(dir), "go.work", "go 1.26\n")
		return dir
	}, "GOWORK=off")
	same("with another go.mod", func(t *testing.T) string {
		dir := shop(t)
		write(t, dir, "cdk.mod", read(t, dir, "go.mod"))
		write(t, dir, "cdk.sum", read(t, dir, "go.sum"))
		write(t, dir, "go.mod", "module example.com/shop\n\ngo 1.26\n")
		return dir
	}, "GOFLAGS=-modfile=cdk.mod")

	// Flags for other programs, or that would put something else into the
	// authorizer.
	same("with flags for other programs", shop, "GOFLAGS=-tags=dev -ldflags=-X=main.a=b -buildvcs=auto")
	t.Run("with flags of go env -w, and GO111MODULE", func(t *testing.T) {
		dir := shop(t)
		write(t, dir, "env", "GOFLAGS=-overlay=missing.json -toolexec=missing\nGO111MODULE=off\n")
		if got := first.sum(t, dir, "GOENV="+filepath.Join(dir, "env")); got != want {
			t.Errorf("the authorizer has the hash %s, want %s as without them", got, want)
		}
	})
	for _, words := range [][]string{{"go", "run", module + "/cmd/scopeway"}, {"go", "tool", "scopeway"}} {
		t.Run("through "+words[0]+" "+words[1], func(t *testing.T) {
			if got := first.sumOf(t, shop(t), nil, filepath.Join(t.TempDir(), "bootstrap"), words...); got != want {
				t.Errorf("the authorizer has the hash %s, want %s", got, want)
			}
		})
	}
	t.Run("on a second machine", func(t *testing.T) {
		second := first
		dir := t.TempDir()
		second.home, second.moduleCache, second.cache = filepath.Join(dir, "home"), filepath.Join(dir, "modules"), filepath.Join(dir, "cache")
		t.Cleanup(func() {
			if err := remove(dir); err != nil {
				t.Error(err)
			}
		})
		if got := second.sum(t, shop(t)); got != want {
			t.Errorf("the authorizer has the hash %s, want %s as on the first machine", got, want)
		}
	})
}

func TestAModuleCacheIsOnlyRead(t *testing.T) {
	dir := shop(t)
	want := first.sum(t, dir)
	before := state(t, first.moduleCache)
	seal(t, first.moduleCache)
	offline := first
	offline.proxy = "off"
	for _, flags := range []string{"", "GOFLAGS=-mod=readonly"} {
		if got := offline.sum(t, dir, flags); got != want {
			t.Errorf("%s: the authorizer has the hash %s, want %s as with the network", flags, got, want)
		}
	}
	if after := state(t, first.moduleCache); after != before {
		t.Error("files of the module cache were written")
	}
}

func TestACompileChangesNothingOfTheModule(t *testing.T) {
	dir := shop(t)
	sums := read(t, dir, "go.sum")
	var kept []string
	for line := range strings.Lines(sums) {
		if !strings.HasPrefix(line, "github.com/aws/aws-lambda-go ") {
			kept = append(kept, line)
		}
	}
	write(t, dir, "go.sum", strings.Join(kept, ""))
	before := state(t, dir)
	said, err := first.try(dir, []string{"GOFLAGS=-mod=mod"}, command, "build", "-o", filepath.Join(t.TempDir(), "bootstrap"))
	if err == nil || !strings.Contains(said, "go mod tidy") {
		t.Errorf("without a line of go.sum it said %q, %v, want an error with advice", said, err)
	}
	if state(t, dir) != before {
		t.Error("the synth wrote into the user's module")
	}
}

func TestSourcesChangeTheBytes(t *testing.T) {
	line := "\nfunc init() { println(\"another line\") }\n"
	for _, c := range []struct {
		name, file string
		replaced   string
	}{
		{"a line of Scopeway", "authorizer/start.go", module},
		{"a line of what Scopeway decides with", "access/reason.go", module},
		{"a line of a dependency", "lambda/entry.go", "github.com/aws/aws-lambda-go"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := shop(t)
			source := strings.TrimSpace(first.run(t, dir, nil, "go", "list", "-m", "-f", "{{.Dir}}", c.replaced))
			if err := os.CopyFS(filepath.Join(dir, "copy"), os.DirFS(source)); err != nil {
				t.Fatal(err)
			}
			if err := open(filepath.Join(dir, "copy")); err != nil {
				t.Fatal(err)
			}
			first.run(t, dir, nil, "go", "mod", "edit", "-replace="+c.replaced+"=./copy")
			before := first.sum(t, dir)
			text := read(t, dir, "copy/"+c.file)
			write(t, dir, "copy/"+c.file, text+line)
			if got := first.sum(t, dir); got == before {
				t.Errorf("the authorizer has the hash %s with and without the line", got)
			}
			write(t, dir, "copy/"+c.file, text)
			if got := first.sum(t, dir); got != before {
				t.Errorf("the authorizer has the hash %s once the line is gone, want %s as before", got, before)
			}
		})
	}
	t.Run("another version of Scopeway", func(t *testing.T) {
		dir := shop(t)
		before := first.sum(t, dir)
		first.run(t, dir, nil, "go", "get", module+"@"+otherVersion)
		if got := first.sum(t, dir); got == before {
			t.Errorf("the authorizer has the hash %s in both versions", got)
		}
	})
}
