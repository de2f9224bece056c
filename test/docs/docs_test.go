package docs

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documents returns the paths of all Markdown files.
func documents(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "cdk.out") {
			return fs.SkipDir
		}
		if filepath.Ext(path) == ".md" {
			rel, err := filepath.Rel(root, path)
			found = append(found, rel)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// TestGoBlocksCompile puts the Go blocks of each document into a module that
// requires this one, vets them, and runs the tests among them.
func TestGoBlocksCompile(t *testing.T) {
	from, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, requirements, _ := strings.Cut(read(t, "go.mod"), "\n")
	write("go.mod", "module example.com/documents\n"+requirements+"\nrequire github.com/scopeway/scopeway v0.0.0\n\nreplace github.com/scopeway/scopeway => "+from+"\n")
	write("go.sum", read(t, "go.sum"))
	blocks := 0
	for _, document := range documents(t) {
		for i, block := range goBlock.FindAllStringSubmatch(read(t, document), -1) {
			blocks++
			name := fmt.Sprintf("block%d.go", i)
			if strings.Contains(block[1], "\"testing\"") {
				name = fmt.Sprintf("block%d_test.go", i)
			}
			write(filepath.Join(regexp.MustCompile(`\W`).ReplaceAllString(document, ""), name), block[1])
		}
	}
	if blocks < 3 {
		t.Fatalf("found %d Go blocks, want at least 3", blocks)
	}
	test := exec.Command("go", "test", "./...")
	test.Dir = dir
	test.Env = append(os.Environ(), "GOWORK=off")
	if said, err := test.CombinedOutput(); err != nil {
		t.Errorf("a Go block does not compile or pass: %v\n%s", err, said)
	}
}

// TestTheRouteTableIsWhatIsSynthesised compares the README's table with the
// golden of the quick start.
func TestTheRouteTableIsWhatIsSynthesised(t *testing.T) {
	var golden struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				RouteKey string
				Target   struct {
					Join []any `json:"Fn::Join"`
				}
			}
			Metadata struct{ Scopeway struct{ Rule string } }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "test/synth/testdata/quickstart-Quickstart.json")), &golden); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, id := range slices.Sorted(maps.Keys(golden.Resources)) {
		r := golden.Resources[id]
		if r.Type != "AWS::ApiGatewayV2::Route" {
			continue
		}
		target := fmt.Sprint(r.Properties.Target.Join)
		backend := regexp.MustCompile(`ApiIntegrations([A-Za-z]+?)[0-9a-f]{8}[0-9A-F]{8}\b`).FindStringSubmatch(target)
		want = append(want, fmt.Sprintf("| `%s` | %s | `%s` |", r.Properties.RouteKey, r.Metadata.Scopeway.Rule, backend[1]))
	}
	readme := read(t, "README.md")
	if len(want) != 4 {
		t.Fatalf("the golden has %d routes, want 4", len(want))
	}
	for _, row := range want {
		if !strings.Contains(readme, row) {
			t.Errorf("the README's table lacks %s", row)
		}
	}
}

var errorID = regexp.MustCompile(`(?:problem\(|add\(|return |corsProblem\{|Problem\{|ID:\s*)"([A-Z]\w+)"`)

func TestEveryErrorIsListed(t *testing.T) {
	listed := read(t, "docs/errors.md")
	seen := map[string]bool{}
	for _, room := range []string{"access", "constructs"} {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range errorID.FindAllStringSubmatch(string(text), -1) {
				seen[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for id := range seen {
		if !strings.Contains(listed, "| `"+id+"` |") {
			t.Errorf("docs/errors.md lacks %s", id)
		}
	}
	rows := regexp.MustCompile("(?m)^\\| `([A-Z]\\w+)` \\|").FindAllStringSubmatch(strings.Split(listed, "## Openings")[0], -1)
	if len(rows) != len(seen) {
		t.Errorf("docs/errors.md lists %d problems, the code has %d", len(rows), len(seen))
	}
	for _, row := range rows {
		if !seen[row[1]] {
			t.Errorf("docs/errors.md lists %s, which no code reports", row[1])
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, document := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, document), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(document), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", document, m[1])
			}
		}
	}
}
