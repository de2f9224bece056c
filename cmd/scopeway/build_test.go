package main

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests run in this module, which has the functions.

func TestBuildWritesTheFunction(t *testing.T) {
	for _, c := range []struct {
		flags []string
		want  elf.Machine
	}{
		{[]string{"-arch", "x86_64"}, elf.EM_X86_64},
		{[]string{"-arch=arm64"}, elf.EM_AARCH64},
		{nil, elf.EM_AARCH64},
		{[]string{"-of", "rotator", "-arch", "x86_64"}, elf.EM_X86_64},
	} {
		file := filepath.Join(t.TempDir(), "bootstrap")
		if err := os.WriteFile(file, []byte("an older one"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := run(append([]string{"build", "-o", file}, c.flags...), &out); err != nil {
			t.Fatal(err)
		}
		binary, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := out.String(), fmt.Sprintf("%x  %s\n", sha256.Sum256(binary), file); got != want {
			t.Errorf("build %q printed %q, want %q", c.flags, got, want)
		}
		program, err := elf.NewFile(bytes.NewReader(binary))
		if err != nil || program.Machine != c.want {
			t.Errorf("build %q wrote a program for %v, %v, want %v", c.flags, program.Machine, err, c.want)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("mode = %v, %v, want it executable", info.Mode(), err)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		name      string
		arguments []string
		want      string
	}{
		{"an unknown architecture", []string{"-arch", "amd64"}, `write arm64 or x86_64`},
		{"an empty architecture", []string{"-arch="}, `write arm64 or x86_64`},
		{"an unknown function", []string{"-of", "backend"}, `got "backend", write authorizer or rotator`},
		{"an argument", []string{"./cdk"}, `got ["./cdk"]`},
		{"an unknown flag", []string{"-tags=x"}, "flag provided but not defined: -tags"},
		{"an empty path", []string{"-o", ""}, "is not a path"},
		{"a path of two lines", []string{"-o", "a\nb"}, "is not a path"},
		{"a folder in the place of the file", []string{"-o", folder}, "is something else already"},
		{"a folder that is not there", []string{"-arch=x86_64", "-o", filepath.Join(folder, "missing", "bootstrap")}, "cannot be written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := run(append([]string{"build"}, c.arguments...), &out)
			if err == nil || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
				t.Errorf("build = %v and %q, want the error %q and nothing printed", err, out.String(), c.want)
			}
		})
	}
}

func TestBuildLeavesTheOlderFileWhereItCannotCompile(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GOWORK", "off")
	if err := os.WriteFile("bootstrap", []byte("an older one"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := run([]string{"build"}, &out)
	if err == nil || !strings.Contains(err.Error(), "requires github.com/scopeway/scopeway") || out.Len() > 0 {
		t.Errorf("build = %v and %q, want an error that asks for a module", err, out.String())
	}
	files, _ := os.ReadDir(".")
	if text, _ := os.ReadFile("bootstrap"); string(text) != "an older one" || len(files) != 1 {
		t.Errorf("it left %q and %d files, want the older file only", text, len(files))
	}
}

func TestBuildListsItsFlags(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"build", "-h"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"usage: scopeway build", "-arch architecture", "-of function", "-o file", "Authorizer.Code", "Rotation.Code"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("build -h lacks %q:\n%s", want, out.String())
		}
	}
}
