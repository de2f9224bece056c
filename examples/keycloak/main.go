// Keycloak is a CDK app with an API for the people and programs of a realm of
// Keycloak.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/examples/keycloak/orders"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	orders.NewOrders(app, "Keycloak")
	app.Synth(nil)
}
