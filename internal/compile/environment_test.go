package compile

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatIsKeptOfGOFLAGS(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"nothing", "", ""},
		{"only space", " \t ", ""},
		{"the vendor folder", "-mod=vendor", "-mod=vendor"},
		{"two dashes", "--mod=vendor", "--mod=vendor"},
		{"in quotes", `"-mod=vendor"`, `"-mod=vendor"`},
		{"nothing that changes go.mod", "-mod=mod", "-mod=readonly"},
		{"nothing that changes go.mod, in quotes", "'-mod=mod'", "-mod=readonly"},
		{"another go.mod", "-modfile=cdk.mod -modcacherw -p=2", "-modfile=cdk.mod -modcacherw -p=2"},
		{"another go.mod on Windows", `-modfile=C:\shop\cdk.mod`, `-modfile=C:\shop\cdk.mod`},
		{"a path with a space on Windows", `"-modfile=C:\my shop\cdk.mod" -race`, `"-modfile=C:\my shop\cdk.mod"`},
		{"a share on Windows", `-modfile=\\server\shop\cdk.mod`, `-modfile=\\server\shop\cdk.mod`},
		{"a backslash before a quote is a backslash", `'-modfile=C:\shop\' -race`, `'-modfile=C:\shop\'`},
		{"how code is generated", `'-gcflags=all=-spectre=all -l' -asmflags=all=-spectre=ret`, `'-gcflags=all=-spectre=all -l' -asmflags=all=-spectre=ret`},
		{"no other sources", "-overlay=/tmp/overlay.json", ""},
		{"no program around the compiler", "-toolexec=orchestrion -toolexec='a b'", ""},
		{"no values written over ours", "-ldflags=-X=main.a=b '-ldflags=-X main.a=b'", ""},
		{"no tags", "-tags=dev,local", ""},
		{"nothing for tests", "-race -cover -msan -asan", ""},
		{"no other form of a binary", "-buildmode=pie -linkshared -compiler=gccgo -o=x -n", ""},
		{"no flag whose name only begins the same", "-modx=y -gcflagsx=y", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.TrimSpace("-trimpath " + c.want)
			if got := keptFlags(c.value); got != want {
				t.Errorf("keptFlags(%q) = %q, want %q", c.value, got, want)
			}
		})
	}
}

func TestOpenQuotesAreLeftToGo(t *testing.T) {
	for _, value := range []string{"'-mod=vendor", `-p=1 "-toolexec=x`} {
		if got := keptFlags(value); got != value {
			t.Errorf("keptFlags(%q) = %q, want it as it is", value, got)
		}
	}
}

func TestTheTargetIsOurs(t *testing.T) {
	for name, value := range map[string]string{
		"CGO_ENABLED": "1", "GOOS": "windows", "GOARCH": "386", "GOAMD64": "v4", "GO111MODULE": "off",
		"CC": "other", "GODEBUG": "x=y", "AWS_SECRET_ACCESS_KEY": "secret", "GOWORK": "/ws/go.work",
	} {
		t.Setenv(name, value)
	}
	env := environment("arm64")
	for _, want := range []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64", "GOAMD64=v1", "GO111MODULE=on", "GOWORK=/ws/go.work"} {
		name, _, _ := strings.Cut(want, "=")
		var got []string
		for _, entry := range env {
			if strings.HasPrefix(entry, name+"=") {
				got = append(got, entry)
			}
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("the compiler gets %q, want %q", got, want)
		}
	}
	for _, entry := range env {
		for _, secret := range []string{"CC=", "GODEBUG=", "AWS_"} {
			if strings.HasPrefix(entry, secret) {
				t.Errorf("the compiler gets %s", entry)
			}
		}
	}
}
