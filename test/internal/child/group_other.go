//go:build !unix

package child

import (
	"os"
	"syscall"
)

// There are no process groups here: the packages compile, so that the whole
// module can be vetted.

func ownGroup() *syscall.SysProcAttr { return nil }

func interrupt(p *os.Process) { _ = p.Kill() }

func killGroup(p *os.Process) { _ = p.Kill() }
