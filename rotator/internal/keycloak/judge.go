package keycloak

import (
	"net/http"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// grant is what the management credential needs.
const grant = "give the service account of the management credential the fine-grained permissions manage and view on this client, or the role manage-clients of realm-management"

// judge says what the Admin REST API's refusals mean. It has no error codes to
// speak of.
func judge(a call.Answer) (code, advice string) {
	switch a.Status {
	case http.StatusUnauthorized:
		return "", "use a management credential of the realm that the client is in"
	case http.StatusForbidden:
		return "", grant
	case http.StatusNotFound:
		return "", "write the UUID of the client, which is not its client id, and the right realm"
	}
	text, _ := a.Body.Member("error").Text()
	return call.OneOf(text, "invalid_request", "unknown_error"), ""
}

// unknownClient tells a client that is not there from a secret that is not.
func unknownClient(a call.Answer) bool {
	text, _ := a.Body.Member("error").Text()
	return text == "Could not find client"
}

// judgeToken says what the token endpoint's refusals mean.
func judgeToken(a call.Answer) (code, advice string) {
	text, _ := a.Body.Member("error").Text()
	code = call.OneOf(text, "invalid_client", "unauthorized_client", "invalid_request", "invalid_scope")
	switch {
	case a.Status == http.StatusUnauthorized, code == "invalid_client":
		// A wrong secret is unauthorized_client here, and so is one that expired
		// and a client without a service account.
		advice = "store a management credential that is valid and whose client has a service account"
	case a.Status == http.StatusNotFound:
		advice = "write the token endpoint of a realm that is there"
	}
	return code, advice
}
