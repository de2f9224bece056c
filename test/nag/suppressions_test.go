package nag

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the list of suppressions anew")

// golden lists every finding that is suppressed, by rule and reason.
const golden = "testdata/suppressions.txt"

func TestEverySuppressionIsKnown(t *testing.T) {
	paths := map[string][]string{} // by rule and reason
	everyApp(t, func(t *testing.T, name string, a assembly) {
		for _, f := range a.findings(t) {
			if f.verdict == "Suppressed" {
				key := f.rule + ": " + f.reason
				paths[key] = append(paths[key], "\t"+name+": "+f.path)
			}
		}
	})
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(paths)) {
		slices.Sort(paths[key])
		fmt.Fprintf(&b, "%s\n%s\n\n", key, strings.Join(slices.Compact(paths[key]), "\n"))
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	got, known := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(known)) {
		if i >= len(got) || i >= len(known) || got[i] != known[i] {
			t.Fatalf("%s:%d: got %q, want %q; look at it, and write it anew with go test -update", golden, i+1, line(got, i), line(known, i))
		}
	}
}

func line(lines []string, i int) string {
	if i >= len(lines) {
		return "nothing"
	}
	return lines[i]
}

// A suppression that suppresses nothing would hide what comes later, and one
// for a whole stack hides what nobody looked at.
func TestNoSuppressionIsIdle(t *testing.T) {
	everyApp(t, func(t *testing.T, _ string, a assembly) {
		used := map[string]bool{}
		for _, f := range a.findings(t) {
			if f.verdict == "Suppressed" {
				used[f.rule+" "+f.path+" "+f.reason] = true
			}
		}
		for file, template := range a.templates {
			if template.Metadata["cdk_nag"] != nil {
				t.Errorf("%s suppresses rules for the whole stack", file)
			}
			for id, r := range template.Resources {
				metadata, _ := r.Metadata["cdk_nag"].(map[string]any)
				rules, _ := metadata["rules_to_suppress"].([]any)
				for _, rule := range rules {
					rule := rule.(map[string]any)
					reason := fmt.Sprint(rule["reason"])
					reasons := []string{reason}
					if named := list(rule["applies_to"]); len(named) > 0 {
						reasons = nil
						for _, finding := range named {
							reasons = append(reasons, fmt.Sprintf("[%v] %s", finding, reason))
						}
					}
					for _, reason := range reasons {
						if !used[fmt.Sprint(rule["id"], " ", r.path(), " ", reason)] {
							t.Errorf("%s: %s (%s) suppresses %v, which finds nothing there: %s", file, id, r.path(), rule["id"], reason)
						}
					}
				}
			}
		}
	})
}
