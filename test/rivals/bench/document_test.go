package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestADocumentWithoutBothMarkersIsLeftAlone(t *testing.T) {
	for _, document := range []string{"", "text\n", beginMark, endMark, endMark + beginMark} {
		file := filepath.Join(t.TempDir(), "benchmarks.md")
		if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := writeInto(file, "tables"); err == nil {
			t.Errorf("document %q was written into", document)
		}
		if text, _ := os.ReadFile(file); string(text) != document {
			t.Errorf("document %q became %q", document, text)
		}
	}
}
