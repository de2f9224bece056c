package caller

import (
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// FromHTTP returns the verified caller of a request that an HTTP API hands to
// a Lambda function (payload format 2.0).
//
// It refuses, with [ErrNone], an event without the answer of Scopeway's
// authorizer, which is what public routes have; a caller that is malformed; and
// one that contradicts the authorizer's plain members (sub, client_id, scope,
// iss, identity, kind, table, decision_id). It does not read headers, and it
// does not check who invoked the function.
func FromHTTP(event events.APIGatewayV2HTTPRequest) (*Caller, error) {
	authorizer := event.RequestContext.Authorizer
	if authorizer == nil {
		return nil, ErrNone
	}
	return fromContext(authorizer.Lambda)
}

// FromREST returns the verified caller of a request that a REST API hands to a
// Lambda function (proxy integration). It refuses what [FromHTTP] refuses, and
// checks as little beyond.
func FromREST(event events.APIGatewayProxyRequest) (*Caller, error) {
	return fromContext(event.RequestContext.Authorizer)
}

// fromContext reads what the authorizer has put into its context, and the
// gateway into the event.
func fromContext(members map[string]any) (*Caller, error) {
	member, there := members[callerjson.Member]
	if !there {
		return nil, ErrNone
	}
	text, ok := member.(string)
	if !ok {
		return nil, errText
	}
	told, err := callerjson.Decode(text)
	if err != nil {
		return nil, err
	}
	for _, plain := range []struct{ name, want string }{
		{"sub", told.Subject},
		{"client_id", told.ClientID},
		{"scope", told.Scope},
		{"iss", told.Issuer},
		{"identity", told.Identity},
		{"kind", told.Kind},
		{"table", told.Table},
		{"decision_id", told.DecisionID},
	} {
		// What is empty is left out in both. A member of another authorizer
		// that shares the context would show here.
		got, there := members[plain.name]
		if there != (plain.want != "") || there && got != any(plain.want) {
			return nil, fmt.Errorf("caller, it contradicts the member %q beside it", plain.name)
		}
	}
	return from(told)
}
