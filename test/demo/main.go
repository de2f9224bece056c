// Demo deploys the quick start to an AWS cloud on this machine, as an HTTP API
// and as a REST API, sends requests with real tokens to both, and shows side by
// side what was let through, what was refused, and why.
// It ends with status 0 only if every answer was as expected.
//
// "make demo" sets up what it needs and runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/internal/calls"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

func main() {
	port := flag.Int("port", 0, "port of the local cloud on 127.0.0.1; 0 takes a free one")
	flag.Parse()
	// A hangup, an interrupt: stop what was started, then end.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, os.Stdout, *port); err != nil {
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, port int) (err error) {
	start := time.Now()
	p := &progress{out: out, live: isTerminal(out)}

	var cloud *localcloud.Cloud
	defer func() {
		if cloud != nil {
			stopped := p.step(ctx, "stop what was started", func(context.Context) error { return cloud.Stop() })
			if err == nil {
				err = stopped
			}
		}
		if err == nil {
			fmt.Fprintf(out, "\nAll as expected, in %.0f s.\n", time.Since(start).Seconds())
		}
	}()

	var issuer *issuertest.Issuer
	err = p.step(ctx, "start a local AWS cloud and a partner's OAuth issuer", func(ctx context.Context) (err error) {
		if issuer, err = calls.StartIssuer(); err != nil {
			return err
		}
		cloud, err = localcloud.Start(ctx, localcloud.Config{Port: port})
		return err
	})
	if err != nil {
		return err
	}
	defer issuer.Close()

	deploy := deployment.New(cloud, deployment.Config{App: "./test/demo/app", Issuer: issuer.URL(), KeysURL: issuer.KeysURL()})
	for _, step := range deploy.Steps() {
		if err := p.step(ctx, step.Name, step.Run); err != nil {
			return err
		}
	}
	var world *calls.World
	err = p.step(ctx, "read the clients' secrets", func(ctx context.Context) (err error) {
		world, err = calls.Open(ctx, cloud, deploy.Outputs, issuer)
		return err
	})
	if err != nil {
		return err
	}

	p.note("send the requests")
	cases := world.Cases()
	differ := sendAll(ctx, out, cases)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	printDenials(out, world.Denials())
	fmt.Fprintln(out)
	if differ > 0 {
		return fmt.Errorf("%d of %d requests were not answered as expected", differ, len(cases))
	}
	return nil
}
