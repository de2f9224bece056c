//go:build unix

package assembly

import "syscall"

func pipe(file string) error { return syscall.Mkfifo(file, 0o600) }
