// Rest is a CDK app with the quick start's shop as a REST API, which pages of
// one origin may call.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/rest/shop"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	shop.NewShop(app, "Rest", nil)
	app.Synth(nil)
}
