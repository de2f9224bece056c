package imports

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/scopeway/scopeway"

// allowed says which packages outside the standard library each room may be
// built from, by prefix. Rooms point inward: no room may use one that is not
// in its list.
var allowed = map[string][]string{
	"":           {},
	"access":     {module + "/access", module + "/internal/site"},
	"internal":   {module + "/internal", module + "/access"},
	"explain":    {module + "/authorizer", module + "/access", module + "/internal", "github.com/aws/aws-lambda-go/"},
	"caller":     {module + "/caller", module + "/access", module + "/internal", "github.com/aws/aws-lambda-go/events"},
	"cmd":        {module + "/authorizer", module + "/access", module + "/internal", "github.com/aws/aws-lambda-go/"},
	"issuertest": {module + "/issuertest"},
	"rotator":    {module + "/rotator", module + "/internal", module + "/access", "github.com/aws/aws-lambda-go/", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"},
	"authorizer": {module + "/access", module + "/authorizer", module + "/internal", "github.com/aws/aws-lambda-go/"},
	"constructs": nil, // anything
	"examples":   nil,
	"test":       nil,
}

// pure packages of the authorizer do without AWS altogether.
var pure = []string{"authorizer/token", "authorizer/keyset", "authorizer/event", "authorizer/audit"}

func TestImportsPointInward(t *testing.T) {
	for _, line := range list(t, "{{.ImportPath}} {{join .Deps \" \"}}", "./...") {
		words := strings.Fields(line)
		path := strings.TrimPrefix(strings.TrimPrefix(words[0], module), "/")
		room, _, _ := strings.Cut(path, "/")
		if path == "internal/explain" { // alone among the internal ones it runs the authorizer
			room = "explain"
		}
		may, known := allowed[room]
		if !known {
			t.Errorf("%s is in no known room: add it to the table above", words[0])
		}
		if may == nil {
			continue
		}
		for _, dep := range words[1:] {
			switch first, _, _ := strings.Cut(dep, "/"); {
			case !strings.Contains(first, "."): // the standard library
			case slices.ContainsFunc(pure, func(p string) bool { return path == p }) && !strings.HasPrefix(dep, module):
				t.Errorf("%s imports %s: it may use the standard library and this module only", words[0], dep)
			case !slices.ContainsFunc(may, func(prefix string) bool {
				return dep == prefix || strings.HasPrefix(dep, strings.TrimSuffix(prefix, "/")+"/")
			}):
				t.Errorf("%s imports %s: it may use the standard library and %s only", words[0], dep, strings.Join(may, ", "))
			}
		}
	}
}

func TestTheModuleRequiresOnlyWhatUsersRun(t *testing.T) {
	want := []string{
		"github.com/aws/aws-cdk-go/awscdk/v2",
		"github.com/aws/aws-lambda-go",
		"github.com/aws/aws-sdk-go-v2",
		"github.com/aws/aws-sdk-go-v2/config",
		"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider",
		"github.com/aws/aws-sdk-go-v2/service/secretsmanager",
		"github.com/aws/constructs-go/constructs/v10",
		"github.com/aws/jsii-runtime-go",
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); !slices.Equal(got, want) {
		t.Errorf("direct requirements = %v, want %v", got, want)
	}
}

// list returns the lines of go list, run at the root of the module.
func list(t *testing.T, format, packages string) []string {
	t.Helper()
	command := exec.Command("go", "list", "-f", format, packages)
	command.Dir = "../.."
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
