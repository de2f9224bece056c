// Package synth measures what an API costs at synth, beside the same API made
// with awscdk's own constructs in the same run: time, resources, template.
package synth

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(coldVariable); name != "" {
		os.Exit(beCold(name))
	}
	code := m.Run()
	jsii.Close()
	fmt.Print(warmTable(), coldTable())
	os.Exit(code)
}
