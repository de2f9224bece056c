package bundle

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/internal/compile"
)

// file writes a file and returns its path.
func file(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), BinaryFile)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func authorizer(t *testing.T, arch string) []byte {
	t.Helper()
	content, err := compile.Authorizer.For(arch)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// program compiles another program than the authorizer.
func program(t *testing.T, source string, env ...string) []byte {
	t.Helper()
	dir, err := os.MkdirTemp(".", "_program-") // in this module; Go overlooks it
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	target := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", target, filepath.Join(dir, "main.go"))
	command.Env = append(os.Environ(), append([]string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}, env...)...)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	content, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAPrebuiltBundleIsTheOneThatIsCompiled(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		compiled, err := Compiled(shipped, arch)
		if err != nil {
			t.Fatal(err)
		}
		want := read(t, compiled)
		prebuilt, err := Prebuilt(file(t, authorizer(t, arch)), shipped, arch)
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, prebuilt)
		if prebuilt.Key != compiled.Key || !bytes.Equal(got[BinaryFile], want[BinaryFile]) || !bytes.Equal(got[TableFile], shipped.Table) || !bytes.Equal(got[KeysFile], shipped.Keys) || len(got) != 3 {
			t.Errorf("%s: the prebuilt bundle has the key %s and %d files, want those of the compiled one, %s", arch, prebuilt.Key, len(got), compiled.Key)
		}
	}
}

func TestKeysAreNotShippedWithAnAuthorizerThatReadsNone(t *testing.T) {
	older := bytes.ReplaceAll(authorizer(t, "amd64"), []byte("authorizer.ParseKeys\x00"), []byte("authorizer.ParseNone\x00"))
	path := file(t, older)
	b, err := Prebuilt(path, shipped, "amd64")
	if b != nil || err == nil || !strings.Contains(err.Error(), "takes no shipped keys") {
		t.Errorf("Prebuilt = %v, %v, want an error", b, err)
	}
	if b, err = Prebuilt(path, table, "amd64"); err != nil {
		t.Fatal(err)
	}
	read(t, b)
}

func TestAPrebuiltBundleNeedsNoGo(t *testing.T) {
	path := file(t, authorizer(t, "amd64"))
	t.Setenv("PATH", "")
	t.Chdir(t.TempDir())
	b, err := Prebuilt(path, table, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	read(t, b)
}

func TestPrebuiltRefuses(t *testing.T) {
	good := authorizer(t, "amd64")
	// part turns the kind of one program header into another.
	part := func(from, to uint32) []byte {
		content := bytes.Clone(good)
		for at := 64; at < 64+5*56; at += 56 {
			if binary.LittleEndian.Uint32(content[at:]) == from {
				binary.LittleEndian.PutUint32(content[at:], to)
			}
		}
		return content
	}
	with := func(at int, value byte) []byte {
		content := bytes.Clone(good)
		content[at] = value
		return content
	}
	large := strings.Repeat("x", minBinary)
	other := "package main\n\nimport _ \"net/http\"\n\nfunc main() {}\n"
	constructs := "package main\n\nimport (\n\t\"net/http\"\n\t\"github.com/scopeway/scopeway/constructs/internal/bundle\"\n)\n\nfunc main() { http.Get(\"x\"); bundle.Prebuilt(\"x\", bundle.Function{}, \"arm64\") }\n"
	for _, c := range []struct {
		name string
		path func(t *testing.T) string
		arch string
		want string
	}{
		{"an empty path", func(*testing.T) string { return "" }, "amd64", "an empty path"},
		{"a path of nothing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "missing") }, "amd64", "no such file"},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, "amd64", "no file but a folder"},
		{"a device", func(*testing.T) string { return os.DevNull }, "amd64", "special file"},
		{"an empty file", func(t *testing.T) string { return file(t, nil) }, "amd64", "0 bytes"},
		{"the pointer of a large file storage", func(t *testing.T) string { return file(t, []byte("version https://git-lfs")) }, "amd64", "bytes, where a binary has"},
		{"a file that is too large", func(t *testing.T) string {
			path := file(t, good)
			if err := os.Truncate(path, maxBinary+1); err != nil {
				t.Fatal(err)
			}
			return path
		}, "amd64", "bytes, where a binary has"},
		{"a zip archive", func(t *testing.T) string { return file(t, []byte("PK\x03\x04"+large)) }, "amd64", "got a zip archive"},
		{"a program for Windows", func(t *testing.T) string { return file(t, []byte("MZ\x90\x00"+large)) }, "amd64", `starts with "MZ`},
		{"text", func(t *testing.T) string { return file(t, []byte(large)) }, "amd64", `starts with "xxxx"`},
		{"a file that is cut off", func(t *testing.T) string { return file(t, good[:minBinary]) }, "amd64", "is not "},
		{"the other architecture", func(t *testing.T) string { return file(t, good) }, "arm64", "another machine than Linux on arm64, got EM_X86_64"},
		{"an architecture that is unknown", func(t *testing.T) string { return file(t, good) }, "x86_64", `got "x86_64"`},
		{"a program for FreeBSD", func(t *testing.T) string { return file(t, with(7, 9)) }, "amd64", "ELFOSABI_FREEBSD"},
		{"an object file", func(t *testing.T) string { return file(t, with(16, 1)) }, "amd64", "got ET_REL"},
		{"a core dump", func(t *testing.T) string { return file(t, with(16, 4)) }, "amd64", "got ET_CORE"},
		{"a program with an interpreter", func(t *testing.T) string { return file(t, part(0x6474e551, 3)) }, "amd64", "PT_INTERP"},
		{"a program that is linked at its start", func(t *testing.T) string { return file(t, part(0x6474e551, 2)) }, "amd64", "PT_DYNAMIC"},
		{"a program without Go's information", func(t *testing.T) string {
			return file(t, bytes.ReplaceAll(good, []byte("\xff Go buildinf:"), []byte("\xff no buildinf:")))
		}, "amd64", "not compiled by Go"},
		{"another program in Go", func(t *testing.T) string { return file(t, program(t, other)) }, "amd64", "got another program"},
		{"another program that makes bundles", func(t *testing.T) string { return file(t, program(t, constructs)) }, "amd64", "got another program"},
		{"another package that begins as the authorizer does", func(t *testing.T) string {
			return file(t, bytes.ReplaceAll(good, []byte("path\t"+mainPackage+"\n"), []byte("path\tcommand-line-argumentz\n")))
		}, "amd64", `main package "command-line-argumentz"`},
		{"another system in Go's words", func(t *testing.T) string {
			return file(t, bytes.ReplaceAll(good, []byte("GOOS=linux"), []byte("GOOS=plan9")))
		}, "amd64", `got "plan9"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := c.path(t)
			b, err := Prebuilt(path, table, c.arch)
			if err == nil {
				b.Close()
				t.Fatal("it was taken")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want %q in it", err, c.want)
			}
			if c.arch != "x86_64" && (!strings.Contains(err.Error(), "prebuilt authorizer \""+path+"\"") || !strings.Contains(err.Error(), "cmd/scopeway build -arch "+machines[c.arch].flag)) {
				t.Errorf("error = %v, want the path and the command in it", err)
			}
		})
	}
}

// versioned is the authorizer as a consumer of a version compiles it. The
// lengths of Go's information stay.
func versioned(t *testing.T, version string) []byte {
	t.Helper()
	content := authorizer(t, "amd64")
	from := []byte("dep\t" + module + "\t(devel)\t")
	if !bytes.Contains(content, from) || len(version) > len("(devel)") {
		t.Fatalf("the version cannot be put into the binary")
	}
	return bytes.ReplaceAll(content, from, []byte("dep\t"+module+"\t"+version+strings.Repeat(" ", len("(devel)")-len(version))+"\t"))
}

func TestVersionsHaveToBeTheSameWhereBothAreKnown(t *testing.T) {
	for _, c := range []struct {
		name, binary, constructs string
		good                     bool
	}{
		{"the same", "v1.20.3", "v1.20.3", true},
		{"the constructs are newer", "v1.20.3", "v1.20.4", false},
		{"the binary is newer", "v1.20.3", "v1.20.2", false},
		{"the constructs are of a commit", "v1.20.3", "v1.20.4-0.20260101000000-0123456789ab", false},
		{"the constructs are of a checkout", "v1.20.3", "", true},
		{"the binary is of a checkout", "(devel)", "v1.20.3", true},
		{"both are of a checkout", "(devel)", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readPrebuilt(file(t, versioned(t, c.binary)), compile.Authorizer, "amd64", c.constructs)
			if good := err == nil; good != c.good {
				t.Fatalf("error = %v, want it taken: %v", err, c.good)
			}
			if err != nil && (!strings.Contains(err.Error(), c.binary) || !strings.Contains(err.Error(), c.constructs)) {
				t.Errorf("error = %v, want both versions in it", err)
			}
		})
	}
}

func TestTheVersionIn(t *testing.T) {
	dep := func(version string, replaced *debug.Module) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Path: "example.com/shop", Version: "v9.9.9"}, Deps: []*debug.Module{
			{Path: module + "/other", Version: "v7.0.0"}, {Path: module, Version: version, Replace: replaced},
		}}
	}
	for _, c := range []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"a consumer", dep("v1.2.3", nil), "v1.2.3"},
		{"a consumer with a checkout in its place", dep("v1.2.3", &debug.Module{Path: "../scopeway", Version: "(devel)"}), ""},
		{"a consumer with a folder in its place", dep("v1.2.3", &debug.Module{Path: `C:\scopeway`}), ""},
		{"a consumer with a fork in its place", dep("v1.2.3", &debug.Module{Path: "example.com/fork", Version: "v1.2.4"}), "v1.2.4"},
		{"a checkout", &debug.BuildInfo{Main: debug.Module{Path: module, Version: "(devel)"}}, ""},
		{"a checkout with a tag", &debug.BuildInfo{Main: debug.Module{Path: module, Version: "v1.2.3"}}, "v1.2.3"},
		{"a program without Scopeway", &debug.BuildInfo{Main: debug.Module{Path: "example.com/shop", Version: "v9.9.9"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := versionIn(c.info); got != c.want {
				t.Errorf("version = %q, want %q", got, c.want)
			}
		})
	}
}
