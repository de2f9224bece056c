package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress prints a numbered line for each step, and shows that a step which
// takes long goes on: on a terminal by a running clock, elsewhere by a line
// now and then.
type progress struct {
	out  io.Writer
	live bool
	n    int
}

// step runs a step between its line's two halves.
func (p *progress) step(ctx context.Context, name string, run func(context.Context) error) error {
	p.n++
	fmt.Fprintf(p.out, "%2d. %s ", p.n, name)
	start := time.Now()
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()

	every := 10 * time.Second
	if p.live {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			p.again(name)
			if err != nil {
				fmt.Fprintf(p.out, "✗ %s\n", seconds(start))
				return err
			}
			fmt.Fprintf(p.out, "✓ %s\n", seconds(start))
			return nil
		case <-tick.C:
			p.again(name)
			fmt.Fprintf(p.out, "… %s ", seconds(start))
		}
	}
}

// note prints the line of a step that prints for itself.
func (p *progress) note(name string) {
	p.n++
	fmt.Fprintf(p.out, "%2d. %s\n\n", p.n, name)
}

// again starts the step's line anew, where that is possible.
func (p *progress) again(name string) {
	if p.live {
		fmt.Fprintf(p.out, "\r%2d. %s ", p.n, name)
	}
}

func seconds(start time.Time) string {
	return strings.TrimSpace(fmt.Sprintf("%.1f s", time.Since(start).Seconds()))
}

// isTerminal tells whether somebody may be watching.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
