// Package compile builds the binaries of Scopeway's Lambda functions, from the
// module of whoever uses Scopeway.
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

// Function is one of the Lambda functions, by the name of its package.
type Function string

// The functions.
const (
	Authorizer Function = "authorizer"
	Rotator    Function = "rotator"
)

// source is the whole program of a function. It is compiled from the user's
// module, because only there go.sum covers it.
func (f Function) source() string {
	return fmt.Sprintf(`package main

import "github.com/scopeway/scopeway/%[1]s"

func main() { %[1]s.Start() }
`, f)
}

// buildFlags give the same bytes for the same sources: no paths, no version
// control, no build id; no net/rpc, which provided.al2023 does not need. They
// win over the same flags in GOFLAGS.
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid="}

var compiled struct {
	sync.Mutex
	binaries map[string][]byte // by all that the compiler is given
}

// For returns the function's binary for Linux and an architecture in Go's words
// ("arm64" or "amd64"). The compiler runs in the working directory, which must
// be in a Go module that requires Scopeway, and runs once for all APIs and
// identities of a process. An error says what to do and holds all the compiler
// said.
func (f Function) For(arch string) ([]byte, error) {
	compiled.Lock()
	defer compiled.Unlock()
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	env := environment(arch)
	inputs := strings.Join(append([]string{string(f), wd}, env...), "\x00")
	if binary, ok := compiled.binaries[inputs]; ok {
		return binary, nil
	}
	binary, err := f.build(arch, wd, env)
	if err != nil {
		return nil, err
	}
	if compiled.binaries == nil {
		compiled.binaries = map[string][]byte{}
	}
	compiled.binaries[inputs] = binary
	return binary, nil
}

func (f Function) build(arch, wd string, env []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "scopeway-compile-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.Abs(dir); err != nil { // TMPDIR may be relative
		return nil, err
	}
	source, target := filepath.Join(dir, "main.go"), filepath.Join(dir, "bootstrap")
	if err := os.WriteFile(source, []byte(f.source()), 0o600); err != nil {
		return nil, err
	}
	// What "go env -w" has set counts too, so Go is asked for the flags; and
	// it does not say in its errors that there is a workspace.
	said, err := f.run(wd, env, "", "env", "GOWORK", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	workspace, flags, _ := strings.Cut(said, "\n")
	workspace = strings.TrimSpace(workspace)
	env = append(env, "GOFLAGS="+keptFlags(strings.TrimSpace(flags)))

	done := make(chan struct{})
	defer close(done)
	go f.tellProgress(arch, done)
	if _, err := f.run(wd, env, workspace, slices.Concat([]string{"build"}, buildFlags, []string{"-o", target, source})...); err != nil {
		return nil, err
	}
	return os.ReadFile(target)
}

// run returns what Go wrote to its standard output. The workspace is the
// go.work file in use, "" or "off" for none.
func (f Function) run(wd string, env []string, workspace string, arguments ...string) (string, error) {
	command := exec.Command("go", arguments...)
	command.Dir, command.Env = wd, env
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	err := command.Run()
	switch {
	case err == nil:
		return out.String(), nil
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("the Go compiler is not on PATH: install Go, put it on PATH where cdk runs, or " + f.usePrebuilt())
	}
	text := out.String() + said.String()
	return "", fmt.Errorf("the %s does not compile in %s: %s; the compiler said:\n%s%w", f, wd, f.advice(text, workspace), text, err)
}

// tellProgress says now and then that a cold compile goes on.
func (f Function) tellProgress(arch string, done <-chan struct{}) {
	start := time.Now()
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			fmt.Fprintf(os.Stderr, "scopeway: compiling the %s for %s (%d s; the first time takes up to a minute)\n", f, arch, int(time.Since(start).Seconds()))
		}
	}
}
