package event

import (
	"strconv"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// maxResource is the longest resource of a policy, in characters.
const maxResource = 512

// nobody is the principal of a refusal: the gateway wants one, and a caller that
// was refused is told of to nobody.
const nobody = "nobody"

// PolicyResource returns what the policy of an answer about the route speaks of:
// the ARN of this request's method on the route, with "*" for each path
// variable. It is "" for an HTTP API, which takes no policy.
//
// The route is the one of [Request.RouteKeys] that the table has; "" is for a
// request whose route it does not have: the resource then is every path of the
// method, and fit for a refusal only.
//
// The gateway keeps an answer for a token, a method and a resource (its cache
// key) and compares the policy with each request that it answers from there. So
// the resource covers the paths of that key: no fewer, or good requests are
// refused at random, and no path of the client's. In a policy "*" goes beyond a
// slash, which is why the resource must never serve another key.
//
// Its error is always an [*Error] with the reason Misconfigured: the route is
// none of the request's, or the ARN has more than 512 characters.
func (r *Request) PolicyResource(route string) (string, error) {
	if r.Kind != REST {
		return "", nil
	}
	if route == "" {
		return r.stageARN + "/" + r.Method + "/*", nil
	}
	method, template, _ := strings.Cut(route, " ")
	_, own, _ := strings.Cut(r.RouteKey, " ")
	if method != r.Method && method != "ANY" || template != own {
		return "", misconfigured("the policy would speak of another route")
	}
	// What does not parse may hold characters that mean something in a policy.
	if _, err := access.ParseRoute(route); err != nil {
		return "", misconfigured("the policy would speak of a route that no table has")
	}
	var resource strings.Builder
	resource.WriteString(r.stageARN + "/" + r.Method)
	for segment := range strings.SplitSeq(template[1:], "/") {
		if strings.HasPrefix(segment, "{") {
			segment = "*"
		}
		resource.WriteString("/" + segment)
	}
	if resource.Len() > maxResource {
		return "", misconfigured("the policy's resource is longer than 512 characters")
	}
	return resource.String(), nil
}

func misconfigured(detail string) error {
	return &Error{Reason: access.Misconfigured, Detail: detail}
}

// policyAnswer is what a REST API wants back.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
type policyAnswer struct {
	PrincipalID    string         `json:"principalId"`
	PolicyDocument policyDocument `json:"policyDocument"`
	Context        textContext    `json:"context"`
}

type policyDocument struct {
	Version   string      `json:"Version"`
	Statement []statement `json:"Statement"`
}

type statement struct {
	Action   string `json:"Action"`
	Effect   string `json:"Effect"`
	Resource string `json:"Resource"`
}

// textContext is a Context of strings alone. The gateway would make them of other
// values, too, in a spelling of its own.
type textContext struct {
	Context
	ExpiresAt string `json:"exp,omitempty"` // instead of the number
}

func (a Answer) policy() policyAnswer {
	answer := policyAnswer{PrincipalID: nobody, Context: textContext{Context: a.Context}}
	effect := "Deny"
	if a.IsAuthorized {
		effect, answer.PrincipalID = "Allow", a.Context.Subject
	}
	if exp := a.Context.ExpiresAt; exp != 0 {
		answer.Context.ExpiresAt = strconv.FormatInt(exp, 10)
	}
	answer.PolicyDocument = policyDocument{
		Version:   "2012-10-17",
		Statement: []statement{{Action: "execute-api:Invoke", Effect: effect, Resource: a.Resource}},
	}
	return answer
}
