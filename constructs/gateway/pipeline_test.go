package gateway_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodecommit"
	"github.com/aws/aws-cdk-go/awscdk/v2/pipelines"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
)

// pipeline makes a pipeline that deploys the shop to two environments: CDK
// Pipelines synthesises each stage when it is added.
func pipeline(t *testing.T, change func(name string, s *shop, api gateway.HttpApi)) (failure string) {
	t.Helper()
	app := newApp(t)
	stack := newStack(app, "Pipeline")
	source := awscodecommit.Repository_FromRepositoryName(stack, jsii.String("Source"), jsii.String("shop"))
	p := pipelines.NewCodePipeline(stack, jsii.String("Pipeline"), &pipelines.CodePipelineProps{
		Synth: pipelines.NewShellStep(jsii.String("Synth"), &pipelines.ShellStepProps{
			Input:    pipelines.CodePipelineSource_CodeCommit(source, jsii.String("main"), nil),
			Commands: jsii.Strings("npx cdk synth"),
		}),
	})
	defer func() {
		if value := recover(); value != nil {
			failure, _ = value.(string)
			if err, ok := value.(error); ok {
				failure = err.Error()
			}
			if failure == "" {
				failure = "panic"
			}
		}
	}()
	for _, name := range []string{"Beta", "Prod"} {
		stage := awscdk.NewStage(app, jsii.String(name), nil)
		s := newShopAt(app, newStack(stage, "Main"))
		change(name, s, s.api())
		p.AddStage(stage, nil)
	}
	_, failure = synth(app)
	return failure
}

func TestAPipelineDeploysAnApiToEachOfItsStages(t *testing.T) {
	if failure := pipeline(t, func(string, *shop, gateway.HttpApi) {}); failure != "" {
		t.Error(failure)
	}
}

func TestAnOpeningInAStageFailsItsPipeline(t *testing.T) {
	failure := pipeline(t, func(name string, s *shop, api gateway.HttpApi) {
		if name == "Prod" {
			rawRoute(s.stack, *api.Api().ApiId())
		}
	})
	if !has(failure, "Validation failed") {
		t.Errorf("the pipeline said %q, want that its stage is not valid", failure)
	}
}

func TestAMissingRuleInAStageFailsItsPipeline(t *testing.T) {
	failure := pipeline(t, func(name string, s *shop, api gateway.HttpApi) {
		if name == "Beta" {
			api.Handle("GET /stock", access.Rule{}, gateway.ToLambda(s.fn))
		}
	})
	if !has(failure, "[scopeway:NoRule]") {
		t.Errorf("the pipeline said %q, want the problem", failure)
	}
}
