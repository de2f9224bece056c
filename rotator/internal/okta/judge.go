package okta

import (
	"net/http"
	"strings"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// grant is what the management application needs.
const grant = "grant the application of the management credential the scope okta.apps.manage and an admin role that may manage this application"

// judge says what the Management API's refusals mean.
func judge(a call.Answer) (code, advice string) {
	text, _ := a.Body.Member("errorCode").Text()
	code = call.OneOf(text, "E0000001", "E0000003", "E0000004", "E0000005", "E0000006", "E0000007", "E0000009", "E0000011",
		"E0000015", "E0000022", "E0000047")
	switch {
	case code == "E0000001" && causeHas(a, "maximum number of client secrets"):
		advice = "the client has two secrets already, remove one of them"
	case code == "E0000001" && onlyActive(a):
		advice = "it is the only one that works, make another first"
	case code == "E0000001" && causeHas(a, "delete an active client secret"):
		advice = "it is still active, the next run deactivates it again"
	case a.Status == http.StatusUnauthorized:
		advice = "use a management credential of this org"
	case a.Status == http.StatusForbidden:
		advice = grant
	case a.Status == http.StatusNotFound:
		advice = "write the id of an application of this org"
	}
	return code, advice
}

// onlyActive is whether a secret stays because no other works.
func onlyActive(a call.Answer) bool { return causeHas(a, "only active client secret") }

// causeHas is whether one of the causes that Okta gives has these words: its
// code is the same for all that is not valid.
func causeHas(a call.Answer, words string) bool {
	for cause := range a.Body.Member("errorCauses").Elements() {
		if summary, _ := cause.Member("errorSummary").Text(); strings.Contains(summary, words) {
			return true
		}
	}
	return false
}

// judgeToken says what the token endpoint's refusals mean.
func judgeToken(a call.Answer) (code, advice string) {
	text, _ := a.Body.Member("error").Text()
	if text == "" {
		text, _ = a.Body.Member("errorCode").Text()
	}
	code = call.OneOf(text, "invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "access_denied",
		"invalid_dpop_proof", "use_dpop_nonce", "E0000015", "E0000022", "E0000047")
	switch code {
	case "invalid_client":
		advice = "the management credential does not work, store a private_key whose public key is active under key_id at the application client_id"
	case "invalid_scope", "access_denied", "unauthorized_client":
		advice = grant
	case "invalid_dpop_proof", "use_dpop_nonce":
		advice = "it does not take the proof of possession, look at the clock, and at the application's DPoP setting"
	}
	return code, advice
}
