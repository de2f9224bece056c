package lambdahost

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build compiles the authorizer's function the way the constructs do it: a
// main package in a directory outside of the module, compiled from within the
// module. It returns the binary's path.
func Build(moduleDir, outDir, goos, goarch string) (string, error) {
	main := `package main

import "github.com/scopeway/scopeway/authorizer"

func main() { authorizer.Start() }
`
	source, binary := filepath.Join(outDir, "main.go"), filepath.Join(outDir, "bootstrap")
	if err := os.WriteFile(source, []byte(main), 0o600); err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags=-s -w -buildid=", "-o", binary, source)
	build.Dir = moduleDir
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}
