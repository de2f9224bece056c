// Package lambdahost stands in for the Lambda service in tests: it compiles a
// function as the constructs do, starts it as a process, and hands it events
// over the Lambda Runtime API on loopback.
//
// Of the Runtime API it has what a function needs
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): the next
// invocation, its response, its error and the initialisation error. It
// freezes nobody between two events, and counts no memory.
package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxPayload is the size of an answer that Lambda takes.
const maxPayload = 6 << 20

// Function is a running function.
type Function struct {
	process *exec.Cmd
	server  *http.Server
	next    chan invocation
	exited  chan struct{} // closed when the process has ended
	output  *output
	errors  *output

	mu      sync.Mutex
	waiting map[string]chan Result
	count   int
}

// Result is what the function answered.
type Result struct {
	// Payload is the answer, or the error as Lambda's JSON.
	Payload []byte
	// Failed is whether the function reported an error.
	Failed bool
}

type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
}

// Start starts the binary in a directory that it is told is its task root.
// The environment is what is given and nothing else but what Lambda adds.
func Start(binary, taskRoot string, env ...string) (*Function, error) {
	return StartCommand([]string{binary}, taskRoot, env...)
}

// StartCommand is [Start] for a function that a program with arguments runs, as
// an interpreter does. The program is named by its path, for there is no PATH.
func StartCommand(command []string, taskRoot string, env ...string) (*Function, error) {
	if len(command) == 0 {
		return nil, errors.New("command, is empty, name the program")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Function{
		next:    make(chan invocation),
		exited:  make(chan struct{}),
		output:  &output{},
		errors:  &output{},
		waiting: make(map[string]chan Result),
	}
	mux := http.NewServeMux()
	const root = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+root+"invocation/next", f.handleNext)
	mux.HandleFunc("POST "+root+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { f.handleResult(w, r, false) })
	mux.HandleFunc("POST "+root+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { f.handleResult(w, r, true) })
	mux.HandleFunc("POST "+root+"init/error", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	f.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = f.server.Serve(listener) }()

	f.process = exec.Command(command[0], command[1:]...)
	f.process.Dir = taskRoot
	f.process.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(),
		"LAMBDA_TASK_ROOT=" + taskRoot,
		"_HANDLER=bootstrap",
	}, env...)
	f.process.Stdout, f.process.Stderr = f.output, f.errors
	if err := f.process.Start(); err != nil {
		_ = f.server.Close()
		return nil, err
	}
	go func() {
		_ = f.process.Wait()
		close(f.exited)
	}()
	return f, nil
}

// Invoke hands over one event and waits for what the function makes of it.
// The context's deadline is the one the function is told.
func (f *Function) Invoke(ctx context.Context, payload []byte) (Result, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return Result{}, errors.New("invoke, the context has no deadline, and a Lambda function always has one")
	}
	f.mu.Lock()
	f.count++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", f.count)
	result := make(chan Result, 1)
	f.waiting[id] = result
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.waiting, id)
		f.mu.Unlock()
	}()
	select {
	case f.next <- invocation{id, payload, deadline}:
	case <-f.exited:
		return Result{}, fmt.Errorf("the function ended: %s", f.Errors())
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	select {
	case r := <-result:
		return r, nil
	case <-f.exited:
		return Result{}, fmt.Errorf("the function ended: %s", f.Errors())
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// Output returns what the function has written to its standard output so far.
func (f *Function) Output() string { return f.output.String() }

// Errors returns what stands on its standard error: what the Lambda library
// says, one line for each error that the function returned.
func (f *Function) Errors() string { return f.errors.String() }

// PID is the id of the function's process.
func (f *Function) PID() int { return f.process.Process.Pid }

// Close ends the process and the server.
func (f *Function) Close() {
	_ = f.process.Process.Kill()
	<-f.exited
	_ = f.server.Close()
}

func (f *Function) handleNext(w http.ResponseWriter, r *http.Request) {
	select {
	case i := <-f.next:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:authorizer")
		_, _ = w.Write(i.payload)
	case <-r.Context().Done():
	}
}

func (f *Function) handleResult(w http.ResponseWriter, r *http.Request, failed bool) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, maxPayload))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	result, known := f.waiting[r.PathValue("id")]
	f.mu.Unlock()
	if !known {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	select {
	case result <- Result{payload, failed}:
	default: // a second answer to one event is dropped
	}
}

// output collects what the process writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
