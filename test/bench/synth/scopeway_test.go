package synth

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// withScopeway declares the API with Scopeway.
func withScopeway(stack awscdk.Stack, a api) {
	records := access.NewResourceServer("records", "Records API")
	read := records.Scope("read", "See records")
	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(records)})
	users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
	var backends []gateway.Backend
	for _, fn := range backendFunctions(stack) {
		backends = append(backends, gateway.ToLambda(fn))
	}
	props := &gateway.Props{Trusts: []identity.Identity{users}}
	if a.cors {
		props.Cors = &gateway.Cors{AllowOrigins: []string{origin}}
	}
	var made gateway.Api
	if a.rest {
		made = gateway.NewRestApi(stack, "Api", props)
	} else {
		made = gateway.NewHttpApi(stack, "Api", props)
	}
	a.eachRoute(func(method, path string, function int) {
		made.Handle(method+" "+path, access.Require(read), backends[function])
	})
}
