// Two-providers is a CDK app with an API that moves from one identity provider
// to another.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/two-providers/orders"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	orders.NewOrders(app, "TwoProviders")
	app.Synth(nil)
}
