// App is what the deploy tests put on the local cloud: the stacks of the demo,
// an API of each kind with everything on it, APIs that were there before, and
// one whose issuer cannot be reached.
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
	newMixed(app, local)
	newAdopted(app, newEstate(app), local)
	newOffline(app, local)
	app.Synth(nil)
}
