// Existing-pool is a CDK app that protects new routes of an API that is there
// already, for the users of a user pool that is there already.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/existing-pool/orders"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	orders.NewOrders(app, "ExistingPool", nil)
	app.Synth(nil)
}
