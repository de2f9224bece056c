package rotator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"github.com/scopeway/scopeway/rotator/internal/awserror"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// first writes the secret that the client has, or a new one, where AWSCURRENT
// has none of this client.
//
// What the function's role allows may be seconds old, and AWS IAM needs some
// until it is known everywhere: then it is tried again.
func (r *rotator) first(ctx context.Context, e event) (outcome Outcome, detail string, err error) {
	end := r.now().Add(patience)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		outcome, detail, err = r.writeFirst(ctx, e)
		if awserror.Code(err) != "AccessDeniedException" || r.now().Add(pause).After(end) || r.wait(ctx, pause) != nil {
			return outcome, detail, err
		}
	}
}

func (r *rotator) writeFirst(ctx context.Context, e event) (Outcome, string, error) {
	if e.client != r.client {
		return Failed, "", fmt.Errorf("the custom resource's ClientId is %q, the function rotates %q, give both the same", e.client, r.client)
	}
	present, _, err := r.store.currentValue(ctx, e.secret)
	if err != nil {
		return Failed, "", err
	}
	if r.usable(present) == nil {
		return Nothing, "the client's secret is there already", nil
	}
	secret, err := r.provider.Reveal(ctx, e.client)
	detail := "the client's secret is written"
	if errors.Is(err, provider.ErrNotTold) {
		detail = "a new secret of the client is written"
		secret, err = r.createFirst(ctx, e.client)
	}
	if err != nil {
		return Failed, "", err
	}
	text, err := present.with(e.client, secret)
	if err == nil {
		err = r.keep(ctx, e, text, current)
	}
	if err != nil {
		return Failed, "", err
	}
	return Done, detail, nil
}

// createFirst makes a secret where there is room for one: of the others nobody
// knows who uses them.
func (r *rotator) createFirst(ctx context.Context, client string) (provider.Secret, error) {
	if traits := r.provider.Traits(); traits.Most > 0 && !traits.Replaces {
		listed, err := r.provider.List(ctx, client)
		if err != nil {
			return provider.Secret{}, err
		}
		if len(listed) >= traits.Most {
			return provider.Secret{}, fmt.Errorf("the client has %d secrets at the provider, which is as many as it may have, remove one that nobody uses", len(listed))
		}
	}
	return r.provider.Create(ctx, client)
}

const (
	// answerTime is how long CloudFormation may take to accept an answer.
	answerTime = 5 * time.Second
	// maxReason keeps the answer below the 4096 bytes that CloudFormation takes
	// (custom resource response objects).
	maxReason = 1024
)

// answer tells CloudFormation what became of a custom resource. It is sent
// whatever happened: a stack would wait for it until its time is over.
func (r *rotator) answer(ctx context.Context, e event, failed error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	response := cfn.NewResponse(e.custom)
	response.Status, response.PhysicalResourceID = cfn.StatusSuccess, e.secret
	if e.secret == "" {
		response.PhysicalResourceID = e.custom.PhysicalResourceID
	}
	if response.PhysicalResourceID == "" {
		response.PhysicalResourceID = "none" // it was not created
	}
	if failed != nil {
		response.Status, response.Reason = cfn.StatusFailed, failed.Error()
		if len(response.Reason) > maxReason {
			response.Reason = string(bytes.ToValidUTF8([]byte(response.Reason[:maxReason]), nil))
		}
	}
	text, err := json.Marshal(response)
	if err != nil {
		return errors.New("the answer to CloudFormation cannot be written")
	}
	if !isResponseURL(e.custom.ResponseURL) {
		return errors.New("CloudFormation cannot be answered, ResponseURL is not https")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, e.custom.ResponseURL, bytes.NewReader(text))
	if err != nil {
		return errors.New("CloudFormation cannot be answered, ResponseURL cannot be read")
	}
	answer, err := r.http.Do(request)
	if err != nil {
		return errors.New("CloudFormation cannot be answered, there is no connection or no answer in time") // the URL is a signed one
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("CloudFormation did not accept the answer, status %d", answer.StatusCode)
	}
	return nil
}

// isResponseURL says whether an answer may go there: https, or this machine,
// where a local cloud stands in for CloudFormation.
func isResponseURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}
