package consumers

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const module = "github.com/scopeway/scopeway"

// checkout is the root of this module.
const checkout = "../.."

// publish puts the checkout into a folder of a module proxy, under versions.
func publish(proxy string, versions ...string) error {
	files, err := published()
	if err != nil {
		return err
	}
	dir := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, version := range versions {
		archive, err := os.Create(filepath.Join(dir, version+".zip"))
		if err != nil {
			return err
		}
		w := zip.NewWriter(archive)
		for name, content := range files {
			f, err := w.Create(module + "@" + version + "/" + name)
			if err != nil {
				return err
			}
			if _, err := f.Write(content); err != nil {
				return err
			}
		}
		if err := w.Close(); err != nil {
			return err
		}
		if err := archive.Close(); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, version+".mod"), files["go.mod"], 0o600); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, version+".info"), []byte(`{"Version":"`+version+`","Time":"2026-01-01T00:00:00Z"}`), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// published returns what users get of the checkout, without tests and without
// what only this repository needs.
func published() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(checkout, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == checkout {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, filepath.FromSlash(checkout)+string(filepath.Separator)))
		if entry.IsDir() {
			switch {
			case strings.HasPrefix(entry.Name(), "."), strings.HasPrefix(entry.Name(), "_"), entry.Name() == "testdata",
				name == "test", name == "examples", name == "docs", name == "cdk.out":
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files[name], err = os.ReadFile(path)
		return err
	})
	return files, err
}
