package nag

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

// finding is what a rule of cdk-nag says of a resource.
type finding struct {
	rule, path, verdict, reason, level, text string
}

// findings reads cdk-nag's reports.
func (a assembly) findings(t *testing.T) []finding {
	t.Helper()
	reports, err := filepath.Glob(filepath.Join(a.dir, "AwsSolutions-*-NagReport.csv"))
	if err != nil || len(reports) == 0 {
		t.Fatalf("cdk-nag wrote no report: %v", err)
	}
	var all []finding
	for _, report := range reports {
		file, err := os.Open(report)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(file).ReadAll()
		file.Close()
		if err != nil {
			t.Fatalf("%s: %v", report, err)
		}
		for _, l := range lines[1:] {
			all = append(all, finding{l[0], l[1], l[2], l[3], l[4], l[5]})
		}
	}
	return all
}

func TestNothingIsFound(t *testing.T) {
	everyApp(t, func(t *testing.T, name string, a assembly) {
		for _, f := range a.findings(t) {
			switch f.verdict {
			case "Compliant", "Suppressed":
			default:
				t.Errorf("%s: %s (%s) %s: %s", f.rule, f.path, f.level, f.verdict, f.text)
			}
		}
	})
}
