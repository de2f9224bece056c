package deployment

import (
	"context"
	"maps"
	"path/filepath"

	"github.com/scopeway/scopeway/test/internal/assembly"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// Config says what to deploy.
type Config struct {
	// App is the CDK app: a main package, from the root of the checkout.
	App string
	// Issuer is the partner's issuer, KeysURL its key set.
	Issuer, KeysURL string
	// Context is what the app is given with -c beside that.
	Context map[string]string
}

// Deployment is an app on its way to a local cloud.
type Deployment struct {
	// Outputs are the stacks' outputs, after the last step.
	Outputs localcloud.Outputs
	// Adapted are lines that say what is deployed otherwise than it was
	// synthesised, because the local cloud differs from AWS.
	Adapted []string

	cloud   *localcloud.Cloud
	config  Config
	program string
}

// New returns a deployment of which no step was taken yet.
func New(cloud *localcloud.Cloud, config Config) *Deployment {
	return &Deployment{cloud: cloud, config: config}
}

// Step is a part of a deployment that takes its time.
type Step struct {
	// Name says what is done, for progress lines.
	Name string
	// Run does it.
	Run func(context.Context) error
}

// Steps are what has to be done, in this order.
func (d *Deployment) Steps() []Step {
	return []Step{
		{"compile the CDK app (a minute the first time)", d.compile},
		{"synthesise: checks, templates, the authorizer compiled", d.synthesise},
		{"bootstrap the local cloud", d.cloud.Bootstrap},
		{"deploy the stacks", d.deploy},
	}
}

// Assembly is the folder of the cloud assembly as it was synthesised.
func (d *Deployment) Assembly() string { return filepath.Join(d.cloud.Dir(), "assembly") }

func (d *Deployment) compile(ctx context.Context) (err error) {
	d.program, err = d.cloud.Compile(ctx, d.config.App)
	return err
}

func (d *Deployment) synthesise(ctx context.Context) error {
	values := map[string]string{
		KeysURL:      d.cloud.Endpoint() + "/{userPoolId}/.well-known/jwks.json",
		Issuer:       d.config.Issuer,
		IssuerKeys:   d.config.KeysURL,
		Architecture: localcloud.LambdaArchitecture(),
	}
	maps.Copy(values, d.config.Context)
	return d.cloud.Synth(ctx, localcloud.SynthConfig{App: d.program, Output: d.Assembly(), Context: values})
}

func (d *Deployment) deploy(ctx context.Context) (err error) {
	folder := d.Assembly()
	adapted := filepath.Join(d.cloud.Dir(), "adapted")
	if d.Adapted, err = assembly.Adapt(folder, adapted); err != nil {
		return err
	}
	if len(d.Adapted) > 0 {
		folder = adapted
	}
	if d.Outputs, err = d.cloud.Deploy(ctx, folder); err != nil {
		return err
	}
	_, err = d.cloud.ApplyCORS(ctx)
	return err
}
