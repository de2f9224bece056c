package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The suites and the measurements judge the same versions.
func TestTheRivalsAreThoseOfTheModuleAbove(t *testing.T) {
	version := regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`)
	pins := func(file string) map[string]string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, line := range version.FindAllStringSubmatch(string(text), -1) {
			all[line[1]] = line[2]
		}
		return all
	}
	above, here := pins("../go.mod"), pins("go.mod")
	if len(above) < 6 {
		t.Fatalf("go.mod above has %d modules", len(above))
	}
	for path, want := range above {
		if got := here[path]; got != "" && got != want {
			t.Errorf("%s is at %s here, at %s above", path, got, want)
		}
	}
}

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
