package compile

import (
	"strings"
	"testing"
)

// What cannot be brought about in a test, in Go's words.
func TestAdvice(t *testing.T) {
	for _, c := range []struct{ name, said, want string }{
		{"a full disk", "compile: writing output: write $WORK/b001/_pkg_.a: no space left on device", "can be written to"},
		{"a module cache of another user", "go: writing stat cache: mkdir /go/pkg/mod/cache: permission denied", "GOMODCACHE may be read-only"},
		{"a read-only container", "go: creating work dir: mkdir /tmp/go-build1: read-only file system", "TMPDIR"},
		{"a read-only folder on Windows", `go: creating work dir: mkdir C:\Windows\go-build1: Access is denied.`, "TMPDIR"},
		{"no name service", "dial tcp: lookup proxy.example.com: no such host", "go mod download"},
		{"a toolchain out of reach", "go: download go1.99.0 for linux/amd64: toolchain not available", "newer Go"},
		{"a package that is not in the vendor folder", "main.go:3:8: cannot find module providing package github.com/scopeway/scopeway/authorizer: import lookup disabled by -mod=vendor", "go mod vendor"},
		{"a vendor folder with holes on Windows", "main.go:3:8: cannot find package \".\" in:\n\tC:\\shop\\vendor\\github.com\\aws\\aws-lambda-go\\lambda", "go mod vendor"},
		{"a vendor list that is not there on Windows", `open C:\shop\vendor\modules.txt: The system cannot find the path specified.`, "go mod vendor"},
		{"a wrong source in the vendor folder", "/shop/vendor/github.com/aws/aws-lambda-go/lambda/lambda.go:4:1: syntax error", "mend what it names"},
		{"nothing known", "internal compiler error", "cmd/scopeway build"},
		{"nothing at all", "", "mend what it names"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Authorizer.advice(c.said, ""); !strings.Contains(got, c.want) {
				t.Errorf("advice(%q) = %q, want %q in it", c.said, got, c.want)
			}
		})
	}
}

func TestAdviceNamesTheFunction(t *testing.T) {
	const said = "go: go.mod file not found in current directory or any parent directory"
	for f, want := range map[Function]string{
		Authorizer: "cmd/scopeway build\" (-arch x86_64 for a function of that architecture) and write its path to Authorizer.Code of the API",
		Rotator:    "cmd/scopeway build -of rotator\" (-arch x86_64 for a function of that architecture) and write its path to Rotation.Code of the identity",
	} {
		if got := f.advice(said, ""); !strings.Contains(got, want) || strings.Contains(got, prebuilt) {
			t.Errorf("advice(%q) of the %s = %q, want %q in it", said, f, got, want)
		}
	}
}
