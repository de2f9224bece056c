// Package code gives Lambda functions their code once the whole app is declared.
package code

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
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/bundle"
	"github.com/scopeway/scopeway/internal/compile"
)

// Maker makes what a function is made of.
type Maker interface {
	// Function returns the function and its data, or nil where they cannot be
	// known because of a problem that is reported elsewhere.
	Function() *bundle.Function
	// Made is called once the asset is made.
	Made()
}

// Late is the code of a function. A function needs its code when it is made, but
// what belongs to it is known after the last declaration: so its place is
// filled in when the app is synthesised, by an aspect on a construct of its own,
// which runs before validation. Nothing is compiled while there are problems to
// report.
type Late struct {
	awslambda.Code
	maker Maker
	of    Of
	scope constructs.Construct
	asset awss3assets.Asset
	wrong error
}

// Of is how the function is compiled.
type Of struct {
	// Architecture is what for, nil for arm64.
	Architecture awslambda.Architecture
	// Prebuilt is the path of one that was compiled before, "" for none.
	Prebuilt string
}

// New returns code that the maker makes, with its asset below "Code" in the
// scope.
func New(scope constructs.Construct, maker Maker, of Of) *Late {
	l := &Late{maker: maker, of: of, scope: constructs.NewConstruct(scope, jsii.String("Code"))}
	awslambda.NewCode_Override(l)
	awscdk.Aspects_Of(l.scope).Add(&aspect{l}, &awscdk.AspectOptions{Priority: jsii.Number(10)})
	return l
}

// Failure returns why there is no code, nil where nothing went wrong.
func (l *Late) Failure() error { return l.wrong }

// Bind tells the function where its code will be.
func (l *Late) Bind(constructs.Construct) *awslambda.CodeConfig {
	return &awslambda.CodeConfig{S3Location: &awss3.Location{
		BucketName: awscdk.Lazy_String(&text{func() *string { return l.Place().S3BucketName() }}, nil),
		ObjectKey:  awscdk.Lazy_String(&text{func() *string { return l.Place().S3ObjectKey() }}, nil),
	}}
}

// Ready reports whether there is code.
func (l *Late) Ready() bool { return l.asset != nil }

// Place returns where the code is. Without an asset the synth fails; the names
// are none that anybody could have in S3.
func (l *Late) Place() Place {
	if l.asset == nil {
		return nowhere{}
	}
	return l.asset
}

// Place is a place in Amazon S3.
type Place interface {
	S3BucketName() *string
	S3ObjectKey() *string
}

type nowhere struct{}

func (nowhere) S3BucketName() *string { return jsii.String("scopeway: not compiled") }
func (nowhere) S3ObjectKey() *string  { return jsii.String("scopeway: not compiled") }

// text is a text that is known at synth only.
type text struct{ produce func() *string }

func (t *text) Produce() *string { return t.produce() }

type aspect struct{ late *Late }

// Visit makes the asset.
func (a *aspect) Visit(constructs.IConstruct) {
	l := a.late
	if l.asset != nil || l.wrong != nil || len(app.Of(l.scope).Problems(l.scope)) > 0 {
		return
	}
	f := l.maker.Function()
	if f == nil {
		return
	}
	if l.wrong = l.make(*f); l.wrong == nil {
		l.maker.Made()
	}
}

// goArchitectures are Go's names of Lambda's architectures.
var goArchitectures = map[string]string{"arm64": "arm64", "x86_64": "amd64"}

// make compiles the function and makes the asset. awscdk panics where it
// refuses a construct; that is reported like an error of the compiler.
func (l *Late) make(f bundle.Function) (err error) {
	defer func() {
		if refused := recover(); refused != nil {
			err = fmt.Errorf("the asset cannot be made: %v", refused)
		}
	}()
	arch := "arm64"
	if l.of.Architecture != nil {
		name, known := *l.of.Architecture.Name(), false
		if arch, known = goArchitectures[name]; !known {
			return fmt.Errorf("the architecture is unknown, got %q, write awslambda.Architecture_ARM_64() or awslambda.Architecture_X86_64()", name)
		}
	}
	bundled := bundle.Compiled
	switch {
	case l.of.Prebuilt != "":
		bundled = func(f bundle.Function, arch string) (*bundle.Bundle, error) {
			return bundle.Prebuilt(l.of.Prebuilt, f, arch)
		}
	case !*awscdk.Stack_Of(l.scope).BundlingRequired():
		bundled = bundle.Uncompiled
	}
	b, err := bundled(f, arch)
	if err != nil {
		return err
	}
	keep := false
	defer func() {
		if !keep {
			err = errors.Join(err, b.Close())
		}
	}()
	l.asset = awss3assets.NewAsset(l.scope, jsii.String("Asset"), &awss3assets.AssetProps{
		Path:          jsii.String(b.Dir),
		AssetHash:     jsii.String(b.Key),
		AssetHashType: awscdk.AssetHashType_CUSTOM,
	})
	// Where staging is off the folder is the asset.
	keep = filepath.Clean(*l.asset.AssetPath()) == filepath.Clean(b.Dir)
	return nil
}

// Rotator is the maker of a rotator, which has no data.
type Rotator struct{ _ byte }

// Function returns the rotator.
func (*Rotator) Function() *bundle.Function { return &bundle.Function{Of: compile.Rotator} }

// Made does nothing.
func (*Rotator) Made() {}
