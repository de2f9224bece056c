//go:build unix

package localcloud

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/test/internal/child"
)

func TestACommandThatFailsShowsAllItSaid(t *testing.T) {
	c := &Cloud{root: t.TempDir()}
	err := c.finish(context.Background(), "compiler", child.New("sh", "-c", "echo one; echo two >&2; exit 3"))
	if err == nil || err.Error() != "compiler ended with exit status 3:\none\ntwo" {
		t.Errorf("finish = %q, want the status and both lines", err)
	}
}

func TestACommandIsStoppedWithItsContext(t *testing.T) {
	c := &Cloud{root: t.TempDir()}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := c.finish(ctx, "sleeper", child.New("sleep", "60"))
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 20*time.Second {
		t.Errorf("finish = %v after %v, want a deadline error at once", err, time.Since(start))
	}
}

func TestWhatDoesNotCompileShowsTheCompilersMessage(t *testing.T) {
	c := &Cloud{root: t.TempDir(), dir: t.TempDir()}
	_, err := c.Compile(context.Background(), "./nothing")
	if err == nil || !strings.HasPrefix(err.Error(), "go build ./nothing ended with exit status 1:\n") {
		t.Errorf("Compile = %v, want the compiler's message", err)
	}
}
