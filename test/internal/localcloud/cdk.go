package localcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/scopeway/scopeway/test/internal/child"
)

// SynthConfig says what to synthesise.
type SynthConfig struct {
	// App is the command that runs the CDK app. Empty: the one of cdk.json at
	// the root of the checkout.
	App string
	// Context is handed to the app with -c.
	Context map[string]string
	// Output is the folder for the cloud assembly.
	Output string
}

// Outputs are the outputs of deployed stacks: by stack name, then by output
// name.
type Outputs map[string]map[string]string

// Synth runs the CDK app and leaves the cloud assembly in config.Output.
func (c *Cloud) Synth(ctx context.Context, config SynthConfig) error {
	arguments := []string{"synth", "--quiet", "--output", config.Output}
	if config.App != "" {
		arguments = append(arguments, "--app", config.App)
	}
	for _, key := range slices.Sorted(maps.Keys(config.Context)) {
		arguments = append(arguments, "--context", key+"="+config.Context[key])
	}
	return c.cdk(ctx, arguments...)
}

// Bootstrap makes the bucket and the roles that every deployment needs.
func (c *Cloud) Bootstrap(ctx context.Context) error {
	// Away from the root: cdk.json there names an app, which would be run.
	return c.cdkIn(ctx, c.dir, "bootstrap", "aws://"+Account+"/"+Region)
}

// Deploy deploys all stacks of a cloud assembly and returns their outputs.
func (c *Cloud) Deploy(ctx context.Context, assembly string) (Outputs, error) {
	file := filepath.Join(c.dir, "outputs.json")
	err := c.cdk(ctx, "deploy", "--all", "--app", assembly, "--require-approval", "never",
		"--progress", "events", "--outputs-file", file)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var outputs Outputs
	if err := json.Unmarshal(text, &outputs); err != nil {
		return nil, fmt.Errorf("outputs of the deployment are not JSON: %w", err)
	}
	return outputs, nil
}

// Output returns one output, or an error that lists what there is.
func (o Outputs) Output(stack, name string) (string, error) {
	outputs, ok := o[stack]
	if !ok {
		return "", fmt.Errorf("stack %q was not deployed, only %q", stack, slices.Sorted(maps.Keys(o)))
	}
	value, ok := outputs[name]
	if !ok || value == "" {
		return "", fmt.Errorf("stack %q has no output %q, only %q", stack, name, slices.Sorted(maps.Keys(outputs)))
	}
	return value, nil
}

// cdk runs the pinned command line in the root of the checkout.
func (c *Cloud) cdk(ctx context.Context, arguments ...string) error {
	return c.cdkIn(ctx, c.root, arguments...)
}

func (c *Cloud) cdkIn(ctx context.Context, dir string, arguments ...string) error {
	command := child.New(cdkTool(c.root), append([]string{"--no-color", "--no-notices", "--ci"}, arguments...)...)
	command.Cmd.Dir = dir
	command.Cmd.Env = c.cdkEnvironment(os.Environ())
	return c.finish(ctx, "cdk "+arguments[0], command)
}

// Compile compiles a main package of the checkout, such as ./test/demo/app,
// and returns the path of the program.
func (c *Cloud) Compile(ctx context.Context, main string) (program string, err error) {
	program = filepath.Join(c.dir, filepath.Base(main))
	command := child.New("go", "build", "-buildvcs=false", "-o", program, main)
	command.Cmd.Dir = c.root
	return program, c.finish(ctx, "go build "+main, command)
}

// CompileFunction compiles a main package of the checkout as a Lambda function
// for the local cloud, and returns the folder with its bootstrap.
func (c *Cloud) CompileFunction(ctx context.Context, main string) (folder string, err error) {
	folder = filepath.Join(c.dir, "function-"+filepath.Base(main))
	command := child.New("go", "build", "-buildvcs=false", "-trimpath", "-tags=lambda.norpc", "-o", filepath.Join(folder, "bootstrap"), main)
	command.Cmd.Dir = c.root
	command.Cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	return folder, c.finish(ctx, "go build "+main, command)
}

// finish runs a command to its end. What it says is kept back, and is all of
// the error if the command fails: it may be a compiler's.
func (c *Cloud) finish(ctx context.Context, name string, command *child.Process) error {
	var output bytes.Buffer
	command.Cmd.Stdout = &output
	command.Cmd.Stderr = &output
	// A grandchild that keeps the pipe open must not keep us waiting.
	command.Cmd.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		return fmt.Errorf("%s does not start: %w", name, err)
	}
	select {
	case <-command.Done:
	case <-ctx.Done():
		command.Stop(time.Second)
		return fmt.Errorf("%s was stopped: %w", name, context.Cause(ctx))
	}
	if command.Err != nil {
		return errors.New(strings.TrimSpace(fmt.Sprintf("%s ended with %v:\n%s", name, command.Err, output.String())))
	}
	return nil
}

// cdkEnvironment is the caller's environment (the compiler needs its caches
// and proxies) without anything that could lead to a real AWS account.
func (c *Cloud) cdkEnvironment(caller []string) []string {
	environment := make([]string, 0, len(caller))
	direct := "127.0.0.1,localhost"
	for _, variable := range caller {
		name, value, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "AWS_"), strings.HasPrefix(name, "CDK_"):
		case strings.EqualFold(name, "NO_PROXY"):
			direct += "," + value
		default:
			environment = append(environment, variable)
		}
	}
	return append(environment,
		"AWS_ENDPOINT_URL="+c.Endpoint(),
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION="+Region,
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
		"CDK_HOME="+filepath.Join(c.dir, "cdk"),
		"CDK_DISABLE_CLI_TELEMETRY=true",
		"NO_PROXY="+direct,
		"no_proxy="+direct,
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=1",
		"JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION=1",
		"JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=1",
	)
}
