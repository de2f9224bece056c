package localcloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FunctionError is what a function ended with, instead of an answer.
type FunctionError struct {
	// Payload is what the function or its runtime says, as JSON.
	Payload string
}

// Error says what the function said.
func (e *FunctionError) Error() string { return "the function ended with " + e.Payload }

const functions = "/2015-03-31/functions/"

// Invoke calls a function, by its name or ARN, and waits for its answer. A
// function that ends with an error is a *[FunctionError].
func (c *Cloud) Invoke(ctx context.Context, function string, payload []byte) (answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint()+functions+url.PathEscape(function)+"/invocations", bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if err := c.sign(request, "lambda"); err != nil {
		return nil, err
	}
	status, header, text, err := c.exchange(request)
	switch {
	case err != nil:
		return nil, err
	case header.Get("X-Amz-Function-Error") != "":
		return nil, &FunctionError{Payload: string(text)}
	case status != http.StatusOK:
		return nil, &ServiceError{Operation: "Invoke", Type: fmt.Sprintf("status %d", status), Message: string(text)}
	}
	return text, nil
}

// SetTimeout gives a function another timeout, in seconds, until it is deployed
// again.
func (c *Cloud) SetTimeout(ctx context.Context, function string, seconds int) error {
	return c.rest(ctx, "lambda", http.MethodPut, functions+url.PathEscape(function)+"/configuration", map[string]any{"Timeout": seconds}, new(any))
}

// KillFunctions kills the processes of all compiled functions of this cloud,
// wherever they are, as a machine does that goes down, and waits until they are
// gone. It returns how many there were. The next call of a function starts
// another.
func (c *Cloud) KillFunctions(ctx context.Context) (killed int, err error) {
	running, err := c.functionProcesses(ctx)
	if err != nil {
		return 0, err
	}
	for _, pid := range running {
		process, err := os.FindProcess(pid)
		if err == nil {
			err = process.Kill()
		}
		if err != nil && !errors.Is(err, os.ErrProcessDone) {
			return killed, fmt.Errorf("process %d: %w", pid, err)
		}
		killed++
	}
	// A signal takes a moment, and until then the cloud hands events over.
	for {
		left, err := c.functionProcesses(ctx)
		if err != nil || !slices.ContainsFunc(left, func(pid int) bool { return slices.Contains(running, pid) }) {
			return killed, err
		}
		select {
		case <-ctx.Done():
			return killed, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// functionProcesses returns the processes of compiled functions that run.
func (c *Cloud) functionProcesses(ctx context.Context) (pids []int, err error) {
	list, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=,ppid=,stat=,comm=").Output()
	if err != nil {
		return nil, fmt.Errorf("ps: %w", err)
	}
	server := strconv.Itoa(c.server.Cmd.Process.Pid)
	for line := range strings.Lines(string(list)) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[1] != server || filepath.Base(fields[3]) != "bootstrap" || strings.HasPrefix(fields[2], "Z") {
			continue // is nothing of ours, or has ended
		}
		pid, err := strconv.Atoi(fields[0])
		if err != nil {
			return nil, fmt.Errorf("ps: %w", err)
		}
		pids = append(pids, pid)
	}
	return pids, nil
}
