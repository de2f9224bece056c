package entra

import (
	"net/http"

	"github.com/scopeway/scopeway/rotator/internal/call"
)

// judge says what Graph's refusals mean.
func judge(a call.Answer) (code, advice string) {
	text, _ := a.Body.Member("error").Member("code").Text()
	code = call.OneOf(text, "Authorization_RequestDenied", "Authorization_IdentityNotFound", "InvalidAuthenticationToken",
		"Request_ResourceNotFound", "Request_BadRequest", "ResourceNotFound", "BadRequest", "Directory_QuotaExceeded",
		"CredentialInvalidLifetimeAsPerAppPolicy", "CredentialTypeNotAllowedAsPerAppPolicy",
		"Directory_ConcurrencyViolation", "TooManyRequests", "ServiceUnavailable", "InternalServerError")
	switch code {
	case "CredentialInvalidLifetimeAsPerAppPolicy":
		return code, "the tenant's policy wants secrets that end sooner, rotate them more often"
	case "CredentialTypeNotAllowedAsPerAppPolicy":
		return code, "the tenant's policy forbids client secrets, exempt the application"
	case "Directory_QuotaExceeded":
		return code, "the tenant allows no more, remove something there"
	}
	switch a.Status {
	case http.StatusUnauthorized:
		advice = "use a management credential of the application's tenant"
	case http.StatusForbidden:
		advice = "give the application of the management credential the permission Application.ReadWrite.OwnedBy, consented to by an administrator, and make its service principal an owner of this application"
	case http.StatusNotFound:
		advice = "write the object id of the application, which is not its client id"
	}
	return code, advice
}

// causes are the causes of a refused token request that have a remedy of their
// own, by their AADSTS number.
var causes = map[int64]struct{ code, advice string }{
	7000215: {"AADSTS7000215", "its secret is wrong, store the secret's value, not its id"},
	7000222: {"AADSTS7000222", "its secret has expired, store a new one"},
	700016:  {"AADSTS700016", "its application is not in this tenant, write the token endpoint of the right tenant"},
	90002:   {"AADSTS90002", "there is no such tenant, write the token endpoint of the right one"},
	53003:   {"AADSTS53003", "a Conditional Access policy blocks it, exempt the workload"},
}

// judgeToken says what the token endpoint's refusals mean.
func judgeToken(a call.Answer) (code, advice string) {
	for number := range a.Body.Member("error_codes").Elements() {
		n, _ := number.Int64()
		if cause, known := causes[n]; known {
			return cause.code, "the management credential does not work, " + cause.advice
		}
	}
	text, _ := a.Body.Member("error").Text()
	code = call.OneOf(text, "invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "invalid_grant")
	if a.Status == http.StatusUnauthorized || a.Status == http.StatusBadRequest {
		advice = "the management credential does not work, store one that is valid"
	}
	return code, advice
}
