//go:build unix

package child

import (
	"bufio"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStoppingAProcessStopsWhatItStarted(t *testing.T) {
	// The shell ignores the polite signal, and so does its child.
	p := New("sh", "-c", `trap '' TERM; sleep 60 & echo $!; wait; sleep 60`)
	output, err := p.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
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
	p.Stop(10 * time.Millisecond)
	for deadline := time.Now().Add(5 * time.Second); alive(grandchild); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the child of the stopped process still runs")
		}
	}
}

func TestStoppingAProcessTwiceOrBeforeItStartedIsHarmless(t *testing.T) {
	New("sh").Stop(0)
	p := New("true")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.Stop(time.Second)
	p.Stop(time.Second)
}

func TestAProgramThatDoesNotExistIsAnError(t *testing.T) {
	p := New("/does/not/exist")
	if err := p.Start(); err == nil {
		t.Fatal("Start = nil, want an error")
	}
	p.Stop(0)
}

// alive tells whether a process runs; one that ended and was not yet reaped by
// its parent does not. It asks ps, which Linux and macOS both have.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(state)), "Z")
}
