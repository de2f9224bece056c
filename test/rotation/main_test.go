//go:build localcloud

package rotation

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/scopeway/scopeway/test/internal/assembly"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/rotation/names"
)

// What TestMain deployed.
var (
	ctx      context.Context
	cloud    *localcloud.Cloud
	endpoint *tokenEndpoint
	outputs  = localcloud.Outputs{}
	// answers are what the function answered, errors included.
	answered sync.Mutex
	answers  []string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	// An interrupt stops the cloud, too.
	var stop context.CancelFunc
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stopAll, err := deployAll()
	defer stopAll()
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
	if endpoint, err = startTokenEndpoint(func() string { return cloud.ClientSecretsURL() }); err != nil {
		return stop, err
	}
	stops = append(stops, endpoint.server.Close)
	if cloud, err = localcloud.Start(ctx, localcloud.Config{Enforce: true}); err != nil {
		return stop, err
	}
	stops = append(stops, cloud.Stop)
	// Before anybody asks it.
	cloud.ClientSecrets().Now, cloud.ClientSecrets().Refuse = cognito.now, cognito.refuse

	program := ""
	for _, step := range []struct {
		name string
		run  func() error
	}{
		{"compile the CDK app", func() (err error) {
			program, err = cloud.Compile(ctx, "./test/rotation/app")
			return err
		}},
		{"synthesise twice, the rotator compiled", func() error {
			return cloud.Synth(ctx, localcloud.SynthConfig{App: program, Output: folder("first"), Context: map[string]string{
				deployment.Architecture: localcloud.LambdaArchitecture(), names.TokenEndpoint: endpoint.URL(), names.Changed: folder("changed"),
			}})
		}},
		{"deploy the stacks with policies enforced", func() error {
			if err := deploy("first", names.Other); err != nil {
				return err
			}
			return deploy("first", names.Shop)
		}},
	} {
		start := time.Now()
		if err := step.run(); err != nil {
			return stop, err
		}
		fmt.Printf("%s (%.1f s)\n", step.name, time.Since(start).Seconds())
	}
	return stop, nil
}

// folder is that of an assembly: the first one or the changed one.
func folder(name string) string { return filepath.Join(cloud.Dir(), name) }

// deploy deploys a stack of an assembly, without what the local cloud refuses.
func deploy(name, stack string) error {
	adapted := folder(name + "-adapted")
	if _, err := os.Stat(adapted); err != nil {
		if _, err := assembly.Adapt(folder(name), adapted); err != nil {
			return err
		}
	}
	told, err := cloud.DeployStack(ctx, adapted, stack)
	if err == nil {
		outputs[stack] = told
	}
	return err
}

// output is an output of a stack, which must be there.
func output(t *testing.T, stack, name string) string {
	t.Helper()
	value, err := outputs.Output(stack, name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
