package authorizer_test

import (
	"context"
	"encoding/json"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/test/bench/lambdahost"
)

// invoke hands one event to a running function.
func invoke(t *testing.T, f *lambdahost.Function, raw []byte) lambdahost.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	result, err := f.Invoke(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func start(t *testing.T, binary string, e environment) *lambdahost.Function {
	t.Helper()
	var env []string
	for name, value := range e {
		if name != "LAMBDA_TASK_ROOT" {
			env = append(env, name+"="+value)
		}
	}
	root := e["LAMBDA_TASK_ROOT"]
	f, err := lambdahost.Start(binary, root, env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// written waits for the lines that the process writes beside its answers.
func written(t *testing.T, f *lambdahost.Function, lines int) string {
	t.Helper()
	for range 500 {
		if text := f.Output(); strings.Count(text, "\n") >= lines {
			return text
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the function wrote %q, want %d lines", f.Output(), lines)
	return ""
}

func TestTheBuiltFunctionAnswersTheLambdaRuntime(t *testing.T) {
	binary, err := lambdahost.Build(".", t.TempDir(), runtime.GOOS, runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	issuer := newIssuer(t)
	bearer := "Bearer " + issuer.token()

	t.Run("a good token, a bad one, garbage, and a good one again", func(t *testing.T) {
		f := start(t, binary, newEnvironment(t, issuer))
		for i, c := range []struct {
			raw     []byte
			failed  bool
			allowed bool
			reason  access.Reason
		}{
			{request{authorization: bearer}.event(t), false, true, access.Allowed},
			{request{route: "POST /orders", path: "/orders", authorization: bearer}.event(t), false, false, access.ScopeMissing},
			{request{}.event(t), false, false, access.TokenMissing},
			{[]byte("garbage"), true, false, access.EventUnreadable},
			{request{authorization: bearer}.event(t), false, true, access.Allowed},
		} {
			result := invoke(t, f, c.raw)
			var answer event.Answer
			var failure struct{ ErrorMessage string }
			if json.Unmarshal(result.Payload, &answer) != nil || json.Unmarshal(result.Payload, &failure) != nil || result.Failed != c.failed || answer.IsAuthorized != c.allowed {
				t.Errorf("answer = %s, failed %v, want failed %v and allowed %v", result.Payload, result.Failed, c.failed, c.allowed)
			}
			lines := strings.Split(strings.TrimSpace(written(t, f, i+1)), "\n")
			line, _ := readOutput(t, lines[i]+"\n")
			if line.Reason != c.reason || len(lines) != i+1 {
				t.Errorf("audit line %d of %d = %s, want reason %q", i+1, len(lines), lines[i], c.reason)
			}
			if c.failed && failure.ErrorMessage != "internal error, decision "+line.DecisionID {
				t.Errorf("error = %s, want the decision id and nothing else", result.Payload)
			}
		}
		if all := f.Output() + f.Errors(); strings.Contains(all, bearer[len("Bearer "):][:30]) {
			t.Errorf("the token is in the output:\n%s", all)
		}
	})

	for name, c := range misconfigurations(t, issuer) {
		if c.environment["LAMBDA_TASK_ROOT"] == "" {
			continue // Lambda always sets it
		}
		t.Run(name, func(t *testing.T) {
			f := start(t, binary, c.environment)
			for range 2 {
				result := invoke(t, f, request{authorization: bearer}.event(t))
				if !result.Failed || !strings.Contains(string(result.Payload), "internal error, decision ") {
					t.Errorf("answer = %s, failed %v, want an error", result.Payload, result.Failed)
				}
			}
			fault, rest, _ := strings.Cut(written(t, f, 3), "\n")
			if !strings.Contains(fault, `"scopeway":"fault"`) || !strings.Contains(strings.ReplaceAll(fault, `\"`, `"`), c.want) {
				t.Errorf("the first line = %s, want a fault with %q", fault, c.want)
			}
			if n := strings.Count(rest, `"reason":"misconfigured"`); n != 2 || strings.Count(rest, "\n") != 2 {
				t.Errorf("the rest = %s, want two audit lines", rest)
			}
		})
	}
}

func TestTheFunctionIsMadeOfTheStandardLibraryAndTheLambdaRuntime(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		first, _, _ := strings.Cut(path, "/")
		switch {
		case strings.HasPrefix(path, "github.com/aws/aws-lambda-go/lambda"),
			strings.HasPrefix(path, "github.com/scopeway/scopeway/authorizer"),
			path == "github.com/scopeway/scopeway/access",
			strings.HasPrefix(path, "github.com/scopeway/scopeway/internal/"):
		case strings.Contains(first, "."):
			t.Errorf("the function imports %q", path)
		case path == "net/rpc" || path == "encoding/gob" || path == "html/template" || path == "testing" || path == "os/exec":
			t.Errorf("the function imports %q, which it does not need", path)
		}
	}
}
