package bundle

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
// control, no build id; no net/rpc, which provided.al2023 does not need.
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid="}

// passed are the variables the compiler gets from the environment, where set:
// to find itself, its caches, its modules and the network. All else is left
// out, and the target is ours.
var passed = []string{
	"PATH", "HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "SYSTEMROOT", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
	"GOFLAGS", "GOEXPERIMENT", "GOFIPS140", "GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOENV", "GOTOOLCHAIN", "GOWORK", "GO111MODULE",
	"GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS", "NETRC",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
}

var compiled struct {
	sync.Mutex
	binaries map[string][]byte // by working directory and architecture
}

// compile returns the authorizer's binary, compiled once for all APIs.
func compile(arch string) ([]byte, error) {
	compiled.Lock()
	defer compiled.Unlock()
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	cacheKey := arch + " " + wd
	if binary, ok := compiled.binaries[cacheKey]; ok {
		return binary, nil
	}
	dir, err := os.MkdirTemp("", "scopeway-compile-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	source, target := filepath.Join(dir, "main.go"), filepath.Join(dir, "bootstrap")
	if err := os.WriteFile(source, []byte(mainSource), 0o600); err != nil {
		return nil, err
	}
	if err := run(arch, wd, target, source); err != nil {
		return nil, err
	}
	binary, err := os.ReadFile(target)
	if err != nil {
		return nil, err
	}
	if compiled.binaries == nil {
		compiled.binaries = map[string][]byte{}
	}
	compiled.binaries[cacheKey] = binary
	return binary, nil
}

func run(arch, wd, target, source string) error {
	command := exec.Command("go", slices.Concat([]string{"build"}, buildFlags, []string{"-o", target, source})...)
	command.Dir = wd
	command.Env = environment(arch)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said

	done := make(chan struct{})
	defer close(done)
	go tellProgress(arch, done)
	err := command.Run()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("the Go compiler is not on PATH: install Go, or put it on PATH where cdk runs")
	case strings.Contains(said.String(), "go.mod file not found"), strings.Contains(said.String(), "no required module provides package github.com/scopeway/"):
		return fmt.Errorf("the working directory %s is not in a Go module that requires github.com/scopeway/scopeway: run cdk in your Go module; the compiler said:\n%s", wd, said.String())
	}
	return fmt.Errorf("the authorizer does not compile, the compiler said:\n%s%w", said.String(), err)
}

func environment(arch string) []string {
	env := []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=" + arch, "GOAMD64=v1", "GOARM64=v8.0"}
	for _, name := range passed {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
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
