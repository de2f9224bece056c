package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// machine is where the run was.
type machine struct {
	cpu, system string
	cores       int
	day         string
}

func thisMachine() machine {
	m := machine{cpu: runtime.GOARCH, system: runtime.GOOS, cores: runtime.NumCPU(), day: time.Now().UTC().Format(time.DateOnly)}
	if found := lineOf("/proc/cpuinfo", `(?m)^model name\s*:\s*(.+)$`); found != "" {
		m.cpu = found
	}
	if found := lineOf("/etc/os-release", `(?m)^PRETTY_NAME="?([^"\n]+)"?$`); found != "" {
		m.system = found
	}
	return m
}

func lineOf(file, pattern string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "" // not Linux
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.TrimSpace(string(found[1]))
}

// libraries are what the Go rivals are made of, and how the tables call them.
var libraries = []struct{ name, module string }{
	{"golang-jwt", "github.com/golang-jwt/jwt/v5"},
	{"keyfunc", "github.com/MicahParks/keyfunc/v3"},
	{"go-jose", "github.com/go-jose/go-jose/v4"},
	{"jwx", "github.com/lestrrat-go/jwx/v3"},
	{"go-oidc", "github.com/coreos/go-oidc/v3"},
	{"aws-lambda-go", "github.com/aws/aws-lambda-go"},
}

// versions says what was compared, by what this program was compiled from.
func versions() string {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			found[module.Path] = module.Version
		}
	}
	var all []string
	for _, l := range libraries {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s", l.name, found[l.module])))
	}
	return strings.Join(all, ", ")
}
