package awserror

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// operation is what the SDK wraps errors in.
type operation struct{ error }

func (operation) Service() string   { return "Secrets Manager" }
func (operation) Operation() string { return "PutSecretValue" }
func (o operation) Unwrap() error   { return o.error }

// refusal is an error of a service.
type refusal struct{ code string }

func (refusal) Error() string        { return "hush" }
func (r refusal) ErrorCode() string  { return r.code }
func (refusal) ErrorMessage() string { return "hush" }

func TestReadable(t *testing.T) {
	put := func(err error) error { return operation{err} }
	code := func(code string) error { return refusal{code} }
	for _, test := range []struct {
		err  error
		want string
	}{
		{put(code("AccessDeniedException")), "Secrets Manager PutSecretValue, is not allowed to the function's role, give it secretsmanager:PutSecretValue for this resource, or look for a policy, a boundary or a key policy that denies it (AccessDeniedException)"},
		{put(code("Mine")), "Secrets Manager PutSecretValue, says the caller (Mine)"},
		{put(code("Other")), "Secrets Manager PutSecretValue, was refused (Other)"},
		{put(code("hush <b>")), "Secrets Manager PutSecretValue, was refused"},
		{put(context.DeadlineExceeded), "Secrets Manager PutSecretValue, sent no answer before the function ran out of time"},
		{put(errors.New("hush")), "Secrets Manager PutSecretValue, sent no answer that can be read, is there a way from the function to the service's endpoint?"},
		{errors.New("hush"), "AWS call, sent no answer that can be read, is there a way from the function to the service's endpoint?"},
	} {
		err := Readable(test.err, map[string]string{"Mine": "says the caller"})
		if err.Error() != test.want {
			t.Errorf("Readable(%v) = %q, want %q", test.err, err, test.want)
		}
		if !errors.Is(err, test.err) || Code(fmt.Errorf("more: %w", err)) != Code(test.err) {
			t.Errorf("Readable(%v) loses its cause", test.err)
		}
	}
	if err := Readable(nil, nil); err != nil {
		t.Errorf("Readable(nil) = %v", err)
	}
}

// Each code of the services has a sentence that says what to do.
func TestSentences(t *testing.T) {
	for _, code := range []string{
		"AccessDeniedException", "ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException", "TooManyRequestsException",
		"ThrottlingException", "DecryptionFailure", "InternalServerException", "InternalServiceError",
	} {
		if got := (&Error{code: code}).sentence(); got == "was refused" {
			t.Errorf("code %s has no sentence", code)
		}
	}
}
