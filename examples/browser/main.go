// Browser is a CDK app with an API that a page calls for the people who sign in
// to it.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/browser/orders"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	orders.NewOrders(app, "Browser", nil)
	app.Synth(nil)
}
