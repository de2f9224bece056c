package call

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
)

// Cause says in a fixed phrase why there was no answer: what the transport
// says can hold what the server sent. It also says whether the request may have
// arrived, and whether another try is of no use.
func Cause(err error) (phrase string, begun, fatal bool) {
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		timeout     net.Error
		operation   *net.OpError
	)
	dialing := errors.As(err, &operation) && operation.Op == "dial"
	switch {
	case errors.Is(err, context.Canceled):
		return "the function ran out of time", !dialing, true
	case errors.As(err, &name):
		return "its host name is not known", false, false
	case errors.As(err, &certificate):
		return "its certificate is not trusted", false, true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "there is no answer in time", !dialing, false
	case dialing:
		return "there is no connection", false, false
	case operation != nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection broke", true, false
	}
	return "there is no answer that is HTTP", true, false
}
