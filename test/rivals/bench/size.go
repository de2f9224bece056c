package main

import (
	"context"
	"os"

	"github.com/scopeway/scopeway/test/bench/lambdahost"
)

// zipped is the size of one function as it is deployed.
type zipped struct {
	name  string
	bytes int
}

// measureSizes makes the zips that are deployed.
func (r *report) measureSizes(_ context.Context, s *scene, b *bundled, _ effort) error {
	table, err := tableOf(routes)
	if err != nil {
		return err
	}
	for _, arch := range []struct{ goarch, name string }{{"arm64", "arm64"}, {"amd64", "x86_64"}} {
		folder, err := os.MkdirTemp("", "scopeway-bench-size-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		path, err := lambdahost.Build("../../..", folder, "linux", arch.goarch)
		if err != nil {
			return err
		}
		binary, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		size, err := lambdahost.ZipSize(map[string][]byte{"bootstrap": binary, "table.json": table})
		if err != nil {
			return err
		}
		r.zips = append(r.zips, zipped{ours + ", " + arch.name, size})
	}
	script, err := os.ReadFile(b.bootstrap)
	if err != nil {
		return err
	}
	size, err := lambdahost.ZipSize(map[string][]byte{"bootstrap.mjs": script})
	r.zips = append(r.zips, zipped{nodeName + ", without Node.js", size})
	return err
}
