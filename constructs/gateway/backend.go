package gateway

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/scopeway/scopeway/access"
)

// Backend serves a route once its rule is satisfied. [ToLambda] and [ToUrl]
// make one for both kinds of API, [ToHttpIntegration] and [ToRestIntegration]
// take any integration of awscdk's for one kind.
type Backend interface {
	// name tells apart what runs behind a route, whatever leads to it: a
	// function and its alias have one name. "" is no backend at all.
	name(c *core) string
	// problems returns what is wrong with serving a route of such an API.
	problems(k kind, r *route) access.Problems
	// readsPath reports whether the backend goes by the path as it was sent,
	// not by the route that the gateway matched.
	readsPath() bool
	// http returns how routes of an HTTP API lead here. It is made at the first
	// call for all routes that share it.
	http(h *httpApi, r *route) httpTarget
	// rest returns how a route of a REST API leads here.
	rest(a *restApi, r *route) restTarget
}

// restTarget is an integration of a REST API.
type restTarget struct {
	integration awsapigateway.Integration
	// parameters are those of the request that the integration uses.
	parameters map[string]*bool
	// want and absent are what the template's Integration has to hold.
	want   map[string]any
	absent []string
}

// wrongKind returns the problem of a backend that does not fit the kind of API.
func (r *route) wrongKind(text string) access.Problems {
	return access.Problems{{ID: "WrongKind", Subject: fmt.Sprintf("route %q", r.key), Text: text, Site: r.site}}
}

// hasVariable reports whether a part of the route's path is up to the client.
func (r *route) hasVariable() bool {
	return r.parsed.IsDefault() || strings.Contains(r.parsed.Path(), "{")
}

// otherBackend names a backend by its identity in the program.
func otherBackend(b Backend) string { return fmt.Sprintf("integration %p", b) }
