//go:build localcloud

package browser

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/scopeway/scopeway/examples/browser/orders"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// What TestMain started. The page is at the origin to which both APIs answer.
var (
	ctx     context.Context
	cloud   *localcloud.Cloud
	outputs localcloud.Outputs
	site    *pageServer
	pool    *poolServer
)

// Two people of the user pool. They differ from run to run in their passwords.
var (
	guest = localcloud.User{Name: "guest", Password: rand.Text() + "aA1!"}
	staff = localcloud.User{Name: "staff", Password: rand.Text() + "aA1!", Groups: []string{orders.Staff}}
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	// An interrupt stops the cloud and the browser, too.
	var stop context.CancelFunc
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stopAll, err := start()
	defer stopAll()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func start() (stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, stop := range slices.Backward(stops) {
			stop()
		}
	}
	closeBrowser, err := startChromium()
	if err != nil {
		return stop, err
	}
	stops = append(stops, closeBrowser)
	if site, err = startPage(); err != nil {
		return stop, err
	}
	stops = append(stops, site.close)
	if cloud, err = localcloud.Start(ctx, localcloud.Config{}); err != nil {
		return stop, err
	}
	stops = append(stops, func() {
		if err := cloud.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	begin := time.Now()
	if outputs, err = deploy(ctx, cloud, site.origin); err != nil {
		return stop, err
	}
	fmt.Printf("synthesise and deploy (%.1f s)\n", time.Since(begin).Seconds())
	if pool, err = startPool(cloud); err != nil {
		return stop, err
	}
	stops = append(stops, pool.close)
	for _, person := range []localcloud.User{guest, staff} {
		if err := cloud.AddUser(ctx, outputs[httpStack]["UserPoolId"], person); err != nil {
			return stop, err
		}
	}
	return stop, nil
}
