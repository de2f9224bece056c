// Package bundle puts a Lambda function of Scopeway and its data into one
// folder: the authorizer with its table and the keys that are shipped with it,
// or the rotator alone. The function is compiled at synth, from the module of
// whoever uses Scopeway, or was compiled before.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/scopeway/scopeway/authorizer" // so that its users' go.sum, vendor folder and scans cover them
	"github.com/scopeway/scopeway/internal/compile"
	_ "github.com/scopeway/scopeway/rotator"
)

// The names of a bundle's files.
const (
	BinaryFile = "bootstrap"
	TableFile  = "table.json"
	KeysFile   = "keys.json"
	emptyFile  = "not-compiled"
)

// Function is the function of a bundle and what lies beside it.
type Function struct {
	// Of is which function it is.
	Of compile.Function
	// Table is the text of the authorizer's compiled table, nil for others.
	Table []byte
	// Keys is the text of the shipped keys, nil where there are none.
	Keys []byte
}

// Bundle is a folder with a compiled function and its data. Remove it with
// Close.
type Bundle struct {
	Dir string
	// Key is a SHA-256 over the contents: equal keys, equal contents.
	Key string
}

// Close removes the folder.
func (b *Bundle) Close() error { return os.RemoveAll(b.Dir) }

// Compiled makes a bundle with the function for an architecture ("arm64" or
// "amd64"). The compiler runs in the working directory, which must be in a Go
// module that requires Scopeway. An error holds all the compiler said.
func Compiled(f Function, arch string) (*Bundle, error) {
	binary, err := f.Of.For(arch)
	if err != nil {
		return nil, err
	}
	return f.with(binary)
}

// Uncompiled makes a bundle without the function, for a synth whose assets
// are not deployed. Its key is another than that of any compiled bundle, or an
// empty one could be published in place of a full one.
func Uncompiled(f Function, arch string) (*Bundle, error) {
	kind := "not compiled"
	if f.Of != compile.Authorizer {
		kind += ", " + string(f.Of)
	}
	files := f.files()
	if len(files) == 0 {
		files[emptyFile] = nil // awscdk stages no empty folder
	}
	return write(f.key(kind, []byte(arch)), files)
}

func (f Function) with(binary []byte) (*Bundle, error) {
	files := f.files()
	files[BinaryFile] = binary
	return write(f.key("compiled", binary), files)
}

func (f Function) files() map[string][]byte {
	files := map[string][]byte{}
	if f.Table != nil {
		files[TableFile] = f.Table
	}
	if f.Keys != nil {
		files[KeysFile] = f.Keys
	}
	return files
}

func (f Function) key(kind string, binary []byte) string {
	text := fmt.Appendf(nil, "scopeway bundle, %s\n%x\n%x\n", kind, sha256.Sum256(binary), sha256.Sum256(f.Table))
	if f.Keys != nil {
		text = fmt.Appendf(text, "%x\n", sha256.Sum256(f.Keys))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func write(key string, files map[string][]byte) (*Bundle, error) {
	dir, err := os.MkdirTemp("", "scopeway-function-")
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
