// Package callertest makes requests with a verified caller, for tests of
// backends that read it with package caller, as net/http/httptest makes
// requests for tests of handlers.
//
// It makes values and sends nothing. Outside of "go test" every function
// panics, so that no program that runs forges callers, be it by accident.
package callertest

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// What stands for members that every caller has, where a test names none.
const (
	// Issuer is the issuer.
	Issuer = "https://issuer.example"
	// Table is the digest of the table.
	Table = "callertest-table"
	// DecisionID is the id of the decision.
	DecisionID = "callertest-decision"
	// Lifetime is for how long the caller is still valid.
	Lifetime = 15 * time.Minute
)

// HTTP returns the event of an HTTP API for caller.FromHTTP. Route, path,
// headers and body are left to the test.
//
// Issuer, Table, DecisionID and ExpiresAt have defaults. It panics for a caller
// that no authorizer tells of: a zero scope, a claim that is not a string,
// bool, int or int64, a kind that is none, more than fits into a header.
func HTTP(c caller.Caller) events.APIGatewayV2HTTPRequest {
	told := tell(c)
	members := context(told)
	members["exp"] = float64(told.ExpiresAt) // as encoding/json reads numbers
	return events.APIGatewayV2HTTPRequest{
		Version: "2.0",
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			Authorizer: &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: members},
		},
	}
}

// REST returns the event of a REST API for caller.FromREST. It leaves to the
// test what [HTTP] does, has the same defaults and panics for the same callers.
func REST(c caller.Caller) events.APIGatewayProxyRequest {
	told := tell(c)
	members := context(told)
	members["exp"] = strconv.FormatInt(told.ExpiresAt, 10)
	members["principalId"] = told.Subject
	return events.APIGatewayProxyRequest{
		RequestContext: events.APIGatewayProxyRequestContext{Authorizer: members},
	}
}

// Header returns the headers of a request for caller.FromHeader: the caller's
// and no other. It has the defaults of [HTTP] and panics for the same callers.
func Header(c caller.Caller) http.Header {
	return header(encode(tell(c)))
}

// PublicHeader returns the headers of a request to a public route, for which
// caller.FromHeader returns caller.ErrPublic. Public routes of Lambda functions
// have events without an authorizer, as the zero events are.
func PublicHeader() http.Header {
	onlyInTests()
	return header(callerjson.Public)
}

func header(value string) http.Header {
	h := http.Header{}
	h.Set(callerjson.Header, value)
	return h
}

// tell turns a caller into what the authorizer would tell of it.
func tell(c caller.Caller) callerjson.Caller {
	onlyInTests()
	if c.Issuer == "" {
		c.Issuer = Issuer
	}
	if c.Table == "" {
		c.Table = Table
	}
	if c.DecisionID == "" {
		c.DecisionID = DecisionID
	}
	if c.ExpiresAt.IsZero() {
		c.ExpiresAt = time.Now().Add(Lifetime)
	}
	scopes := make([]string, len(c.Scopes))
	for i, scope := range c.Scopes {
		scopes[i] = scope.String()
		if _, err := access.ParseScope(scopes[i]); err != nil {
			panic(fmt.Sprintf("callertest: scope number %d cannot be granted: %v", i+1, err))
		}
	}
	claims := maps.Clone(c.Claims)
	for name, value := range claims {
		if n, ok := value.(int); ok {
			claims[name] = int64(n)
		}
	}
	return callerjson.Caller{
		Subject:    c.Subject,
		ClientID:   c.ClientID,
		Scope:      strings.Join(scopes, " "),
		Issuer:     c.Issuer,
		ExpiresAt:  c.ExpiresAt.Unix(),
		Identity:   c.Identity,
		Kind:       string(c.Kind),
		Roles:      c.Roles,
		Groups:     c.Groups,
		Claims:     claims,
		Table:      c.Table,
		DecisionID: c.DecisionID,
	}
}

func encode(told callerjson.Caller) string {
	text, err := callerjson.Encode(told)
	if err != nil {
		panic(fmt.Sprintf("callertest: no authorizer tells of this caller: %v", err))
	}
	return text
}

// context returns what the authorizer answers, without exp, whose type depends
// on the kind of API. Empty members are left out.
func context(told callerjson.Caller) map[string]any {
	members := map[string]any{callerjson.Member: encode(told)}
	for name, text := range map[string]string{
		"sub":         told.Subject,
		"client_id":   told.ClientID,
		"scope":       told.Scope,
		"iss":         told.Issuer,
		"identity":    told.Identity,
		"kind":        told.Kind,
		"table":       told.Table,
		"decision_id": told.DecisionID,
	} {
		if text != "" {
			members[name] = text
		}
	}
	return members
}

func onlyInTests() {
	if !testing.Testing() {
		panic("callertest: it makes up callers, which only tests may do")
	}
}
