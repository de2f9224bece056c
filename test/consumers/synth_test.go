package consumers

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// program is a shop's CDK program, compiled, and the machine and the module it
// is compiled on.
type program struct {
	machine
	dir, file string
}

// synth runs the program in a folder and returns the authorizers it made by the
// keys of their bundles, and how many stages have a bundle. All of them have one
// rotator.
func (p program) synth(t *testing.T, dir string, env ...string) (hashes map[string]string, stages int) {
	t.Helper()
	rotators := map[string]string{}
	out := t.TempDir()
	p.run(t, dir, append([]string{"CDK_OUTDIR=" + out}, env...), p.file)
	hashes = map[string]string{}
	var templates []string
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		folder := filepath.Base(filepath.Dir(path))
		switch key, isAsset := strings.CutPrefix(folder, "asset."); {
		case isAsset && entry.Name() == "bootstrap":
			content, err := os.ReadFile(path)
			of := hashes
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), "table.json")); err != nil {
				of = rotators
			}
			of[key] = fmt.Sprintf("%x", sha256.Sum256(content))
			return err
		case strings.HasSuffix(entry.Name(), ".template.json"):
			text, err := os.ReadFile(path)
			templates = append(templates, string(text))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rotators) != 1 {
		t.Errorf("there are the rotators %v, want one", rotators)
	}
	for key := range hashes {
		for _, text := range templates {
			if strings.Contains(text, `"S3Key": "`+key+`.zip"`) {
				stages++
			}
		}
	}
	return hashes, stages
}

// refusal runs the program where it has to fail, and returns what it said.
func (p program) refusal(t *testing.T, dir string, env ...string) string {
	t.Helper()
	said, err := p.try(dir, append([]string{"CDK_OUTDIR=" + t.TempDir()}, env...), p.file)
	if err == nil {
		t.Fatalf("it synthesised; it said:\n%s", said)
	}
	return said
}

// compiledOn compiles the CDK program of a shop. Without paths in it the
// compiler's cache serves the next run of the test.
func compiledOn(t *testing.T, m machine, dir string) program {
	t.Helper()
	p := program{m, dir, filepath.Join(dir, "cdk-app")}
	m.run(t, dir, nil, "go", "build", "-trimpath", "-buildvcs=false", "-o", p.file, "./infra")
	return p
}

// withoutGo is a PATH with Node.js, which the CDK needs, and no Go.
func withoutGo(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(node, filepath.Join(dir, "node")); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir
}

func TestAShopIsSynthesised(t *testing.T) {
	p := compiledOn(t, first, shop(t))
	hashes, stages := p.synth(t, filepath.Join(p.dir, "infra"))
	if len(hashes) != 1 || stages != 2 {
		t.Fatalf("%d stages use the bundles %v, want both stages to use one", stages, slices.Collect(maps.Keys(hashes)))
	}
	key := slices.Collect(maps.Keys(hashes))[0]

	prebuilt := filepath.Join(t.TempDir(), "authorizer")
	sum := first.sumOf(t, p.dir, nil, prebuilt, command)
	if hashes[key] != sum {
		t.Errorf("the synth made an authorizer with the hash %s, the command one with %s", hashes[key], sum)
	}
	rotator := filepath.Join(t.TempDir(), "rotator")
	first.run(t, p.dir, nil, command, "build", "-of", "rotator", "-arch", "x86_64", "-o", rotator)
	noGo, prepared := withoutGo(t), "SHOP_ROTATOR="+rotator
	outside := t.TempDir()

	t.Run("without Go, with the prebuilt authorizer, outside the module", func(t *testing.T) {
		got, stages := p.synth(t, outside, noGo, prepared, "SHOP_AUTHORIZER="+prebuilt)
		if !maps.Equal(got, hashes) || stages != 2 {
			t.Errorf("%d stages use the bundles %v, want both to use %v as where it is compiled", stages, got, hashes)
		}
	})
	t.Run("a rule changes the key and not the authorizer", func(t *testing.T) {
		got, _ := p.synth(t, outside, noGo, prepared, "SHOP_AUTHORIZER="+prebuilt, "SHOP_RULE=both")
		if got[key] != "" || !slices.Equal(slices.Collect(maps.Values(got)), []string{sum}) {
			t.Errorf("the bundles are %v, want another key than %s for the hash %s", got, key, sum)
		}
	})
	t.Run("without Go and without a prebuilt authorizer", func(t *testing.T) {
		if said := p.refusal(t, p.dir, noGo); !strings.Contains(said, "not on PATH") || !strings.Contains(said, "cmd/scopeway build") {
			t.Errorf("it said %q, want that Go is missing, and the command", said)
		}
	})
	t.Run("outside the module without a prebuilt authorizer", func(t *testing.T) {
		if said := p.refusal(t, outside); !strings.Contains(said, "run cdk in your Go module") {
			t.Errorf("it said %q, want where to run cdk", said)
		}
	})
	t.Run("with an authorizer of another version", func(t *testing.T) {
		dir := shop(t)
		first.run(t, dir, nil, "go", "get", module+"@"+otherVersion)
		other := filepath.Join(dir, "authorizer")
		first.sumOf(t, dir, nil, other, command)
		if said := p.refusal(t, outside, noGo, prepared, "SHOP_AUTHORIZER="+other); !strings.Contains(said, version) || !strings.Contains(said, otherVersion) {
			t.Errorf("it said %q, want both versions", said)
		}
	})
	t.Run("with an authorizer for another architecture", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "authorizer")
		first.run(t, p.dir, nil, command, "build", "-arch", "arm64", "-o", other)
		if said := p.refusal(t, outside, noGo, prepared, "SHOP_AUTHORIZER="+other); !strings.Contains(said, "EM_AARCH64") {
			t.Errorf("it said %q, want the architecture", said)
		}
	})
}

func TestAVendoredShopNeedsNoModuleCache(t *testing.T) {
	dir := shop(t)
	// jsii-runtime-go names its own tools under a build tag. A user gets them with
	// "go mod tidy"; where this module was only built, they are not there.
	first.run(t, dir, nil, "go", "mod", "vendor", "-e")
	bare := first
	bare.moduleCache, bare.proxy = filepath.Join(t.TempDir(), "modules"), "off"
	want := bare.sum(t, dir)
	for _, c := range []struct{ name, folder, flags string }{
		{"in a folder of the module", "infra", ""},
		{"with the flag", ".", "GOFLAGS=-mod=vendor"},
		{"with the flag in a folder of the module", "infra", "GOFLAGS='-mod=vendor'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := bare.sum(t, filepath.Join(dir, c.folder), c.flags); got != want {
				t.Errorf("the authorizer has the hash %s, want %s as at the root", got, want)
			}
		})
	}
	t.Run("and is synthesised", func(t *testing.T) {
		rotator := filepath.Join(t.TempDir(), "rotator") // of another folder: one compile here is enough
		first.run(t, shop(t), nil, command, "build", "-of", "rotator", "-arch", "x86_64", "-o", rotator)
		hashes, stages := compiledOn(t, bare, dir).synth(t, filepath.Join(dir, "infra"), "SHOP_ROTATOR="+rotator)
		if stages != 2 || !slices.Equal(slices.Collect(maps.Values(hashes)), []string{want}) {
			t.Errorf("%d stages use the bundles %v, want both to use one with the hash %s", stages, hashes, want)
		}
	})
}
