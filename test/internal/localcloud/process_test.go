//go:build unix

package localcloud

import (
	"bufio"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// alive tells whether a process runs; one that ended and was not yet reaped by
// its parent does not.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil && !zombie(pid) }

func TestStoppingAProcessStopsWhatItStarted(t *testing.T) {
	// The shell ignores the polite signal, and so does its child.
	p := newProcess("sh", "-c", `trap '' TERM; sleep 60 & echo $!; wait; sleep 60`)
	output, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	grandchild, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	p.stop(10 * time.Millisecond)
	for deadline := time.Now().Add(5 * time.Second); alive(grandchild); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the child of the stopped process still runs")
		}
	}
}

func TestStoppingAProcessTwiceOrBeforeItStartedIsHarmless(t *testing.T) {
	newProcess("sh").stop(0)
	p := newProcess("true")
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	p.stop(time.Second)
	p.stop(time.Second)
}

func TestAProgramThatDoesNotExistIsAnError(t *testing.T) {
	p := newProcess("/does/not/exist")
	if err := p.start(); err == nil {
		t.Fatal("start = nil, want an error")
	}
	p.stop(0)
}

// zombie asks ps, which Linux and macOS both have.
func zombie(pid int) bool {
	p := newProcess("ps", "-o", "stat=", "-p", strconv.Itoa(pid))
	var state strings.Builder
	p.cmd.Stdout = &state
	if p.start() != nil {
		return false
	}
	<-p.done
	return strings.HasPrefix(strings.TrimSpace(state.String()), "Z")
}
