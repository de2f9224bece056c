// Package bundle compiles the authorizer at synth, from the module of whoever
// uses Scopeway, and puts the table beside it.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/scopeway/scopeway"
	_ "github.com/scopeway/scopeway/authorizer" // so that its users' go.sum, vendor folder and scans cover it
)

// TableFile is the name of the table beside the binary.
const TableFile = "table.json"

// dependencies are the modules the authorizer is compiled from beside ours.
var dependencies = []string{"github.com/aws/aws-lambda-go"}

// Bundle is a folder with the compiled authorizer and its table. Remove it
// with Close.
type Bundle struct {
	Dir string
	// Key names the contents: equal keys, equal contents.
	Key string
}

// Close removes the folder.
func (b *Bundle) Close() error { return os.RemoveAll(b.Dir) }

// Compiled makes a bundle with the authorizer for an architecture ("arm64" or
// "amd64"). The compiler runs in the working directory, which must be in a Go
// module that requires Scopeway. An error holds all the compiler said.
func Compiled(table []byte, arch string) (*Bundle, error) {
	binary, err := compile(arch)
	if err != nil {
		return nil, err
	}
	return write(key(table, arch), map[string][]byte{"bootstrap": binary, TableFile: table})
}

// Uncompiled makes a bundle without the authorizer, for a synth whose assets
// are not deployed. Its key is another, or an empty bundle could be published
// in place of a full one.
func Uncompiled(table []byte, arch string) (*Bundle, error) {
	sum := sha256.Sum256([]byte("not compiled\n" + key(table, arch)))
	return write(hex.EncodeToString(sum[:]), map[string][]byte{TableFile: table})
}

func write(key string, files map[string][]byte) (*Bundle, error) {
	dir, err := os.MkdirTemp("", "scopeway-authorizer-")
	if err != nil {
		return nil, err
	}
	b := &Bundle{dir, key}
	for name, content := range files {
		// The binary has to be executable; the same mode for all is simplest.
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o755); err != nil {
			b.Close()
			return nil, err
		}
	}
	return b, nil
}

// key is a SHA-256 over all that makes the binary what it is, and the table.
func key(table []byte, arch string) string {
	h := sha256.New()
	fmt.Fprintf(h, "scopeway bundle 1\narch %s\nflags %s\n", arch, strings.Join(buildFlags, " "))
	for _, name := range keyVariables {
		fmt.Fprintf(h, "%s=%s\n", name, os.Getenv(name))
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintf(h, "go %s\n", info.GoVersion)
		for _, path := range dependencies {
			fmt.Fprintf(h, "module %s\n", version(info, path))
		}
	}
	err := fs.WalkDir(scopeway.AuthorizerSources, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := fs.ReadFile(scopeway.AuthorizerSources, path)
		fmt.Fprintf(h, "file %s %x\n", path, sha256.Sum256(content))
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("scopeway: embedded sources do not read: %v", err)) // they are part of the program
	}
	fmt.Fprintf(h, "table %x\n", sha256.Sum256(table))
	return hex.EncodeToString(h.Sum(nil))
}

// version returns "path@version" of a module, or of what replaces it.
func version(info *debug.BuildInfo, path string) string {
	for _, m := range info.Deps {
		if m.Path != path {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		return m.Path + "@" + m.Version
	}
	return path
}
