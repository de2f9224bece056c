// App is what the demo puts on the local cloud.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/test/internal/stacks"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	local := stacks.ReadLocality(app)
	stacks.NewShops(app, local)
	stacks.NewPartner(app, local)
	app.Synth(nil)
}
