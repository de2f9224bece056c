// Package awserror turns the errors of the AWS SDK into one readable sentence.
package awserror

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

// Error is a call to AWS that failed. Its text holds the service, the
// operation and the error's code, never its message: a message can quote what
// was sent.
type Error struct {
	service, operation, code, says string
	cause                          error
}

// Error returns the sentence.
func (e *Error) Error() string {
	if e.code == "" {
		return fmt.Sprintf("%s %s, %s", e.service, e.operation, e.says)
	}
	return fmt.Sprintf("%s %s, %s (%s)", e.service, e.operation, e.says, e.code)
}

// Unwrap returns the SDK's error. It is for errors.As; its text is not for logs.
func (e *Error) Unwrap() error { return e.cause }

// apiError and operationError are what the SDK's errors are (smithy.APIError,
// *smithy.OperationError), by what they do: smithy-go is no requirement of ours.
type (
	apiError interface {
		ErrorCode() string
		ErrorMessage() string
	}
	operationError interface {
		Service() string
		Operation() string
	}
)

// Code returns the code of an error of AWS, "" where it has none.
func Code(err error) string {
	var api apiError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Message returns the message of an error of AWS, to compare with. It is not
// for logs.
func Message(err error) string {
	var api apiError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}

// Readable returns err as an [*Error]. Says has the sentences of the caller for
// codes that mean something of their own where the call was made.
func Readable(err error, says map[string]string) error {
	if err == nil {
		return nil
	}
	e := &Error{service: "AWS", operation: "call", code: Code(err), cause: err}
	var operation operationError
	if errors.As(err, &operation) {
		e.service, e.operation = operation.Service(), operation.Operation()
	}
	e.says = says[e.code]
	if e.says == "" {
		e.says = e.sentence()
	}
	if !isCode.MatchString(e.code) {
		e.code = ""
	}
	return e
}

// isCode is what a code looks like: it comes from outside as well.
var isCode = regexp.MustCompile(`^[A-Za-z][A-Za-z.]{0,63}$`)

// actions are the prefixes of the IAM actions of the services.
var actions = map[string]string{
	"Secrets Manager":           "secretsmanager:",
	"Cognito Identity Provider": "cognito-idp:",
}

// sentence says what to do about the error.
func (e *Error) sentence() string {
	switch e.code {
	case "AccessDeniedException", "AccessDenied", "NotAuthorizedException":
		return fmt.Sprintf("is not allowed to the function's role, give it %s%s for this resource, or %s", actions[e.service], e.operation, "look for a policy, a boundary or a key policy that denies it")
	case "ExpiredTokenException", "ExpiredToken", "RequestExpired":
		return "the credentials of the function have expired, they come from its role, run it again"
	case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken":
		return "the credentials of the function are not valid, they come from its role, take AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY out of its environment"
	case "TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded":
		return "is throttled, the SDK asked again before it gave up, the next run goes on from here"
	case "DecryptionFailure", "EncryptionFailure", "KMSAccessDeniedException":
		return "the secret's KMS key cannot be used, allow the function's role kms:Decrypt and kms:GenerateDataKey"
	case "InternalServerException", "InternalServiceError", "InternalFailure", "ServiceUnavailable":
		return "the service failed, the SDK asked again before it gave up, the next run goes on from here"
	case "":
		if errors.Is(e.cause, context.DeadlineExceeded) || errors.Is(e.cause, context.Canceled) {
			return "sent no answer before the function ran out of time"
		}
		return "sent no answer that can be read, is there a way from the function to the service's endpoint?"
	}
	return "was refused"
}
