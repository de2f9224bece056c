//go:build localcloud

package deploy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

func TestTheRootOfTheCheckoutSynthesisesTheQuickstart(t *testing.T) {
	output := t.TempDir()
	if err := cloud.Synth(ctx, localcloud.SynthConfig{Output: output}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(output, deployment.Quickstart+".template.json")); err != nil {
		t.Error(err)
	}
}
