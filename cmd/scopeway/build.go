package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/scopeway/scopeway/internal/compile"
)

const buildUsage = `usage: scopeway build [flags]

Compiles the authorizer as a synth would, from the Go module in the working
directory, for synths where there is no Go: write its path to Authorizer.Code of
the API, and that of the rotator to Rotation.Code of the identity. Compile it
anew with each change of go.mod.
Prints its SHA-256 and its path, as sha256sum does.

`

// goArchitectures are Go's names of Lambda's architectures.
var goArchitectures = map[string]string{"arm64": "arm64", "x86_64": "amd64"}

// buildFunction compiles a function into a file.
func buildFunction(arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are returned
	of := flags.String("of", string(compile.Authorizer), "`function` to compile: authorizer or rotator")
	arch := flags.String("arch", "arm64", "`architecture` of the function: arm64 or x86_64")
	file := flags.String("o", "bootstrap", "`file` to write")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, buildUsage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return nil
	} else if err != nil {
		return fmt.Errorf("build, %w", err)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("build, no arguments are wanted, got %q, run it in your Go module and write flags only", flags.Args())
	}
	function := compile.Function(*of)
	if function != compile.Authorizer && function != compile.Rotator {
		return fmt.Errorf("function, is unknown, got %q, write authorizer or rotator", *of)
	}
	goarch, known := goArchitectures[*arch]
	if !known {
		return fmt.Errorf("architecture, is unknown, got %q, write arm64 or x86_64", *arch)
	}
	if strings.ContainsAny(*file, "\r\n") || *file == "" {
		return fmt.Errorf("file, is not a path, got %q, write one in one line", *file)
	}
	// Said before a compile of a minute, not after it.
	if at, err := os.Stat(*file); err == nil && !at.Mode().IsRegular() {
		return fmt.Errorf("file, is something else already, got %q, write the path of a file", *file)
	}
	binary, err := function.For(goarch)
	if err != nil {
		return err
	}
	if err := replaceFile(*file, binary, 0o755); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%x  %s\n", sha256.Sum256(binary), *file)
	return err
}
