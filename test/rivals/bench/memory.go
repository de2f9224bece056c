package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
)

var highWater = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// mostMemory returns the most memory that a running process had resident, in
// bytes (proc_pid_status(5)). It is known on Linux only.
func mostMemory(pid int) (int64, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	found := highWater.FindSubmatch(text)
	if found == nil {
		return 0, false
	}
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	return kilobytes * 1024, err == nil
}
