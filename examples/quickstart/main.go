// Quickstart is a CDK app with one API: "cdk synth" in the root of the module
// synthesises it, "cdk deploy" puts it on AWS.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/quickstart/shop"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	shop.NewShop(app, "Quickstart", nil)
	app.Synth(nil)
}
