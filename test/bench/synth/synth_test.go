package synth

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// outcome is what became of one synth.
type outcome struct {
	// took is from the making of the app to the written template, or to the
	// refusal.
	took time.Duration
	// refused is the id of the message that ended it, or "".
	refused string
	// resources and bytes are the template's; of one that was refused, only how
	// many resources it would have had.
	resources, bytes int
	template         template
}

type template struct {
	Resources map[string]struct {
		Type       string
		Properties map[string]any
	}
}

// synth declares an API in a stack of its own and synthesises that, without
// compiling the authorizer.
func synth(declare func(awscdk.Stack, api), a api) (o outcome, err error) {
	out, err := os.MkdirTemp("", "synth")
	if err != nil {
		return o, err
	}
	defer os.RemoveAll(out)
	begin := time.Now()
	path, refusal := written(out, declare, a)
	o.took = time.Since(begin)
	if refusal != nil {
		o.refused, o.resources, err = refusedBy(refusal)
		return o, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	err = json.Unmarshal(text, &o.template)
	o.resources, o.bytes = len(o.template.Resources), len(text)
	return o, err
}

// written synthesises, and returns the template's path or what ended the synth:
// jsii panics with the message.
func written(out string, declare func(awscdk.Stack, api), a api) (path string, refusal any) {
	defer func() { refusal = recover() }()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(out),
		Context: &map[string]any{"aws:cdk:bundling-stacks": []string{}},
	})
	stack := awscdk.NewStack(app, jsii.String("Main"), nil)
	declare(stack, a)
	return *app.Synth(nil).GetStackByName(jsii.String("Main")).TemplateFullPath(), nil
}

// What ends a synth because of its resources: the problem with an id of ours,
// and the error of awscdk's whose code is TooManyResourcesInStack.
var refusals = map[string]*regexp.Regexp{
	"scopeway:TooManyResources": regexp.MustCompile(`\[scopeway:TooManyResources\].* got ([0-9]+), at most`),
	"TooManyResourcesInStack":   regexp.MustCompile(`Number of resources in stack '[^']*': ([0-9]+) is greater than allowed maximum`),
}

// refusedBy returns the id of the message that ended a synth, and how many
// resources it names. Any other message is an error of the benchmark.
func refusedBy(refusal any) (id string, resources int, err error) {
	for id, message := range refusals {
		if found := message.FindStringSubmatch(fmt.Sprint(refusal)); found != nil {
			resources, err = strconv.Atoi(found[1])
			return id, resources, err
		}
	}
	return "", 0, fmt.Errorf("the synth ended with %v", refusal)
}

func backendFunctions(stack awscdk.Stack) []awslambda.Function {
	var made []awslambda.Function
	for i := range functions {
		made = append(made, awslambda.NewFunction(stack, jsii.String(fmt.Sprintf("Fn%d", i)), &awslambda.FunctionProps{
			Runtime: awslambda.Runtime_NODEJS_22_X(),
			Handler: jsii.String("index.handler"),
			Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({})")),
		}))
	}
	return made
}
