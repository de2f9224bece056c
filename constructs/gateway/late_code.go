package gateway

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/bundle"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// lateCode is the authorizer's code. The function needs it when the API is
// made, the table is known after the last Handle: so the code's place is
// filled in when the app is synthesised, by an aspect on a construct of its
// own, which runs before validation.
type lateCode struct {
	awslambda.Code
	api   *core
	scope constructs.Construct
	asset awss3assets.Asset
	// digest is that of the table beside the code.
	digest string
	// failure is why there is no code.
	failure *access.Problem
}

func newLateCode(api *core) *lateCode {
	c := &lateCode{api: api, scope: constructs.NewConstruct(api.construct, jsii.String("Code"))}
	awslambda.NewCode_Override(c)
	awscdk.Aspects_Of(c.scope).Add(&codeAspect{c}, &awscdk.AspectOptions{Priority: jsii.Number(10)})
	return c
}

// Bind tells the function where its code will be.
func (c *lateCode) Bind(constructs.Construct) *awslambda.CodeConfig {
	return &awslambda.CodeConfig{S3Location: &awss3.Location{
		BucketName: awscdk.Lazy_String(&lateText{produce: func() *string { return c.place().S3BucketName() }}, nil),
		ObjectKey:  awscdk.Lazy_String(&lateText{produce: func() *string { return c.place().S3ObjectKey() }}, nil),
	}}
}

// place returns where the code is. Without an asset the synth fails; the names
// are none that anybody could have in S3.
func (c *lateCode) place() s3Place {
	if c.asset == nil {
		return nowhere{}
	}
	return c.asset
}

type s3Place interface {
	S3BucketName() *string
	S3ObjectKey() *string
}

type nowhere struct{}

func (nowhere) S3BucketName() *string { return jsii.String("scopeway: not compiled") }
func (nowhere) S3ObjectKey() *string  { return jsii.String("scopeway: not compiled") }

type codeAspect struct{ code *lateCode }

// Visit makes the asset, once the whole app is declared. Nothing is compiled
// while there are problems to report.
func (a *codeAspect) Visit(constructs.IConstruct) {
	c := a.code
	if c.asset != nil || c.failure != nil {
		return
	}
	if len(app.Of(c.api.construct).Problems(c.api.construct)) > 0 {
		return
	}
	table, err := access.Compile(c.api.declarations...)
	if err != nil {
		return // one of the problems
	}
	if err := c.make(table); err != nil {
		c.failure = &access.Problem{ID: "Compile", Subject: app.Subject("authorizer of "+c.api.kind.word(), c.api.construct), Text: err.Error(), Site: c.api.site}
		return
	}
	c.digest = table.Digest()
	c.api.kind.marked().AddMetadata(jsii.String("scopeway"), c.api.metadata(table))
	c.api.kind.finish(table)
}

// goArchitectures are Go's names of Lambda's architectures.
var goArchitectures = map[string]string{"arm64": "arm64", "x86_64": "amd64"}

// make compiles the authorizer and makes the asset. awscdk panics where it
// refuses a construct; that is reported like an error of the compiler.
func (c *lateCode) make(table *access.Table) (err error) {
	defer func() {
		if refused := recover(); refused != nil {
			err = fmt.Errorf("the asset cannot be made: %v", refused)
		}
	}()
	props := c.api.props.authorizer()
	arch, ok := goArchitectures[*props.architecture().Name()]
	if !ok {
		return fmt.Errorf("the architecture is unknown, got %q, write awslambda.Architecture_ARM_64() or awslambda.Architecture_X86_64()", *props.architecture().Name())
	}
	bundled := bundle.Compiled
	switch {
	case props.Code != "":
		bundled = func(data bundle.Data, arch string) (*bundle.Bundle, error) {
			return bundle.Prebuilt(props.Code, data, arch)
		}
	case !*awscdk.Stack_Of(c.api.construct).BundlingRequired():
		bundled = bundle.Uncompiled
	}
	b, err := bundled(bundle.Data{Table: table.JSON(), Keys: trust.KeysFile(c.api.trusted())}, arch)
	if err != nil {
		return err
	}
	keep := false
	defer func() {
		if !keep {
			err = errors.Join(err, b.Close())
		}
	}()
	c.asset = awss3assets.NewAsset(c.scope, jsii.String("Asset"), &awss3assets.AssetProps{
		Path:          jsii.String(b.Dir),
		AssetHash:     jsii.String(b.Key),
		AssetHashType: awscdk.AssetHashType_CUSTOM,
	})
	// Where staging is off the folder is the asset.
	keep = filepath.Clean(*c.asset.AssetPath()) == filepath.Clean(b.Dir)
	return nil
}
