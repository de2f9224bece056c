package consumers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// machine is where somebody compiles: caches of its own, and a way to modules.
type machine struct {
	home, moduleCache, cache, proxy string
}

// The version that consumers use, and one published besides.
const (
	version      = "v0.1.0"
	otherVersion = "v0.2.0"
)

// first is the machine that most tests run on. It shares the compiler's cache
// with whoever runs the tests: its modules are this module's.
var first machine

// template is a folder with the go.mod and the go.sum of a consumer, as "go
// get" writes them.
var template string

// command is the scopeway command, compiled.
var command string

func TestMain(m *testing.M) {
	code, err := withMachine(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func withMachine(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "scopeway-consumers-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, remove(dir)) }()
	own := filepath.Join(dir, "proxy")
	if err := publish(own, version, otherVersion); err != nil {
		return 0, err
	}
	caches, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		return 0, err
	}
	modules, cache, _ := strings.Cut(strings.TrimSpace(string(caches)), "\n")
	first = machine{
		home: filepath.Join(dir, "home"), moduleCache: filepath.Join(dir, "modules"), cache: cache,
		// What this module has downloaded, the consumers need not.
		proxy: fileURL(own) + "," + fileURL(filepath.Join(modules, "cache", "download")),
	}
	template = filepath.Join(dir, "template")
	if err := os.MkdirAll(template, 0o755); err != nil {
		return 0, err
	}
	if err := os.CopyFS(template, os.DirFS("testdata/shop")); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(template, "go.mod"), []byte("module example.com/shop\n\ngo 1.26\n"), 0o600); err != nil {
		return 0, err
	}
	if said, err := first.try(template, nil, "go", "get", "-tool", module+"/cmd/scopeway@"+version); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, said)
	}
	if said, err := first.try(template, nil, "go", "get", "./..."); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, said)
	}
	command = filepath.Join(dir, "scopeway")
	if said, err := first.try(template, nil, "go", "build", "-o", command, module+"/cmd/scopeway"); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, said)
	}
	return run(), nil
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/modules
		path = "/" + path
	}
	return "file://" + path
}

// try runs a program and returns all it said. It gets this environment and
// nothing else; the network is out of reach.
func (m machine) try(dir string, env []string, name string, arguments ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	command := exec.Command(path, arguments...)
	command.Dir = dir
	command.Env = slices.Concat([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + m.home, "GOMODCACHE=" + m.moduleCache, "GOCACHE=" + m.cache, "GOPROXY=" + m.proxy,
		"GOSUMDB=off", "GOENV=off", "GOTOOLCHAIN=local",
	}, env)
	said, err := command.CombinedOutput()
	return string(said), err
}

// run is try for what has to go well.
func (m machine) run(t *testing.T, dir string, env []string, name string, arguments ...string) string {
	t.Helper()
	said, err := m.try(dir, env, name, arguments...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, said)
	}
	return said
}

// sum compiles the authorizer in a folder, and returns its hash.
func (m machine) sum(t *testing.T, dir string, env ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bootstrap")
	return m.sumOf(t, dir, env, file, command)
}

// sumOf is sum for a file to write and the words that start the command.
func (m machine) sumOf(t *testing.T, dir string, env []string, file string, words ...string) string {
	t.Helper()
	said := m.run(t, dir, env, words[0], slices.Concat(words[1:], []string{"build", "-arch", "x86_64", "-o", file})...)
	for line := range strings.Lines(said) {
		if hash, ok := strings.CutSuffix(strings.TrimRight(line, "\r\n"), "  "+file); ok && len(hash) == 64 {
			return hash
		}
	}
	t.Fatalf("the command said %q, want the hash of %s", said, file)
	return ""
}
