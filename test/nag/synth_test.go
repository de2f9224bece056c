package nag

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// assembly is a synthesised app.
type assembly struct {
	dir       string
	templates map[string]template // by file name
}

type template struct {
	Metadata  map[string]any
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties map[string]any
	Metadata   map[string]any
}

// path is the path of the resource's construct.
func (r resource) path() string {
	path, _ := r.Metadata["aws:cdk:path"].(string)
	return path
}

// assemblies keeps what was synthesised: every test looks at the same.
var assemblies = map[string]assembly{}

// assembled synthesises an app at the first call.
func assembled(t *testing.T, name string) assembly {
	t.Helper()
	if a, known := assemblies[name]; known {
		return a
	}
	a := synthesise(t, name, apps[name])
	assemblies[name] = a
	return a
}

// synthesise does as "cdk synth" would with cdk-nag's AwsSolutions rules, but
// compiles no authorizer.
func synthesise(t *testing.T, name string, declare func(awscdk.App)) assembly {
	t.Helper()
	a := assembly{dir: filepath.Join(scratch, name), templates: map[string]template{}}
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir: jsii.String(a.dir),
		Context: &map[string]any{
			"aws:cdk:bundling-stacks":      []string{},
			"aws:cdk:enable-path-metadata": true,
		},
		AnalyticsReporting: jsii.Bool(false),
	})
	declare(app)
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Verbose: jsii.Bool(true)}), nil)
	app.Synth(nil)

	files, err := filepath.Glob(filepath.Join(a.dir, "*.template.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no templates: %v", name, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var parsed template
		if err := json.Unmarshal(text, &parsed); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		a.templates[strings.TrimSuffix(filepath.Base(file), ".template.json")] = parsed
	}
	return a
}

// everyApp calls a function for each app, in one order.
func everyApp(t *testing.T, look func(t *testing.T, name string, a assembly)) {
	for _, name := range slices.Sorted(maps.Keys(apps)) {
		t.Run(name, func(t *testing.T) { look(t, name, assembled(t, name)) })
	}
}
