package compile

import (
	"fmt"
	"slices"
	"strings"
)

// usePrebuilt says how to do without the compiler.
func (f Function) usePrebuilt() string {
	flag, prop := "", "Authorizer.Code of the API"
	if f == Rotator {
		flag, prop = " -of rotator", "Rotation.Code of the identity"
	}
	return fmt.Sprintf("compile the %s elsewhere with \"go run github.com/scopeway/scopeway/cmd/scopeway build%s\" (-arch x86_64 for a function of that architecture) and write its path to %s", f, flag, prop)
}

// prebuilt stands for that in an advice.
const prebuilt = "\x00"

// notRequired is what Go says where no module requires Scopeway.
var notRequired = []string{"go.mod file not found", "cannot find main module", "no required module provides package github.com/scopeway/"}

// whatToDo says what helps against what Go says, the first line that fits. Go
// does not translate its messages.
var whatToDo = []struct {
	says   []string // one of them
	advice string
}{
	{[]string{"SECURITY ERROR", "checksum mismatch"},
		"a module is another than go.sum says: find out why before you change go.sum"},
	{notRequired,
		"the working directory is not in a Go module that requires github.com/scopeway/scopeway: run cdk in your Go module, or " + prebuilt},
	{[]string{"inconsistent vendoring", "import lookup disabled by -mod=vendor", "vendor/modules.txt", `cannot find package "." in`},
		`the vendor folder does not fit go.mod: write "go mod vendor" ("go work vendor" in a workspace)`},
	{[]string{"missing go.sum entry", "updates to go.mod needed", "updates to go.sum needed", "go: updating go.mod"},
		`go.mod or go.sum is incomplete: write "go mod tidy"`},
	{[]string{"download go1.", "toolchain not available", "; GOTOOLCHAIN="},
		"go.mod asks for a newer Go: install it, or let Go download it (GOTOOLCHAIN=auto and a GOPROXY within reach), or " + prebuilt},
	{[]string{"disabled by GOPROXY=off", "dial tcp", "no such host", "i/o timeout", "connection refused", "network is unreachable", "TLS handshake", "proxyconnect"},
		`a module is not in the cache and out of reach: write "go mod download" where the network is, and keep GOMODCACHE or use "go mod vendor", or ` + prebuilt},
	{[]string{"build cache is required", "build cache is disabled", "module cache not found", "GOCACHE is not"},
		"Go has no place for its caches: set HOME, or GOCACHE and GOMODCACHE, to folders that can be written to"},
	{[]string{"permission denied", "read-only file system", "Access is denied", "no space left on device"},
		"Go cannot write where it has to: set GOCACHE and TMPDIR to folders that can be written to; GOMODCACHE may be read-only once all modules are in it"},
}

// advice returns what to do when Go said a text, with a go.work file in use or
// with none ("" or "off").
func (f Function) advice(said, workspace string) string {
	said = strings.ReplaceAll(said, `\`, "/")
	if workspace != "" && workspace != "off" && saysOne(said, notRequired) {
		return fmt.Sprintf("no module of the workspace %s requires github.com/scopeway/scopeway: write \"go work use .\" in your module, or set GOWORK=off", workspace)
	}
	for _, line := range whatToDo {
		if saysOne(said, line.says) {
			return strings.ReplaceAll(line.advice, prebuilt, f.usePrebuilt())
		}
	}
	return "mend what it names, or " + f.usePrebuilt()
}

func saysOne(said string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
}
