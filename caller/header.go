package caller

import (
	"net/http"

	"github.com/scopeway/scopeway/internal/callerjson"
)

// Header is the name of the request header that [FromHeader] reads. The gateway
// overwrites it on every route of a URL backend, public ones included.
const Header = callerjson.Header

// FromHeader returns the verified caller of a request that an API hands to a
// server behind gateway.ToUrl, from the request's headers.
//
// It is only as trustworthy as the network path: a server that can be reached
// past the gateway can be lied to by whoever reaches it. Keep the server
// private (a VPC link), or have it check who connects.
//
// It refuses, with [ErrPublic], requests of public routes; with [ErrNone] those
// without the header; a header that is there more than once, in whatever case;
// and a caller that is malformed.
func FromHeader(header http.Header) (*Caller, error) {
	var values []string
	for name, more := range header {
		// Not every server spells the names of its map in the canonical way:
		// a second spelling would hide a second value.
		if http.CanonicalHeaderKey(name) == canonical {
			values = append(values, more...)
		}
	}
	switch {
	case len(values) > 1:
		return nil, errSeveral
	case len(values) == 0 || values[0] == "":
		return nil, ErrNone
	case values[0] == callerjson.Public:
		return nil, ErrPublic
	}
	told, err := callerjson.Decode(values[0])
	if err != nil {
		return nil, err
	}
	return from(told)
}

var canonical = http.CanonicalHeaderKey(Header)
