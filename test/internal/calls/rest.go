package calls

import (
	"net/http"

	"github.com/scopeway/scopeway/access"
)

// onREST is a call to an HTTP API as a REST API on the local cloud must answer
// it. A REST API tells a bad token, 401, from one that may not, 403. Answers
// are not cached here: a request without a token gets to the authorizer, too.
// On AWS the gateway refuses it by itself, with the same status.
func (c call) onREST() call {
	if c.reason == access.Undecided && c.status == http.StatusUnauthorized {
		c.reason = access.TokenMissing
	}
	if c.reason != access.Undecided {
		c.status = c.reason.Status()
	}
	return c
}
