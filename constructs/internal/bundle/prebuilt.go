package bundle

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/scopeway/scopeway/internal/compile"
)

const (
	module = "github.com/scopeway/scopeway"
	// mainPackage is what Go calls a package that is given as a file.
	mainPackage = "command-line-arguments"
	// A binary has 7 MB. Lambda takes 250 MiB for a function and its layers.
	minBinary = 1 << 20
	maxBinary = 64 << 20
)

// entry is the Go function that a Lambda function begins with. The names of
// functions are in every Go binary, also in one without symbols. It is joined at
// run time, or it would be in the programs that import this package too.
func entry(f compile.Function) []byte {
	return []byte(module + "/" + string(f) + ".Start\x00")
}

// keysReader is the function that reads shipped keys. An authorizer without it
// would answer nothing but errors.
var keysReader = strings.Join([]string{module, "authorizer.ParseKeys\x00"}, "/")

// machines are the architectures in the words of Go, of ELF and of awscdk.
var machines = map[string]struct {
	elf  elf.Machine
	flag string
}{
	"arm64": {elf.EM_AARCH64, "arm64"},
	"amd64": {elf.EM_X86_64, "x86_64"},
}

// Prebuilt makes a bundle with a function that "scopeway build" compiled
// before for an architecture ("arm64" or "amd64"); nothing is compiled. The
// same bytes get the same key as from [Compiled]. It refuses what is no static
// Linux executable for the architecture, another program than the function, one
// of another version than the constructs where both are known, or an authorizer
// that takes no shipped keys where there are some. These find mistakes: whoever
// can write the file can write one that passes.
func Prebuilt(path string, f Function, arch string) (*Bundle, error) {
	binary, err := readPrebuilt(path, f.Of, arch, ownVersion())
	if err != nil {
		return nil, err
	}
	if f.Keys != nil && !bytes.Contains(binary, []byte(keysReader)) {
		return nil, fmt.Errorf("prebuilt authorizer %q, takes no shipped keys, got one of an older version, build it anew with \"go run %s/cmd/scopeway build\"", path, module)
	}
	return f.with(binary)
}

func readPrebuilt(path string, f compile.Function, arch, version string) ([]byte, error) {
	machine, ok := machines[arch]
	if !ok {
		return nil, fmt.Errorf("architecture, is unknown, got %q, write \"arm64\" or \"amd64\"", arch)
	}
	of := ""
	if f != compile.Authorizer {
		of = " -of " + string(f)
	}
	again := fmt.Sprintf("write the path of what \"go run %s/cmd/scopeway build%s -arch %s\" makes", module, of, machine.flag)
	wrong := func(format string, arguments ...any) error {
		return fmt.Errorf("prebuilt %s %q, %s, %s", f, path, fmt.Sprintf(format, arguments...), again)
	}
	binary, err := readFile(path)
	if err != nil {
		return nil, wrong("cannot be used, got %q", err.Error())
	}
	if bytes.HasPrefix(binary, []byte("PK\x03\x04")) {
		return nil, wrong("is not a Linux executable, got a zip archive")
	}
	file, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return nil, wrong("is not a Linux executable, got a file that starts with %q", binary[:4])
	}
	if file.Machine != machine.elf || file.Class != elf.ELFCLASS64 || file.OSABI != elf.ELFOSABI_NONE && file.OSABI != elf.ELFOSABI_LINUX {
		return nil, wrong("is for another machine than Linux on %s, got %s, %s, %s", machine.flag, file.Machine, file.Class, file.OSABI)
	}
	if file.Type != elf.ET_EXEC && file.Type != elf.ET_DYN {
		return nil, wrong("is not an executable, got %s", file.Type)
	}
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			return nil, wrong("is not a static executable, got one with a part %s", part.Type)
		}
	}
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return nil, wrong("is not the %s, got a program that was not compiled by Go", f)
	}
	if info.Path != mainPackage || !bytes.Contains(binary, entry(f)) {
		return nil, wrong("is not the %s, got another program, main package %q", f, info.Path)
	}
	if goos := setting(info, "GOOS"); goos != "linux" {
		return nil, wrong("is for another system than Linux, got %q", goos)
	}
	if got := versionIn(info); got != "" && version != "" && got != version {
		return nil, wrong("is of another version of Scopeway than the constructs (%s), got %q", version, got)
	}
	return binary, nil
}

// readFile reads a regular file of the size of a binary.
func readFile(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("an empty path")
	}
	path = filepath.FromSlash(path)
	info, err := os.Stat(path) // opening a pipe would wait for a writer
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("no file but a %s", kindOf(info.Mode()))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxBinary+1))
	if err != nil {
		return nil, err
	}
	if len(content) < minBinary || len(content) > maxBinary {
		return nil, fmt.Errorf("%d bytes, where a binary has %d to %d", info.Size(), minBinary, maxBinary)
	}
	return content, nil
}

func kindOf(mode os.FileMode) string {
	if mode.IsDir() {
		return "folder"
	}
	return "special file (" + mode.Type().String() + ")"
}

// ownVersion returns the version of Scopeway this program was built with.
func ownVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return versionIn(info)
}

// versionIn returns the version of Scopeway in a program, "" where it is not
// known: in a checkout, or where a folder replaces it.
func versionIn(info *debug.BuildInfo) string {
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path != module {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		if m.Version == "(devel)" {
			return ""
		}
		return m.Version
	}
	return ""
}

func setting(info *debug.BuildInfo, name string) string {
	for _, s := range info.Settings {
		if s.Key == name {
			return s.Value
		}
	}
	return ""
}
