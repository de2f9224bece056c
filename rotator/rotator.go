package rotator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// awsTimeout is how long one request to AWS may take; the SDK makes up to three.
const awsTimeout = 10 * time.Second

// Start runs the rotator as a Lambda function and does not return. It reads
// [Variable].
//
// A configuration that cannot be used is reported in one line; every event is
// then answered with that error. The process does not end for it: Lambda would
// start it again and again, and a stack would wait for its custom resource.
func Start() {
	lambda.StartWithOptions(load(context.Background(), os.Stdout, os.Getenv))
}

// load returns the rotator of an environment.
func load(ctx context.Context, out io.Writer, getenv func(string) string) *rotator {
	r := &rotator{out: out, now: time.Now, wait: sleep, http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
	}}
	if err := r.configure(ctx, getenv(Variable)); err != nil {
		r.unusable = err
		_ = Line{Provider: r.config.Provider, Step: startStep, Outcome: Failed, Detail: err.Error()}.write(out, r.now())
	}
	return r
}

func (r *rotator) configure(ctx context.Context, text string) (err error) {
	if text == "" {
		return fmt.Errorf("%s, is not set, deploy the function with the construct that made the secret", Variable)
	}
	if r.config, err = ParseConfig([]byte(text)); err != nil {
		return fmt.Errorf("%s, %w", Variable, err)
	}
	sdk, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(awsTimeout)))
	if err != nil {
		return errors.New("the AWS SDK cannot be configured, look at the variables AWS_… of the function")
	}
	r.store = store{secretsmanager.NewFromConfig(sdk)}
	pools := cognitoidentityprovider.NewFromConfig(sdk)
	r.connect = func() (provider.Provider, error) { return newProvider(r.config, r.store, pools) }
	if _, err = r.connect(); err != nil {
		return fmt.Errorf("%s, %w", Variable, err)
	}
	return nil
}
