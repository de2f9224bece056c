//go:build unix

package assembly

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestALinkLeadsNowhereElseAndAPipeIsNotWaitedFor(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	manifest := `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}}}}`
	for name, text := range map[string]string{filepath.Join(outside, "t.json"): `{"Resources":{}}`, filepath.Join(dir, "manifest.json"): manifest} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, put := range map[string]func(file string) error{
		"a link to a file outside": func(file string) error { return os.Symlink(filepath.Join(outside, "t.json"), file) },
		"a folder":                 func(file string) error { return os.Mkdir(file, 0o700) },
		"a pipe":                   func(file string) error { return syscall.Mkfifo(file, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, "t.json")
			if err := put(file); err != nil {
				t.Fatal(err)
			}
			defer os.Remove(file)
			if a, err := Read(root.FS()); err == nil {
				t.Errorf("Read = %+v, want an error", a)
			}
		})
	}
}
