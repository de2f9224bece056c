package localcloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// root are the credentials that the cloud takes for those of the account's
// root user.
var root = aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}

// sign signs a request with Signature Version 4. A cloud that does not enforce
// looks only at which service it is for.
func (c *Cloud) sign(request *http.Request, service string) error {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if service == "s3" {
		request.Header.Set("X-Amz-Content-Sha256", hash)
	}
	keys := c.keys
	if keys.AccessKeyID == "" {
		keys = root
	}
	return v4.NewSigner().SignHTTP(request.Context(), keys, request, hash, service, Region, time.Now(), func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = service == "s3"
	})
}

// AssumeRole returns the same cloud as a role sees it: what is called there is
// called with the role's rights, where the cloud enforces them. It lets root
// assume any role, also one that only a service may assume on AWS. Only the
// cloud that was started is to be stopped.
func (c *Cloud) AssumeRole(ctx context.Context, arn string) (*Cloud, error) {
	var answer struct {
		Keys struct{ AccessKeyId, SecretAccessKey, SessionToken string } `xml:"AssumeRoleResult>Credentials"`
	}
	form := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {arn}, "RoleSessionName": {"test"}}
	if err := c.query(ctx, "sts", form, &answer); err != nil {
		return nil, fmt.Errorf("role %q: %w", arn, err)
	}
	role := *c
	role.keys = aws.Credentials{AccessKeyID: answer.Keys.AccessKeyId, SecretAccessKey: answer.Keys.SecretAccessKey, SessionToken: answer.Keys.SessionToken}
	if role.keys.AccessKeyID == "" {
		return nil, fmt.Errorf("role %q: the cloud gave no credentials", arn)
	}
	return &role, nil
}

// query calls an operation of a service that speaks AWS's query protocol.
func (c *Cloud) query(ctx context.Context, service string, form url.Values, output any) error {
	request, err := c.formRequest(ctx, c.Endpoint()+"/", form)
	if err == nil {
		err = c.sign(request, service)
	}
	if err != nil {
		return err
	}
	status, text, err := c.do(request)
	if err != nil {
		return err
	}
	operation := form.Get("Action")
	if status != http.StatusOK {
		var failure struct {
			Type    string `xml:"Error>Code"`
			Message string `xml:"Error>Message"`
		}
		if xml.Unmarshal(text, &failure) != nil || failure.Type == "" {
			failure.Type = fmt.Sprintf("status %d", status)
		}
		return &ServiceError{Operation: operation, Type: failure.Type, Message: failure.Message}
	}
	if err := xml.Unmarshal(text, output); err != nil {
		return fmt.Errorf("%s answered something that is not XML: %w", operation, err)
	}
	return nil
}
