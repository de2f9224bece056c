package localcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxAnswer caps what is read of any answer, in bytes.
const maxAnswer = 64 << 20

// Secret returns the value of a secret, by its name or its ARN.
func (c *Cloud) Secret(ctx context.Context, id string) (string, error) {
	var answer struct{ SecretString string }
	err := c.Ask(ctx, "secretsmanager.GetSecretValue", map[string]any{"SecretId": id}, &answer)
	if err != nil {
		return "", fmt.Errorf("secret %q: %w", id, err)
	}
	return answer.SecretString, nil
}

// LogGroups returns the names of all log groups.
func (c *Cloud) LogGroups(ctx context.Context) ([]string, error) {
	var names []string
	request := map[string]any{}
	for {
		var answer struct {
			LogGroups []struct{ LogGroupName string }
			NextToken string
		}
		if err := c.Ask(ctx, "Logs_20140328.DescribeLogGroups", request, &answer); err != nil {
			return nil, fmt.Errorf("log groups: %w", err)
		}
		for _, group := range answer.LogGroups {
			names = append(names, group.LogGroupName)
		}
		if answer.NextToken == "" {
			return names, nil
		}
		request["nextToken"] = answer.NextToken
	}
}

// LogEvents returns the messages of a log group, oldest first. A group that
// does not exist has none: a function makes its group when it first writes.
func (c *Cloud) LogEvents(ctx context.Context, group string) ([]string, error) {
	var messages []string
	request := map[string]any{"logGroupName": group}
	for {
		var answer struct {
			Events    []struct{ Message string }
			NextToken string
		}
		err := c.Ask(ctx, "Logs_20140328.FilterLogEvents", request, &answer)
		if failure := new(ServiceError); errors.As(err, &failure) && failure.Type == "ResourceNotFoundException" {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("log group %q: %w", group, err)
		}
		for _, event := range answer.Events {
			messages = append(messages, strings.TrimRight(event.Message, "\n"))
		}
		if answer.NextToken == "" {
			return messages, nil
		}
		request["nextToken"] = answer.NextToken
	}
}

// ServiceError is an AWS service's refusal.
type ServiceError struct {
	// Operation is the operation called, Type the error's code.
	Operation, Type, Message string
}

// Error says what was refused, and why.
func (e *ServiceError) Error() string {
	return fmt.Sprintf("%s refused with %s: %s", e.Operation, e.Type, e.Message)
}

// signingNames are the names under which services check signatures, by how
// their targets begin.
var signingNames = map[string]string{
	"secretsmanager":                    "secretsmanager",
	"AmazonSSM":                         "ssm",
	"Logs_20140328":                     "logs",
	"AWSCognitoIdentityProviderService": "cognito-idp",
}

// Ask calls an operation of a service that speaks AWS's JSON protocol, such as
// "secretsmanager.DescribeSecret". A refusal is a *[ServiceError].
func (c *Cloud) Ask(ctx context.Context, target string, input, output any) error {
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint()+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	service, _, _ := strings.Cut(target, ".")
	if err := c.sign(request, signingNames[service]); err != nil {
		return err
	}
	status, text, err := c.do(request)
	if err != nil {
		return err
	}
	_, operation, _ := strings.Cut(target, ".")
	if status != http.StatusOK {
		var failure struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if json.Unmarshal(text, &failure) != nil || failure.Type == "" {
			failure.Type = fmt.Sprintf("status %d", status)
		}
		return &ServiceError{Operation: operation, Type: failure.Type, Message: failure.Message}
	}
	if err := json.Unmarshal(text, output); err != nil {
		return fmt.Errorf("%s answered something that is not JSON: %w", operation, err)
	}
	return nil
}

// Template returns the template of a stack as it was deployed.
func (c *Cloud) Template(ctx context.Context, stack string) (string, error) {
	var answer struct {
		Template string `xml:"GetTemplateResult>TemplateBody"`
	}
	form := url.Values{"Action": {"GetTemplate"}, "Version": {"2010-05-15"}, "StackName": {stack}}
	err := c.query(ctx, "cloudformation", form, &answer)
	if err == nil && answer.Template == "" {
		err = fmt.Errorf("stack %q has no template", stack)
	}
	return answer.Template, err
}

func (c *Cloud) formRequest(ctx context.Context, url string, form url.Values) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request, nil
}

// do sends a request and reads the whole answer.
func (c *Cloud) do(request *http.Request) (status int, body []byte, err error) {
	status, _, body, err = c.exchange(request)
	return status, body, err
}

func (c *Cloud) exchange(request *http.Request) (status int, header http.Header, body []byte, err error) {
	response, err := c.client.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return response.StatusCode, response.Header, body, err
}
