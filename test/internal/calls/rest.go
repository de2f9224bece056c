package calls

import (
	"net/http"

	"github.com/scopeway/scopeway/access"
)

// statusOf is the status of the answer at an API of the kind. A REST API tells a
// bad token, 401, from one that may not, 403; an HTTP API answers both alike,
// but for a token that is missing: that it tells by itself.
func (c call) statusOf(to api) int {
	switch {
	case c.reason == access.Undecided:
		return c.status
	case to.isREST() || c.reason == access.Allowed || c.reason == access.TokenMissing:
		return c.reason.Status()
	default:
		return http.StatusForbidden
	}
}

// asks reports whether the API asks the authorizer about the request. On the
// local cloud answers of a REST API's authorizer are not cached, so it is asked
// about a request without a token, too; on AWS the gateway refuses that by
// itself, with the same status.
func (c call) asks(to api) bool {
	return c.reason != access.Undecided && (to.isREST() || !c.alone)
}
