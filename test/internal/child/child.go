// Package child runs programs that tests start and must not leave behind.
package child

import (
	"os/exec"
	"runtime"
	"time"
)

// Process is a child in a process group of its own: stopping it stops what it
// started, and an interrupt at the terminal reaches us first, so that we can
// stop things in order. On Linux the kernel also ends it when we are killed.
type Process struct {
	// Cmd is the program; change it before Start.
	Cmd *exec.Cmd
	// Done is closed when the program has ended. Err then says how.
	Done chan struct{}
	Err  error
}

// New returns a process that was not started yet.
func New(name string, arguments ...string) *Process {
	p := &Process{Cmd: exec.Command(name, arguments...), Done: make(chan struct{})}
	p.Cmd.SysProcAttr = ownGroup()
	return p
}

// Start starts the program.
func (p *Process) Start() error {
	started := make(chan error)
	go func() {
		// On Linux a child is tied to the thread that made it, not to the
		// process: this thread stays for as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.Cmd.Start()
		started <- err
		if err == nil {
			p.Err = p.Cmd.Wait()
		}
		close(p.Done)
	}()
	return <-started
}

// Stop asks the program to end, and after the grace kills its whole group. A
// program that was not started, or has ended, is left alone.
func (p *Process) Stop(grace time.Duration) {
	if p.Cmd.Process == nil {
		return
	}
	select {
	case <-p.Done:
	default:
		interrupt(p.Cmd.Process)
		select {
		case <-p.Done:
		case <-time.After(grace):
		}
	}
	killGroup(p.Cmd.Process)
	<-p.Done
}
