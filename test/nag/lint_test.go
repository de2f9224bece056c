package nag

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tools is where "make setup" puts cfn-lint.
const tools = "../../.tools/python/bin"

// TestCfnLintFindsNothing judges every template by the schemas of AWS: a
// property or a value that they do not know is an error. W3005 stays out as in
// the Makefile: awscdk adds a DependsOn where a reference says the same already.
func TestCfnLintFindsNothing(t *testing.T) {
	lint := []string{filepath.Join(tools, "python"), filepath.Join(tools, "cfn-lint")}
	for _, program := range lint {
		if _, err := os.Stat(program); err != nil {
			t.Fatalf("%v; make setup installs cfn-lint", err)
		}
	}
	// One run for all: most of its time goes into reading the schemas.
	args := append(lint[1:], "--ignore-checks", "W3005", "--regions", "us-east-1", "--")
	everyApp(t, func(t *testing.T, _ string, a assembly) {
		files, err := filepath.Glob(filepath.Join(a.dir, "*.template.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("found no templates: %v", err)
		}
		args = append(args, files...)
	})
	said, err := exec.Command(lint[0], args...).CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err != nil || len(said) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, said)
	}
}
