package gateway

import "github.com/scopeway/scopeway/access"

// maxIntegrations is a quota of HTTP APIs that cannot be raised.
const maxIntegrations = 300

// problems returns what an HTTP API refuses and a REST API does not.
func (h *httpApi) problems() access.Problems {
	var ps access.Problems
	if n := len(h.targets); n > maxIntegrations {
		ps = append(ps, h.shape.problem("TooManyBackends", "it has too many backends, got %d, at most %d: use a second API", n, maxIntegrations))
	}
	return append(ps, h.shape.preflightProblems(func(r access.Route) bool {
		return r.IsDefault() || r.Method() == "ANY" || r.Method() == "OPTIONS"
	})...)
}
