package keyset

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
)

// cause says why an exchange failed in words of our own. The errors of
// net/http quote what the server sent, a broken status line for instance, and
// that must not reach a log.
func cause(err error) string {
	var (
		timeout    net.Error
		lookup     *net.DNSError
		name       x509.HostnameError
		authority  x509.UnknownAuthorityError
		invalid    x509.CertificateInvalidError
		untrusted  *tls.CertificateVerificationError
		notTLS     tls.RecordHeaderError
		connection syscall.Errno
		exchange   *net.OpError
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "sent no whole answer within " + fetchTimeout.String()
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "cannot be reached, no such host"
	case errors.As(err, &lookup):
		return "cannot be reached, the look-up of its host failed"
	case errors.As(err, &name):
		return "has a certificate for another host"
	case errors.As(err, &authority):
		return "has a certificate of an unknown authority"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "has a certificate that has expired or is not yet valid"
	case errors.As(err, &untrusted):
		return "has a certificate that is not valid"
	case errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		return "does not speak TLS"
	case errors.As(err, &exchange) && exchange.Op == "remote error": // an alert: a number on the wire, its text is crypto/tls's
		return "refused the TLS handshake, " + exchange.Err.Error()
	case errors.As(err, &connection):
		return "cannot be reached, " + connection.Error()
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "cut its answer short"
	case errors.As(err, &exchange):
		return "broke off the connection"
	default:
		return "sent no HTTP answer that can be read"
	}
}
