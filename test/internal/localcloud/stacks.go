package localcloud

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// stackWithin is how long a stack may take to deploy.
const stackWithin = 2 * time.Minute

// DeployStack creates or updates one stack of a cloud assembly and returns its
// outputs. It does what cdk deploy does, in a fraction of the time and without
// the roles of cdk bootstrap; context lookups, nested stacks and assets for
// Docker are beyond it.
func (c *Cloud) DeployStack(ctx context.Context, assembly, stack string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, stackWithin)
	defer cancel()
	if err := c.upload(ctx, assembly, stack); err != nil {
		return nil, fmt.Errorf("assets of stack %q: %w", stack, err)
	}
	form := url.Values{
		"Version": {"2010-05-15"}, "StackName": {stack}, "Capabilities.member.1": {"CAPABILITY_NAMED_IAM"},
		"TemplateURL": {c.Endpoint() + "/" + assets + "/" + stack + ".json"},
	}
	action := "CreateStack"
	if _, err := c.describe(ctx, stack); err == nil {
		action = "UpdateStack"
	}
	form.Set("Action", action)
	if err := c.query(ctx, "cloudformation", form, new(struct{})); err != nil {
		return nil, err
	}
	for {
		now, err := c.describe(ctx, stack)
		switch {
		case err != nil:
			return nil, err
		case now.Status == "CREATE_COMPLETE" || now.Status == "UPDATE_COMPLETE":
			return now.outputs(), nil
		case !strings.HasSuffix(now.Status, "_IN_PROGRESS"):
			events, _ := c.StackEvents(ctx, stack)
			return nil, fmt.Errorf("%s of %q ended with %s; the events are:\n%s", action, stack, now.Status, events)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s of %q: %w", action, stack, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

type described struct {
	Status  string `xml:"StackStatus"`
	Outputs []struct {
		Key   string `xml:"OutputKey"`
		Value string `xml:"OutputValue"`
	} `xml:"Outputs>member"`
}

func (d described) outputs() map[string]string {
	outputs := map[string]string{}
	for _, o := range d.Outputs {
		outputs[o.Key] = o.Value
	}
	return outputs
}

func (c *Cloud) describe(ctx context.Context, stack string) (described, error) {
	var answer struct {
		Stacks []described `xml:"DescribeStacksResult>Stacks>member"`
	}
	form := url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}, "StackName": {stack}}
	if err := c.query(ctx, "cloudformation", form, &answer); err != nil {
		return described{}, err
	}
	if len(answer.Stacks) != 1 {
		return described{}, fmt.Errorf("%d stacks are called %q, want one", len(answer.Stacks), stack)
	}
	return answer.Stacks[0], nil
}

// StackEvents returns what CloudFormation tells of a stack's deployments, as the
// XML that it answers.
func (c *Cloud) StackEvents(ctx context.Context, stack string) (string, error) {
	var answer struct {
		Text string `xml:",innerxml"`
	}
	form := url.Values{"Action": {"DescribeStackEvents"}, "Version": {"2010-05-15"}, "StackName": {stack}}
	err := c.query(ctx, "cloudformation", form, &answer)
	return answer.Text, err
}
