package deployment

import (
	"context"
	"path/filepath"

	"github.com/scopeway/scopeway/test/internal/assembly"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// app is the CDK app, from the root of the checkout.
const app = "./test/demo/app"

// PartnerKeys is where the partner's issuer is and where its keys are.
type PartnerKeys struct {
	Issuer, KeysURL string
}

// Deployment is the app on its way to a local cloud.
type Deployment struct {
	// Outputs are the stacks' outputs, after the last step.
	Outputs localcloud.Outputs
	// Adapted are lines that say what is deployed otherwise than it was
	// synthesised, because the local cloud differs from AWS.
	Adapted []string

	cloud   *localcloud.Cloud
	partner PartnerKeys
	program string
}

// New returns a deployment of which no step was taken yet.
func New(cloud *localcloud.Cloud, partner PartnerKeys) *Deployment {
	return &Deployment{cloud: cloud, partner: partner}
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
		{"deploy the stacks " + Quickstart + " and " + Partner, d.deploy},
	}
}

// Assembly is the folder of the cloud assembly as it was synthesised.
func (d *Deployment) Assembly() string { return filepath.Join(d.cloud.Dir(), "assembly") }

func (d *Deployment) compile(ctx context.Context) (err error) {
	d.program, err = d.cloud.Compile(ctx, app)
	return err
}

func (d *Deployment) synthesise(ctx context.Context) error {
	return d.cloud.Synth(ctx, localcloud.SynthConfig{
		App:    d.program,
		Output: d.Assembly(),
		Context: map[string]string{
			KeysURL:      d.cloud.Endpoint() + "/{userPoolId}/.well-known/jwks.json",
			Issuer:       d.partner.Issuer,
			IssuerKeys:   d.partner.KeysURL,
			Architecture: localcloud.LambdaArchitecture(),
		},
	})
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
