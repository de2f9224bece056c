//go:build !unix

package localcloud

import (
	"os"
	"syscall"
)

// There are no process groups here: the packages compile, so that the whole
// module can be vetted, and [CheckTools] refuses to go on.

func ownGroup() *syscall.SysProcAttr { return nil }

func interrupt(p *os.Process) { _ = p.Kill() }

func killGroup(p *os.Process) { _ = p.Kill() }
