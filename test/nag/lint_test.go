package nag

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tools is where "make setup" puts cfn-lint.
const tools = "../../.tools/python/bin"

// TestCfnLintFindsNothing judges every template by the schemas of AWS: a
// property or a value that they do not know is an error.
func TestCfnLintFindsNothing(t *testing.T) {
	lint := []string{filepath.Join(tools, "python"), filepath.Join(tools, "cfn-lint")}
	for _, program := range lint {
		if _, err := os.Stat(program); err != nil {
			t.Fatalf("%v; make setup installs cfn-lint", err)
		}
	}
	// One run for all: most of its time goes into reading the schemas.
	args := append(lint[1:], "--format", "parseable", "--regions", "us-east-1", "--", planted)
	everyApp(t, func(t *testing.T, _ string, a assembly) {
		files, err := filepath.Glob(filepath.Join(a.dir, "*.template.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("found no templates: %v", err)
		}
		args = append(args, files...)
	})
	said, err := exec.Command(lint[0], args...).CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		t.Fatalf("cfn-lint: %v, want an exit with the planted mistakes\n%s", err, said)
	}
	found := map[string]bool{}
	for line := range strings.Lines(string(said)) {
		if ofAwscdk.MatchString(strings.TrimSpace(line)) {
			continue
		}
		mistake, isPlanted := strings.CutPrefix(line, planted+":")
		if !isPlanted {
			t.Errorf("cfn-lint: %s", strings.TrimSpace(line))
			continue
		}
		found[rule.FindString(mistake)] = true
	}
	for _, want := range []string{"E3002", "E3012", "E3030"} {
		if !found[want] {
			t.Errorf("cfn-lint did not find the planted %s:\n%s", want, said)
		}
	}
}

// planted has a property that does not exist (E3002), a number that is a text
// (E3012) and a value that is not one of those there are (E3030), to be found.
const planted = "testdata/mistakes.json"

// ofAwscdk is a function that waits for its role, to which it refers anyway:
// awscdk writes that for every function, so that the role's policies are there.
var ofAwscdk = regexp.MustCompile(`:W3005:'\w+' dependency already enforced by a 'GetAtt' at 'Resources/\w+/Properties/Role'$`)

var rule = regexp.MustCompile(`[EWI][0-9]{4}`)
