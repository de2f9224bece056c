package auth0

import (
	"net/http"
	"strings"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// judge says what the Management API's refusals mean. Its error codes are not
// confirmed, so the status and the start of the message decide; of the message
// nothing is told.
func judge(a call.Answer) (code, advice string) {
	text, _ := a.Body.Member("errorCode").Text()
	code = call.OneOf(text, "insufficient_scope", "invalid_token", "too_many_requests", "inexistent_client", "invalid_uri", "invalid_body")
	message, _ := a.Body.Member("message").Text()
	switch a.Status {
	case http.StatusUnauthorized:
		advice = "use a management credential of this tenant"
	case http.StatusForbidden:
		advice = "grant the application of the management credential update:client_keys on the Auth0 Management API"
		if strings.HasPrefix(message, "You reached the limit") {
			advice = "the tenant's plan allows no more, remove something there or change the plan"
		}
	case http.StatusNotFound:
		advice = "write the client id of an application of this tenant"
	case http.StatusBadRequest:
		advice = "write the client id of an application that authenticates with a secret, one with private_key_jwt has none"
	}
	return code, advice
}

// judgeToken says what the token endpoint's refusals mean.
func judgeToken(a call.Answer) (code, advice string) {
	text, _ := a.Body.Member("error").Text()
	code = call.OneOf(text, "access_denied", "invalid_client", "unauthorized_client", "invalid_request", "too_many_requests")
	switch {
	case a.Status == http.StatusUnauthorized:
		advice = "store a management credential that is valid"
	case a.Status == http.StatusForbidden, code == "unauthorized_client":
		advice = "authorize the application of the management credential for the Auth0 Management API, with update:client_keys"
	case a.Status == http.StatusNotFound:
		advice = "write the domain of a tenant that is there"
	}
	return code, advice
}
