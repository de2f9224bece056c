package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// cause says in a fixed phrase why there was no answer: what the transport
// says can hold what the server sent.
func cause(err error) string {
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		timeout     net.Error
		operation   *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "the function ran out of time"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &name):
		return "its host name is not known"
	case errors.As(err, &certificate):
		return "its certificate is not trusted"
	case errors.As(err, &operation):
		return "there is no connection"
	}
	return "the answer is not HTTP"
}
