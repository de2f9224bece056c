package caller

import "errors"

// Every error means: no caller, refuse. No error holds a part of the request.
var (
	// ErrNone is the error where there is no caller at all: the request did not
	// pass Scopeway's authorizer. To a Lambda function a public route and a
	// call past the gateway look the same: a function that serves both kinds of
	// routes has to know by itself which of its routes are public.
	ErrNone = errors.New("caller, nobody was verified, the request did not pass Scopeway's authorizer")

	// ErrPublic is the error of [FromHeader] where the gateway says that the
	// route is public, so that nobody was verified.
	ErrPublic = errors.New("caller, nobody was verified, the route is public")

	errSeveral = errors.New("caller, the header is there more than once")
	errText    = errors.New("caller, it is not a text")
	errScope   = errors.New(`caller, a scope is not of the form "server/name"`)
)
