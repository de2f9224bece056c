//go:build localcloud

package deploy

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/calls"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/internal/upstream"
)

// What TestMain deployed.
var (
	ctx    context.Context
	cloud  *localcloud.Cloud
	issuer *issuertest.Issuer
	away   *issuertest.Issuer // cannot be reached
	server *upstream.Server
	stacks *deployment.Deployment
	world  *calls.World
	cases  []calls.Case
)

// results sends all requests, once, in their order.
var results = sync.OnceValue(func() []calls.Result {
	var results []calls.Result
	for _, c := range cases {
		results = append(results, c.Run(ctx))
	}
	return results
})

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	// An interrupt stops the cloud, too.
	var stop context.CancelFunc
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stopCloud, err := deployAll()
	defer stopCloud()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func deployAll() (stop func(), err error) {
	var stops []func() error
	stop = func() {
		for _, stop := range slices.Backward(stops) {
			if err := stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
	if issuer, err = calls.StartIssuer(); err != nil {
		return stop, err
	}
	stops = append(stops, func() error { issuer.Close(); return nil })
	var awaysKeys string
	if away, awaysKeys, err = startAway(); err != nil {
		return stop, err
	}
	if server, err = upstream.Start(); err != nil {
		return stop, err
	}
	stops = append(stops, server.Close)
	if cloud, err = localcloud.Start(ctx, localcloud.Config{}); err != nil {
		return stop, err
	}
	stops = append(stops, cloud.Stop)
	backend, err := cloud.CompileFunction(ctx, "./test/deploy/backend")
	if err != nil {
		return stop, err
	}
	stacks = deployment.New(cloud, deployment.Config{App: "./test/deploy/app", Issuer: issuer.URL(), KeysURL: issuer.KeysURL(),
		Context: map[string]string{names.Upstream: server.URL(), names.GoBackend: backend, names.OfflineIssuer: away.URL(), names.OfflineKeys: awaysKeys}})
	for _, step := range stacks.Steps() {
		start := time.Now()
		if err := step.Run(ctx); err != nil {
			return stop, err
		}
		fmt.Printf("%s (%.1f s)\n", step.Name, time.Since(start).Seconds())
	}
	if world, err = calls.Open(ctx, cloud, stacks.Outputs, issuer); err != nil {
		return stop, err
	}
	cases = world.Cases()
	return stop, nil
}
