// Package synth measures what an API costs at synth: time and resources.
package synth

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// BenchmarkSynth declares and synthesises an API over three functions, without
// compiling the authorizer, and reports the resources of its template.
func BenchmarkSynth(b *testing.B) {
	for _, routes := range []int{10, 100, 300} {
		b.Run(fmt.Sprintf("routes=%d", routes), func(b *testing.B) {
			synth(b, 1) // the first synth of a process starts Node
			resources, size := 0, 0
			for b.Loop() {
				resources, size = synth(b, routes)
			}
			b.ReportMetric(float64(resources), "resources")
			b.ReportMetric(float64(size)/1000, "template-kB")
		})
	}
}

func synth(b *testing.B, routes int) (resources, size int) {
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(b.TempDir()),
		Context: &map[string]any{"aws:cdk:bundling-stacks": []string{}},
	})
	stack := awscdk.NewStack(app, jsii.String("Main"), nil)
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(orders)})
	users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
	var backends []gateway.Backend
	for i := range 3 {
		backends = append(backends, gateway.ToLambda(awslambda.NewFunction(stack, jsii.String(fmt.Sprintf("Fn%d", i)), &awslambda.FunctionProps{
			Runtime: awslambda.Runtime_NODEJS_22_X(),
			Handler: jsii.String("index.handler"),
			Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({})")),
		})))
	}
	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{users}})
	for i := range routes {
		api.Handle(fmt.Sprintf("GET /orders%d/{id}", i), access.Require(read), backends[i%3])
	}
	text, err := os.ReadFile(*app.Synth(nil).GetStackByName(jsii.String("Main")).TemplateFullPath())
	if err != nil {
		b.Fatal(err)
	}
	var template struct{ Resources map[string]any }
	if err := json.Unmarshal(text, &template); err != nil {
		b.Fatal(err)
	}
	return len(template.Resources), len(text)
}
