package compile

import (
	"os"
	"strings"
)

// passed are the variables the compiler gets from the environment, where set:
// to find itself, its caches, its modules and the network. GOEXPERIMENT and
// GOFIPS140 choose the standard library, which is the user's to choose. All
// else is left out, and the target is ours.
var passed = []string{
	"PATH", "HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "SYSTEMROOT", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
	"GOFLAGS", "GOEXPERIMENT", "GOFIPS140", "GOROOT", "GOPATH", "GOCACHE", "GOCACHEPROG", "GOMODCACHE", "GOTMPDIR", "GOENV", "GOTOOLCHAIN", "GOWORK",
	"GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS", "NETRC",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
}

// environment returns the compiler's. A variable that is set wins over one of
// "go env -w", so whatever must hold is set.
func environment(arch string) []string {
	env := []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=" + arch, "GOAMD64=v1", "GOARM64=v8.0", "GO111MODULE=on"}
	for _, name := range passed {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// keptFlags returns those of GOFLAGS that the compile follows: what finds the
// modules, how many processes run, and how code is generated. The others are
// for other programs (-race, -cover, -tags), or would put something into the
// authorizer that no go.sum covers (-overlay, -toolexec, -ldflags). It is
// never empty: an empty GOFLAGS would bring that of "go env -w" back.
func keptFlags(value string) string {
	fields, ok := split(value)
	if !ok {
		return value // Go says what is wrong with it
	}
	kept := []string{"-trimpath"}
	for _, field := range fields {
		name, value, _ := strings.Cut(strings.TrimLeft(strings.Trim(field, `'"`), "-"), "=")
		switch name {
		case "modfile", "modcacherw", "p", "gcflags", "asmflags":
			kept = append(kept, field)
		case "mod":
			// A synth changes no go.mod: "mod" would add what is missing, in
			// whatever version is the latest.
			if value == "mod" {
				field = "-mod=readonly"
			}
			kept = append(kept, field)
		}
	}
	return strings.Join(kept, " ")
}

// split returns the fields of GOFLAGS with their quotes, as Go splits it: by
// white space; a quote at the start of a field lasts until the next one of its
// kind; a backslash is one. It reports whether all quotes are closed.
func split(value string) ([]string, bool) {
	const space = " \t\r\n"
	var fields []string
	for {
		value = strings.TrimLeft(value, space)
		if value == "" {
			return fields, true
		}
		end := strings.IndexAny(value, space)
		if value[0] == '"' || value[0] == '\'' {
			closing := strings.IndexByte(value[1:], value[0])
			if closing < 0 {
				return nil, false
			}
			end = closing + 2
		}
		if end < 0 {
			end = len(value)
		}
		fields = append(fields, value[:end])
		value = value[end:]
	}
}
