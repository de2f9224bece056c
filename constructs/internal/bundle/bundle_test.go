package bundle

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/internal/compile"
)

var table = Function{Of: compile.Authorizer, Table: []byte(`{"version":1,"routes":{}}`)}

// shipped is the table with keys beside it.
var shipped = Function{Of: compile.Authorizer, Table: table.Table, Keys: []byte(`{"version":1,"sets":{}}`)}

// rotator has nothing beside it.
var rotator = Function{Of: compile.Rotator}

// read returns a bundle's files and removes the bundle.
func read(t *testing.T, b *Bundle) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(b.Dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = content
		if info, _ := e.Info(); info.Mode().Perm()&0o111 == 0 {
			t.Errorf("%s is not executable: %v", e.Name(), info.Mode())
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.Dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there after Close", b.Dir)
	}
	return files
}

func TestWhatChangesTheKey(t *testing.T) {
	other := Function{Of: compile.Authorizer, Table: []byte(`{"version":1,"routes":{"GET /":{"public":"x"}}}`)}
	otherKeys := Function{Of: compile.Authorizer, Table: table.Table, Keys: []byte(`{"version":1,"sets":{"Users":{}}}`)}
	keyOf := func(b *Bundle, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		read(t, b)
		return b.Key
	}
	keys := []string{
		keyOf(Compiled(table, "amd64")),
		keyOf(Compiled(other, "amd64")),
		keyOf(Uncompiled(table, "amd64")),
		keyOf(Uncompiled(table, "arm64")),
		keyOf(Uncompiled(other, "arm64")),
		keyOf(Compiled(shipped, "amd64")),
		keyOf(Compiled(otherKeys, "amd64")),
		keyOf(Uncompiled(shipped, "arm64")),
		keyOf(Uncompiled(otherKeys, "arm64")),
		keyOf(Uncompiled(rotator, "arm64")),
	}
	// Another flag, another binary: the key follows the contents, whatever
	// changed them.
	t.Setenv("GOFLAGS", "-gcflags=github.com/scopeway/scopeway/...=-l")
	keys = append(keys, keyOf(Compiled(table, "amd64")))
	for i, k := range keys {
		if len(k) != 64 || slices.Contains(keys[:i], k) {
			t.Errorf("keys = %v, want them all different, of 64 digits", keys)
		}
	}
}

func TestACompiledBundleHasTheBinaryAndTheTable(t *testing.T) {
	b, err := Compiled(table, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	files := read(t, b)
	if !bytes.Equal(files[TableFile], table.Table) || !bytes.HasPrefix(files[BinaryFile], []byte("\x7fELF")) || len(files) != 2 {
		t.Error("the bundle has other files than a Linux binary and the table")
	}
}

func TestABundleHasTheKeysBesideTheTable(t *testing.T) {
	b, err := Compiled(shipped, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	files := read(t, b)
	if !bytes.Equal(files[TableFile], shipped.Table) || !bytes.Equal(files[KeysFile], shipped.Keys) || len(files) != 3 {
		t.Error("the bundle has other files than the binary, the table and the keys")
	}
	if b, err = Uncompiled(shipped, "amd64"); err != nil {
		t.Fatal(err)
	}
	if files := read(t, b); !bytes.Equal(files[KeysFile], shipped.Keys) || len(files) != 2 {
		t.Error("the bundle without a binary has other files than the table and the keys")
	}
}

func TestAnUncompiledBundleHasNoBinary(t *testing.T) {
	b, err := Uncompiled(table, "arm64")
	if err != nil {
		t.Fatal(err)
	}
	if files := read(t, b); files[BinaryFile] != nil || files[TableFile] == nil {
		t.Error("it has other files than the table")
	}
	if b, err = Uncompiled(rotator, "arm64"); err != nil {
		t.Fatal(err)
	}
	if files := read(t, b); files[BinaryFile] != nil || len(files) != 1 {
		t.Error("that of the rotator has other files than one that is empty")
	}
}

func TestTheRotatorIsCompiledAlone(t *testing.T) {
	b, err := Compiled(rotator, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	compiled := b.Key
	files := read(t, b)
	if !bytes.HasPrefix(files[BinaryFile], []byte("\x7fELF")) || len(files) != 1 {
		t.Error("the bundle has other files than a Linux binary")
	}
	path := file(t, files[BinaryFile])
	if b, err = Prebuilt(path, rotator, "amd64"); err != nil {
		t.Fatal(err)
	}
	read(t, b)
	if b.Key != compiled {
		t.Error("the prebuilt one has another key than the compiled one")
	}
	_, err = Prebuilt(path, table, "amd64")
	if err == nil || !strings.Contains(err.Error(), "is not the authorizer") {
		t.Errorf("Prebuilt took the rotator for the authorizer: %v", err)
	}
	_, err = Prebuilt(file(t, authorizer(t, "amd64")), rotator, "amd64")
	if err == nil || !strings.Contains(err.Error(), "build -of rotator") {
		t.Errorf("Prebuilt took the authorizer for the rotator: %v", err)
	}
}
