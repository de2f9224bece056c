package synth

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the goldens anew")

// The key of a compiled function changes with every line of its sources; the
// table's digest, which stands beside it, does not.
var assetKey = regexp.MustCompile(`"S3Key": "[0-9a-f]{64}\.zip"`)

// TestExamples runs each example as "cdk synth" would, but compiles
// nothing, and compares each template with testdata/EXAMPLE-STACK.json.
func TestExamples(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mains, err := filepath.Glob(filepath.Join(root, "examples", "*", "main.go"))
	if err != nil || len(mains) == 0 {
		t.Fatalf("no examples found: %v", err)
	}
	binaries := compile(t, root, mains)
	var mu sync.Mutex
	expected := map[string]bool{}
	t.Run("each", func(t *testing.T) {
		for _, main := range mains {
			example := filepath.Base(filepath.Dir(main))
			t.Run(example, func(t *testing.T) {
				t.Parallel() // each is a process of its own
				for stack, got := range synthesise(t, root, filepath.Join(binaries, example)) {
					name := example + "-" + stack + ".json"
					mu.Lock()
					expected[name] = true
					mu.Unlock()
					compare(t, filepath.Join("testdata", name), got)
				}
			})
		}
	})
	goldens, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, golden := range goldens {
		if !expected[filepath.Base(golden)] {
			t.Errorf("%s is the golden of no stack, remove it", golden)
		}
	}
}

// compile compiles the examples, and returns the folder they are in. The links
// are of no use to anybody but this test, so they are made without symbols.
func compile(t *testing.T, root string, mains []string) string {
	t.Helper()
	dir := t.TempDir()
	arguments := []string{"build", "-ldflags=-s -w", "-o", dir + string(filepath.Separator)}
	for _, main := range mains {
		arguments = append(arguments, "./examples/"+filepath.Base(filepath.Dir(main)))
	}
	build := exec.Command("go", arguments...)
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the examples do not compile: %v\n%s", err, said)
	}
	return dir
}

// synthesise returns an example's templates by stack.
func synthesise(t *testing.T, root, binary string) map[string][]byte {
	t.Helper()
	example, out := filepath.Base(binary), t.TempDir()
	app := exec.Command(binary)
	app.Dir = root
	app.Env = append(os.Environ(), "CDK_OUTDIR="+out, `CDK_CONTEXT_JSON={"aws:cdk:bundling-stacks":[]}`)
	if said, err := app.CombinedOutput(); err != nil {
		t.Fatalf("%s does not synthesise: %v\n%s", example, err, said)
	}
	files, err := filepath.Glob(filepath.Join(out, "*.template.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no template: %v", example, err)
	}
	templates := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stack, _, _ := strings.Cut(filepath.Base(file), ".")
		templates[stack] = normalise(t, text)
	}
	return templates
}

// normalise indents a template and masks the keys of compiled functions.
func normalise(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", " "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return assetKey.ReplaceAll(b.Bytes(), []byte(`"S3Key": "compiled.zip"`))
}

func compare(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v; make golden-update writes it", err)
	}
	if bytes.Equal(got, want) {
		return
	}
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("%s:%d: got %q, want %q; make golden-update writes it anew", golden, i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("%s: got %d lines, want %d; make golden-update writes it anew", golden, len(gotLines), len(wantLines))
}
