package localcloud

import (
	"os/exec"
	"runtime"
	"time"
)

// process is a child in a process group of its own: stopping it stops what it
// started, and an interrupt at the terminal reaches us first, so that we can
// stop things in order. On Linux the kernel also ends it when we are killed.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

func newProcess(name string, arguments ...string) *process {
	p := &process{cmd: exec.Command(name, arguments...), done: make(chan struct{})}
	p.cmd.SysProcAttr = ownGroup()
	return p
}

// start starts the process; done is closed when it has ended and err is set.
func (p *process) start() error {
	started := make(chan error)
	go func() {
		// On Linux a child is tied to the thread that made it, not to the
		// process: this thread stays for as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
		}
		close(p.done)
	}()
	return <-started
}

// stop asks the process to end, and after the grace kills its whole group.
func (p *process) stop(grace time.Duration) {
	if p.cmd.Process == nil {
		return
	}
	select {
	case <-p.done:
	default:
		interrupt(p.cmd.Process)
		select {
		case <-p.done:
		case <-time.After(grace):
		}
	}
	killGroup(p.cmd.Process)
	<-p.done
}
