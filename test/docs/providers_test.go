package docs

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/token"
)

// providerHeadings are those of every page below docs/providers.
var providerHeadings = []string{
	"What you set up there", "What Scopeway creates", "How scopes appear in the token", "A token of the shape",
	"Rotation", "Limits", "Troubleshooting",
}

func providerPages(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(root, "docs/providers/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages = slices.DeleteFunc(pages, func(page string) bool { return filepath.Base(page) == "README.md" })
	if len(pages) < 7 {
		t.Fatalf("docs/providers has %d pages, want 7 at least", len(pages))
	}
	for i, page := range pages {
		pages[i] = filepath.Join("docs/providers", filepath.Base(page))
	}
	return pages
}

func TestThePagesOfProvidersHaveTheSameHeadings(t *testing.T) {
	heading := regexp.MustCompile(`(?m)^## (.*)$`)
	for _, page := range providerPages(t) {
		var got []string
		for _, match := range heading.FindAllStringSubmatch(read(t, page), -1) {
			got = append(got, match[1])
		}
		if !slices.Equal(got, providerHeadings) {
			t.Errorf("%s has the headings %q, want %q", page, got, providerHeadings)
		}
	}
}

func TestTroubleshootingNamesReasonsThatThereAre(t *testing.T) {
	reason := regexp.MustCompile("`([a-z]+_[a-z_]+)`")
	looks := regexp.MustCompile(`"(an? [^"]+)"`)
	known := map[string]bool{"looks_like": true}
	for _, r := range access.Reasons() {
		known[string(r)] = true
	}
	for _, page := range providerPages(t) {
		_, table, _ := strings.Cut(read(t, page), "## Troubleshooting")
		reasons := 0
		for line := range strings.Lines(table) {
			cells := strings.Split(line, "|")
			if len(cells) < 4 {
				continue
			}
			for _, match := range reason.FindAllStringSubmatch(cells[2], -1) {
				reasons++
				if !known[match[1]] {
					t.Errorf("%s: %q is no reason of the audit line", page, match[1])
				}
			}
			for _, match := range looks.FindAllStringSubmatch(cells[2], -1) {
				if beginning := strings.TrimSuffix(match[1], " …"); !slices.ContainsFunc(token.Looks(), func(l string) bool {
					return l == match[1] || beginning != match[1] && strings.HasPrefix(l, beginning)
				}) {
					t.Errorf("%s: no token is said to look like %q", page, match[1])
				}
			}
		}
		if reasons < 2 {
			t.Errorf("%s: the table names %d reasons, want 2 at least", page, reasons)
		}
	}
}
