// App is what the rotation tests put on the local cloud. It synthesises twice:
// as it is deployed first, and changed.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/stacks"
	"github.com/scopeway/scopeway/test/rotation/names"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	newShop(app, read(app), false)
	newOther(app, read(app))
	app.Synth(nil)

	local := read(app)
	local.tokenEndpoint += "/moved"
	changed := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(stacks.ContextValue(app, names.Changed))})
	newShop(changed, local, true)
	changed.Synth(nil)
}

// locality is where things are on the local cloud.
type locality struct {
	tokenEndpoint string
	rotation      identity.RotationProps
}

func read(app awscdk.App) locality {
	architecture := awslambda.Architecture_X86_64()
	if stacks.ContextValue(app, deployment.Architecture) == "arm64" {
		architecture = awslambda.Architecture_ARM_64()
	}
	return locality{stacks.ContextValue(app, names.TokenEndpoint), identity.RotationProps{Architecture: architecture}}
}

// newShop declares a user pool of awscdk's with two clients, and a role that may
// read the credentials of one. Changed, nearly all that can change of a client
// has, and there is a third one.
func newShop(app awscdk.App, local locality, changed bool) {
	stack := awscdk.NewStack(app, jsii.String(names.Shop), nil)
	users, read, write := newUsers(stack, local)
	mayBill := []access.Scope{read}
	if changed {
		mayBill = []access.Scope{read, write}
	}
	billing := users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: mayBill})
	till := &identity.MachineClientProps{Scopes: []access.Scope{read, write}}
	if changed {
		till.AccessTokenLife = awscdk.Duration_Hours(jsii.Number(1))
	}
	paying := users.AddMachineClient("Till", till)
	if changed {
		client := paying.Node().FindChild(jsii.String("Client")).(awscognito.CfnUserPoolClient)
		client.SetClientName(jsii.String("Counter"))
		late := users.AddMachineClient("Late", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		stacks.Output(stack, names.LateSecret, late.Secret().SecretArn())
	}
	tell(stack, users)
	job := newRole(stack, "Job")
	billing.GrantRead(job)

	stacks.Output(stack, names.BillingSecret, billing.Secret().SecretArn())
	stacks.Output(stack, names.BillingSettings, billing.Settings().ParameterName())
	stacks.Output(stack, names.TillSecret, paying.Secret().SecretArn())
	stacks.Output(stack, names.TillSettings, paying.Settings().ParameterName())
	stacks.Output(stack, names.JobRole, job.RoleArn())
	stacks.Output(stack, names.IdleRole, newRole(stack, "Idle").RoleArn())
}

// newOther declares another user pool, and a secret of somebody else's.
func newOther(app awscdk.App, local locality) {
	stack := awscdk.NewStack(app, jsii.String(names.Other), nil)
	users, read, _ := newUsers(stack, local)
	client := users.AddMachineClient("Client", &identity.MachineClientProps{Scopes: []access.Scope{read}})
	tell(stack, users)
	plain := awssecretsmanager.NewSecret(stack, jsii.String("Plain"), nil)
	stacks.Output(stack, names.ClientSecret, client.Secret().SecretArn())
	stacks.Output(stack, names.ClientSettings, client.Settings().ParameterName())
	stacks.Output(stack, names.PlainSecret, plain.SecretArn())
}

// newUsers declares a user pool with a domain, and who rotates for it.
func newUsers(stack awscdk.Stack, local locality) (users identity.ImportedCognito, read, write access.Scope) {
	orders := access.NewResourceServer("orders", "Orders")
	read, write = orders.Scope("read", "Read orders"), orders.Scope("write", "Place orders")
	pool := awscognito.NewUserPool(stack, jsii.String("Pool"), nil)
	pool.AddDomain(jsii.String("Domain"), &awscognito.UserPoolDomainOptions{
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String("rotation-" + *stack.Node().Addr())}})
	users = identity.CognitoFromUserPool(stack, "Users", &identity.CognitoFromUserPoolProps{
		UserPool: pool, Serves: identity.Serve(orders), DomainUrl: local.tokenEndpoint, Rotation: &local.rotation})
	stacks.Output(stack, names.UserPool, pool.UserPoolId())
	return users, read, write
}

// tell has the stack say which function rotates for the users, once there is one.
func tell(stack awscdk.Stack, users identity.ImportedCognito) {
	rotation := users.Node().FindChild(jsii.String("Rotation")).Node()
	function := rotation.FindChild(jsii.String("Function")).(awslambda.Function)
	role := rotation.FindChild(jsii.String("Role")).(awsiam.Role)
	stacks.Output(stack, names.Rotator, function.FunctionName())
	stacks.Output(stack, names.RotatorRole, role.RoleArn())
}

func newRole(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil)})
}
