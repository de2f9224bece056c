// Package compile builds the authorizer's binary, from the module of whoever
// uses Scopeway.
package compile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// main is the whole program of the authorizer. It is compiled from the user's
// module, because only there go.sum covers it.
const mainSource = `package main

import "github.com/scopeway/scopeway/authorizer"

func main() { authorizer.Start() }
`

// buildFlags give the same bytes for the same sources: no paths, no version
// control, no build id; no net/rpc, which provided.al2023 does not need. They
// win over the same flags in GOFLAGS.
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid="}

var compiled struct {
	sync.Mutex
	binaries map[string][]byte // by all that the compiler is given
}

// Authorizer returns the authorizer's binary for Linux and an architecture in
// Go's words ("arm64" or "amd64"). The compiler runs in the working directory,
// which must be in a Go module that requires Scopeway, and runs once for all
// APIs of a process. An error says what to do and holds all the compiler said.
func Authorizer(arch string) ([]byte, error) {
	compiled.Lock()
	defer compiled.Unlock()
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	env := environment(arch)
	inputs := strings.Join(append([]string{wd}, env...), "\x00")
	if binary, ok := compiled.binaries[inputs]; ok {
		return binary, nil
	}
	binary, err := build(arch, wd, env)
	if err != nil {
		return nil, err
	}
	if compiled.binaries == nil {
		compiled.binaries = map[string][]byte{}
	}
	compiled.binaries[inputs] = binary
	return binary, nil
}

func build(arch, wd string, env []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "scopeway-compile-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.Abs(dir); err != nil { // TMPDIR may be relative
		return nil, err
	}
	source, target := filepath.Join(dir, "main.go"), filepath.Join(dir, "bootstrap")
	if err := os.WriteFile(source, []byte(mainSource), 0o600); err != nil {
		return nil, err
	}
	// What "go env -w" has set counts too, so Go is asked for the flags; and
	// it does not say in its errors that there is a workspace.
	said, err := run(wd, env, "", "env", "GOWORK", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	workspace, flags, _ := strings.Cut(said, "\n")
	workspace = strings.TrimSpace(workspace)
	env = append(env, "GOFLAGS="+keptFlags(strings.TrimSpace(flags)))

	done := make(chan struct{})
	defer close(done)
	go tellProgress(arch, done)
	if _, err := run(wd, env, workspace, slices.Concat([]string{"build"}, buildFlags, []string{"-o", target, source})...); err != nil {
		return nil, err
	}
	return os.ReadFile(target)
}

// run returns what Go wrote to its standard output. The workspace is the
// go.work file in use, "" or "off" for none.
func run(wd string, env []string, workspace string, arguments ...string) (string, error) {
	command := exec.Command("go", arguments...)
	command.Dir, command.Env = wd, env
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	err := command.Run()
	switch {
	case err == nil:
		return out.String(), nil
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("the Go compiler is not on PATH: install Go, put it on PATH where cdk runs, or " + usePrebuilt)
	}
	text := out.String() + said.String()
	return "", fmt.Errorf("the authorizer does not compile in %s: %s; the compiler said:\n%s%w", wd, advice(text, workspace), text, err)
}

// tellProgress says now and then that a cold compile goes on.
func tellProgress(arch string, done <-chan struct{}) {
	start := time.Now()
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			fmt.Fprintf(os.Stderr, "scopeway: compiling the authorizer for %s (%d s; the first time takes up to a minute)\n", arch, int(time.Since(start).Seconds()))
		}
	}
}
