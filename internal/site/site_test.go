package site_test

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/internal/site"
)

func TestOutsideFindsTheCallerOfAPackage(t *testing.T) {
	got := site.Outside("github.com/scopeway/scopeway/internal/site").String()
	if !strings.HasPrefix(got, "site_test.go:") {
		t.Errorf("Outside() = %q, want this file, relative to the working directory", got)
	}
}

func TestOutsidePassesOverAWholeTreeButNotItsTests(t *testing.T) {
	got := site.Outside("github.com/scopeway/scopeway/internal/...").String()
	if !strings.HasPrefix(got, "site_test.go:") {
		t.Errorf("Outside() = %q, want this file", got)
	}
}

func TestTheZeroSiteIsEmpty(t *testing.T) {
	if got := (site.Site{}).String(); got != "" {
		t.Errorf("String() = %q, want nothing", got)
	}
}
