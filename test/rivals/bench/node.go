package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed node/package.json node/package-lock.json node/*.mjs
var nodeFiles embed.FS

// bundled is the handler in JavaScript with all it needs, in one file for each
// program, as one ships it.
type bundled struct {
	node      string // the interpreter
	version   string // of it, such as "v20.20.2"
	library   string // the version of aws-jwt-verify
	bootstrap string // the Lambda function
	worker    string // what measures it
}

// errNoNode is wrapped by the error of [installNode] where Node.js or npm is
// not installed at all.
var errNoNode = errors.New("Node.js with npm is missing: install Node.js 20 or newer (https://nodejs.org)")

// installNode installs what the lock file names into the folder, with npm, and
// bundles the handler.
func installNode(ctx context.Context, folder string) (*bundled, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoNode, err)
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoNode, err)
	}
	source := filepath.Join(folder, "source")
	if err := os.CopyFS(source, nodeFiles); err != nil {
		return nil, err
	}
	source = filepath.Join(source, "node")
	if _, err := run(ctx, source, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		return nil, err
	}
	out := filepath.Join(folder, "function")
	_, err = run(ctx, source, node, filepath.Join("node_modules", "esbuild", "bin", "esbuild"), "bootstrap.mjs", "worker.mjs",
		"--bundle", "--minify", "--platform=node", "--target=node20", "--format=esm", "--out-extension:.js=.mjs", "--outdir="+out,
		// aws-jwt-verify asks for node:crypto by require.
		`--banner:js=import{createRequire}from"node:module";const require=createRequire(import.meta.url);`)
	if err != nil {
		return nil, err
	}
	version, err := run(ctx, source, node, "--version")
	if err != nil {
		return nil, err
	}
	var manifest struct{ Version string }
	text, err := os.ReadFile(filepath.Join(source, "node_modules", "aws-jwt-verify", "package.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, err
	}
	return &bundled{
		node: node, version: strings.TrimSpace(version), library: manifest.Version,
		bootstrap: filepath.Join(out, "bootstrap.mjs"), worker: filepath.Join(out, "worker.mjs"),
	}, nil
}

func run(ctx context.Context, folder, program string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = folder
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(program), arguments[0], err, out, errs.Bytes())
	}
	return string(out), nil
}

// worker is a running node/worker.mjs, whose commands are listed there.
type worker struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

type command struct {
	Do       string    `json:"do"`
	Set      string    `json:"set,omitempty"`
	File     string    `json:"file,omitempty"`
	Millis   int64     `json:"millis,omitempty"`
	Settings *settings `json:"settings,omitempty"`
}

type outcome struct {
	Error       string          `json:"error"`
	Nanoseconds float64         `json:"nanoseconds"`
	Times       []time.Duration `json:"times"`
	Allowed     []bool          `json:"allowed"`
}

// newWorker starts Node.js with one authorizer, whose keys are there.
func newWorker(ctx context.Context, b *bundled, s settings) (*worker, error) {
	w := &worker{process: exec.CommandContext(ctx, b.node, b.worker)}
	w.process.Stderr = os.Stderr
	var err error
	if w.in, err = w.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewReader(out)
	if err := w.process.Start(); err != nil {
		return nil, err
	}
	if _, err := w.call(command{Do: "open", Settings: &s}); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *worker) call(c command) (outcome, error) {
	var o outcome
	if err := json.NewEncoder(w.in).Encode(c); err != nil {
		return o, err
	}
	line, err := w.out.ReadBytes('\n')
	if err != nil {
		return o, fmt.Errorf("the worker ended: %w", err)
	}
	if err := json.Unmarshal(line, &o); err != nil {
		return o, err
	}
	if o.Error != "" {
		return o, fmt.Errorf("the worker: %s", o.Error)
	}
	return o, nil
}

// load gives the worker events under a name.
func (w *worker) load(set string, events [][]byte) error {
	file, err := os.CreateTemp("", "scopeway-bench-events-")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(bytes.Join(events, []byte("\n")))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	_, err = w.call(command{Do: "load", Set: set, File: file.Name()})
	return err
}

// inNode measures an operation of the worker on the events of that name.
func (w *worker) inNode(do, set string) func(time.Duration) (sample, error) {
	return func(window time.Duration) (sample, error) {
		o, err := w.call(command{Do: do, Set: set, Millis: max(1, window.Milliseconds())})
		return sample{time.Duration(o.Nanoseconds), -1}, err
	}
}

func (w *worker) close() {
	_ = w.in.Close()
	_ = w.process.Wait()
}
