package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/scopeway/scopeway/access"
)

// ToRestIntegration sends a route's requests wherever an integration of
// awscdk's leads, on a REST API only. The rule is enforced as everywhere; what
// the backend is told of the caller, and whether a header could be forged, is
// the integration's.
func ToRestIntegration(integration awsapigateway.Integration) Backend {
	return &restEscape{integration}
}

type restEscape struct{ integration awsapigateway.Integration }

func (e *restEscape) name(*core) string {
	if e.integration == nil {
		return ""
	}
	return otherBackend(e)
}

func (e *restEscape) readsPath() bool { return true }

func (e *restEscape) problems(k kind, r *route) access.Problems {
	if _, ok := k.(*restApi); ok {
		return nil
	}
	return r.wrongKind("gateway.ToRestIntegration is for REST APIs, write gateway.ToHttpIntegration")
}

func (e *restEscape) http(*httpApi, *route) httpTarget { return httpTarget{} } // refused by problems

func (e *restEscape) rest(*restApi, *route) restTarget {
	return restTarget{integration: e.integration, want: map[string]any{}}
}
