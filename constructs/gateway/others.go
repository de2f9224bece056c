package gateway

import (
	"path/filepath"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// home returns the template, among those, that the API's resources are in, or
// "".
func (c *core) home(paths []string) string {
	file := *awscdk.Stack_Of(c.construct).TemplateFile()
	if i := slices.IndexFunc(paths, func(path string) bool { return filepath.Base(path) == file }); i >= 0 {
		return paths[i]
	}
	return ""
}

// withoutOthers leaves out what is said of resources that others of Scopeway's
// constructs declared: routes that were added to the same API elsewhere in the
// app. They have rules, and are judged as what they were declared to be.
func (c *core) withoutOthers(found []judge.Violation, api judge.API, paths []string) []judge.Violation {
	stranger := func(v judge.Violation) bool {
		return (v.Rule == judge.UndeclaredRoute || v.Rule == judge.ChangedResource) && !declares(api, v)
	}
	if !slices.ContainsFunc(found, stranger) {
		return found
	}
	for _, m := range app.Of(c.construct).Members() {
		other, ok := m.(*core)
		if !ok || other == c || !other.authorizer.code.Ready() {
			continue
		}
		home := other.home(paths)
		if home == "" {
			continue
		}
		theirs, err := other.declared(home)
		if err != nil {
			continue
		}
		found = slices.DeleteFunc(found, func(v judge.Violation) bool { return stranger(v) && declares(theirs, v) })
	}
	return found
}

// declares reports whether the violation's resource is one of the API's.
func declares(api judge.API, v judge.Violation) bool {
	is := func(r judge.Resource) bool { return r.LogicalID == v.LogicalID }
	return v.Template == api.Template && (slices.ContainsFunc(api.Routes, is) || slices.ContainsFunc(api.Others, is))
}
