package main

import (
	"errors"

	"github.com/scopeway/scopeway/authorizer/audit"
)

// exit is how a command ends other than well: with a code of its own, and with
// an error to be told unless err is nil.
type exit struct {
	code int
	err  error
}

// Error returns the error's text, with a token masked that was written in the
// place of something else.
func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return audit.Mask(e.err.Error())
}

// Unwrap returns the error.
func (e exit) Unwrap() error { return e.err }

// noVerdict ends a command that could not find out what was asked.
func noVerdict(err error) error { return exit{2, err} }

// exitCode returns the code for an error of a command.
func exitCode(err error) int {
	var e exit
	if errors.As(err, &e) {
		return e.code
	}
	return 1
}
