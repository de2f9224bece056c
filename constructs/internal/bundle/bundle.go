// Package bundle puts the authorizer and its table into one folder. The
// authorizer is compiled at synth, from the module of whoever uses Scopeway, or
// was compiled before.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/scopeway/scopeway/authorizer" // so that its users' go.sum, vendor folder and scans cover it
	"github.com/scopeway/scopeway/internal/compile"
)

// The names of a bundle's files.
const (
	BinaryFile = "bootstrap"
	TableFile  = "table.json"
)

// Bundle is a folder with the compiled authorizer and its table. Remove it
// with Close.
type Bundle struct {
	Dir string
	// Key is a SHA-256 over the contents: equal keys, equal contents.
	Key string
}

// Close removes the folder.
func (b *Bundle) Close() error { return os.RemoveAll(b.Dir) }

// Compiled makes a bundle with the authorizer for an architecture ("arm64" or
// "amd64"). The compiler runs in the working directory, which must be in a Go
// module that requires Scopeway. An error holds all the compiler said.
func Compiled(table []byte, arch string) (*Bundle, error) {
	binary, err := compile.Authorizer(arch)
	if err != nil {
		return nil, err
	}
	return write(key("compiled", binary, table), map[string][]byte{BinaryFile: binary, TableFile: table})
}

// Uncompiled makes a bundle without the authorizer, for a synth whose assets
// are not deployed. Its key is another than that of any compiled bundle, or an
// empty one could be published in place of a full one.
func Uncompiled(table []byte, arch string) (*Bundle, error) {
	return write(key("not compiled", []byte(arch), table), map[string][]byte{TableFile: table})
}

func key(kind string, binary, table []byte) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "scopeway bundle, %s\n%x\n%x\n", kind, sha256.Sum256(binary), sha256.Sum256(table)))
	return hex.EncodeToString(sum[:])
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
