//go:build unix

package child

import (
	"os"
	"syscall"
)

func interrupt(p *os.Process) { _ = p.Signal(syscall.SIGTERM) }

// killGroup kills what is left of the group that p leads; nothing is left in
// the ordinary case.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
