// Package bundle puts the authorizer, its table and the keys that are shipped
// with it into one folder. The authorizer is compiled at synth, from the module
// of whoever uses Scopeway, or was compiled before.
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
	KeysFile   = "keys.json"
)

// Data is what lies beside the authorizer.
type Data struct {
	// Table is the text of the compiled table.
	Table []byte
	// Keys is the text of the shipped keys, nil where there are none.
	Keys []byte
}

// Bundle is a folder with the compiled authorizer and its data. Remove it
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
func Compiled(data Data, arch string) (*Bundle, error) {
	binary, err := compile.Authorizer(arch)
	if err != nil {
		return nil, err
	}
	return withBinary(binary, data)
}

// Uncompiled makes a bundle without the authorizer, for a synth whose assets
// are not deployed. Its key is another than that of any compiled bundle, or an
// empty one could be published in place of a full one.
func Uncompiled(data Data, arch string) (*Bundle, error) {
	return write(key("not compiled", []byte(arch), data), data.files())
}

func withBinary(binary []byte, data Data) (*Bundle, error) {
	files := data.files()
	files[BinaryFile] = binary
	return write(key("compiled", binary, data), files)
}

func (d Data) files() map[string][]byte {
	files := map[string][]byte{TableFile: d.Table}
	if d.Keys != nil {
		files[KeysFile] = d.Keys
	}
	return files
}

func key(kind string, binary []byte, data Data) string {
	text := fmt.Appendf(nil, "scopeway bundle, %s\n%x\n%x\n", kind, sha256.Sum256(binary), sha256.Sum256(data.Table))
	if data.Keys != nil {
		text = fmt.Appendf(text, "%x\n", sha256.Sum256(data.Keys))
	}
	sum := sha256.Sum256(text)
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
