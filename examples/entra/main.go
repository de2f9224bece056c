// Entra is a CDK app with an API for the people and programs of a tenant of
// Microsoft Entra ID.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/entra/orders"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	orders.NewOrders(app, "Entra")
	app.Synth(nil)
}
