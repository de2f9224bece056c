// Url-backend is a CDK app with two APIs, one of each kind, in front of one
// server in a VPC.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/url-backend/stock"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stock.NewStock(app, "UrlBackend", nil)
	app.Synth(nil)
}
