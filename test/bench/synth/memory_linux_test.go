package synth

import (
	"os"
	"syscall"
)

// mostMemory returns the most memory that an ended process or one it waited for
// took, in bytes (getrusage(2): ru_maxrss is in kilobytes).
func mostMemory(ended *os.ProcessState) int64 {
	if usage, ok := ended.SysUsage().(*syscall.Rusage); ok {
		return int64(usage.Maxrss) * 1024
	}
	return 0
}
