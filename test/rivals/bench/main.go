// Command bench measures the authorizer against what users would take
// otherwise, in one run, and writes what it found into docs/benchmarks.md.
//
// The libraries for Go and aws-jwt-verify in a handler under Node.js are each
// used as a careful engineer would write an authorizer with them: issuer,
// audience, client, algorithm, type, exp and nbf of the token, and the scope of
// the route, as far as the library has them, the rest by hand. All are fed the
// same bytes of HTTP API events, payload format 2.0, through the same harness.
//
// Measurements of one table take turns in short rounds, so that a machine that
// others use too is as slow for one as for the other; medians of the rounds
// count.
//
// usage, in this directory: go run . [-document FILE] [-quick]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	document := flag.String("document", "", "the `file` to write the tables into, between its markers; standard output if left out")
	quick := flag.Bool("quick", false, "measure hardly anything: does the program run?")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	e := full
	if *quick {
		e = hardly
	}
	if err := measure(ctx, *document, e); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// effort is how long things are measured.
type effort struct {
	rounds int           // how often each measurement is taken
	window time.Duration // how long one takes
	tokens int           // that take turns
	starts int           // of each process
	events int           // that a process answers before its memory is looked at again
	passes int           // of the hostile load
	load   int           // tokens in it that must not pass
}

var (
	full   = effort{rounds: 31, window: 60 * time.Millisecond, tokens: distinct, starts: 31, events: 1000, passes: 5, load: 10_000}
	hardly = effort{rounds: 1, window: 5 * time.Millisecond, tokens: 16, starts: 1, events: 10, passes: 1, load: 260}
)

func measure(ctx context.Context, document string, e effort) error {
	folder, err := os.MkdirTemp("", "scopeway-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)

	begin := time.Now()
	progress := func(stage string) {
		fmt.Fprintf(os.Stderr, "bench: %3.0f s  %s\n", time.Since(begin).Seconds(), stage)
	}
	progress("npm ci, esbuild")
	bundle, err := installNode(ctx, folder)
	if err != nil {
		return err
	}
	progress("signing tokens")
	s, err := newScene(e.tokens)
	if err != nil {
		return err
	}
	defer s.close()

	r := report{machine: thisMachine(), effort: e, node: bundle}
	stages := []struct {
		name string
		run  func(context.Context, *scene, *bundled, effort) error
	}{
		{"from the decoded event to the decision", r.measureDecisions},
		{"from the event's bytes to the answer's", r.measureAnswers},
		{"few and many routes", r.measureRoutes},
		{"garbage", r.measureGarbage},
		{"odd tokens", r.judgeOddTokens},
		{"from the start of the process to the first answer", r.measureStarts},
		{"sizes", r.measureSizes},
	}
	for _, stage := range stages {
		progress(stage.name)
		if err := stage.run(ctx, s, bundle, e); err != nil {
			return fmt.Errorf("%s: %w", stage.name, err)
		}
	}
	progress("done")
	if document == "" {
		_, err = os.Stdout.WriteString(r.text())
		return err
	}
	return writeInto(document, r.text())
}
