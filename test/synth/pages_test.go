package synth

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

const root = "../.."

// pages are the examples' pages by the name of the example.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "docs", "examples", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found no pages: %v", err)
	}
	found := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name := strings.TrimSuffix(filepath.Base(file), ".md"); name != "README" {
			found[name] = string(text)
		}
	}
	return found
}

func TestEveryExampleHasAPage(t *testing.T) {
	found := pages(t)
	mains, err := filepath.Glob(filepath.Join(root, "examples", "*", "main.go"))
	if err != nil || len(mains) == 0 {
		t.Fatalf("found no examples: %v", err)
	}
	index, err := os.ReadFile(filepath.Join(root, "docs", "examples", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, main := range mains {
		example := filepath.Base(filepath.Dir(main))
		if found[example] == "" {
			t.Errorf("example %q has no page docs/examples/%s.md", example, example)
		}
		if !strings.Contains(string(index), "("+example+".md)") {
			t.Errorf("docs/examples/README.md does not list %q", example)
		}
		delete(found, example)
	}
	for page := range found {
		t.Errorf("docs/examples/%s.md is the page of no example", page)
	}
}

var row = regexp.MustCompile("(?m)^\\| `([A-Z]+ /[^`]*)` \\| ([^|]*) \\|$")

// TestThePagesHaveTheRoutes compares each page's table of routes with what the
// example's goldens tell tools.
func TestThePagesHaveTheRoutes(t *testing.T) {
	for example, page := range pages(t) {
		want := routes(t, example)
		var got []string
		for _, m := range row.FindAllStringSubmatch(page, -1) {
			got = append(got, fmt.Sprintf("| `%s` | %s |", m[1], m[2]))
		}
		for _, r := range want {
			if !slices.Contains(got, r) {
				t.Errorf("docs/examples/%s.md lacks %s", example, r)
			}
		}
		for _, r := range got {
			if !slices.Contains(want, r) {
				t.Errorf("docs/examples/%s.md has %s, which the example has not", example, r)
			}
		}
	}
}

// routes returns a row for each route of an example's APIs, each once.
func routes(t *testing.T, example string) []string {
	t.Helper()
	goldens, err := filepath.Glob(filepath.Join("testdata", example+"-*.json"))
	if err != nil || len(goldens) == 0 {
		t.Fatalf("%s has no golden: %v", example, err)
	}
	var rows []string
	for _, golden := range goldens {
		text, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		var template struct {
			Resources map[string]struct {
				Metadata struct {
					Scopeway struct {
						Routes map[string]access.Rule `json:"routes"`
					}
				}
			}
		}
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatalf("%s: %v", golden, err)
		}
		for _, resource := range template.Resources {
			for route, rule := range resource.Metadata.Scopeway.Routes {
				rows = append(rows, fmt.Sprintf("| `%s` | %s |", route, rule))
			}
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

var quoted = regexp.MustCompile("(?ms)^ *```\\w+ ([\\w./-]+)\n(.*?)^ *```$")

// TestThePagesQuoteWhatIsThere compares each block that names a file with the
// file. Blocks of Go without a name are compiled in test/docs.
func TestThePagesQuoteWhatIsThere(t *testing.T) {
	quotes := 0
	for example, page := range pages(t) {
		for _, m := range quoted.FindAllStringSubmatch(page, -1) {
			quotes++
			text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(m[1])))
			if err != nil {
				t.Errorf("docs/examples/%s.md: %v", example, err)
				continue
			}
			if !strings.Contains(outdented(string(text)), outdented(m[2])) {
				t.Errorf("docs/examples/%s.md quotes what %s has not:\n%s", example, m[1], m[2])
			}
		}
	}
	if quotes < 6 {
		t.Errorf("found %d quotes, want at least 6", quotes)
	}
}

// outdented takes the white space from the beginning of lines, which a page has as
// its own.
func outdented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, "\t ")
	}
	return strings.Join(lines, "\n")
}

// TestTheRestExampleIsTheQuickStart holds what its page says: no rule and no
// route differs between the two.
func TestTheRestExampleIsTheQuickStart(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^\t(?:admins := )?(?:api|admins)\.(?:Handle|Group)\(.*$`)
	of := func(example string) []string {
		text, err := os.ReadFile(filepath.Join(root, "examples", example, "shop", "shop.go"))
		if err != nil {
			t.Fatal(err)
		}
		return declared.FindAllString(string(text), -1)
	}
	quickstart, rest := of("quickstart"), of("rest")
	if len(quickstart) != 5 || !slices.Equal(quickstart, rest) {
		t.Errorf("the REST example declares %q, want what the quick start does: %q", rest, quickstart)
	}
	if a, b := routes(t, "quickstart"), routes(t, "rest"); !slices.Equal(a, b) {
		t.Errorf("the REST example has the routes %q, want %q", b, a)
	}
}
