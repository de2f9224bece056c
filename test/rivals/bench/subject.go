package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// subject is one authorizer in Go.
type subject struct {
	name string
	// handle is the whole function: event in, answer out.
	handle func(ctx context.Context, event []byte) ([]byte, error)
	// read decodes an event to what decide takes.
	read func(event []byte) (any, error)
	// decide says whether the request may pass.
	decide func(ctx context.Context, request any) bool
}

// makers make the authorizers in Go, each with no keys yet, ours first.
var makers = []func(context.Context, settings) (*subject, error){
	newOurs, newGolangJWT, newGoJose, newJWX, newGoOIDC,
}

func newSubjects(ctx context.Context, s settings) ([]*subject, error) {
	var all []*subject
	for _, make := range makers {
		one, err := make(ctx, s)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// caller is what a check makes of a good token.
type caller struct {
	issuer, subject, client, scope string
	expires                        int64
}

// check verifies a token with a library: all but the scope.
type check func(ctx context.Context, token string) (caller, error)

// with is the authorizer around a library, the same for each of them: the types
// and the decoder of aws-lambda-go, as its users have them.
func with(name string, s settings, verify check) *subject {
	decide := func(ctx context.Context, request *events.APIGatewayV2CustomAuthorizerV2Request) (caller, bool) {
		wanted, known := s.Scopes[request.RouteKey]
		scheme, token, found := strings.Cut(request.Headers["authorization"], " ")
		if !known || !found || !strings.EqualFold(scheme, "Bearer") {
			return caller{}, false
		}
		c, err := verify(ctx, token)
		if err != nil || !slices.Contains(strings.Split(c.scope, " "), wanted) {
			return caller{}, false
		}
		return c, true
	}
	handler := lambda.NewHandler(func(ctx context.Context, request events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
		c, ok := decide(ctx, &request)
		if !ok {
			return events.APIGatewayV2CustomAuthorizerSimpleResponse{}, nil
		}
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: map[string]any{
			"sub": c.subject, "client_id": c.client, "scope": c.scope, "iss": c.issuer, "exp": c.expires,
		}}, nil
	})
	return &subject{
		name:   name,
		handle: handler.Invoke,
		read: func(raw []byte) (any, error) {
			request := new(events.APIGatewayV2CustomAuthorizerV2Request)
			return request, json.Unmarshal(raw, request)
		},
		decide: func(ctx context.Context, request any) bool {
			_, ok := decide(ctx, request.(*events.APIGatewayV2CustomAuthorizerV2Request))
			return ok
		},
	}
}

// claims are those that a library with structs is asked for beside its own.
type claims struct {
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
}

// isAccessToken tells by the header's typ (RFC 9068, section 2.1).
func isAccessToken(typ string) error {
	if typ = strings.TrimPrefix(strings.ToLower(typ), "application/"); typ != "at+jwt" {
		return fmt.Errorf("typ, is not an access token's, got %q", typ)
	}
	return nil
}

var errClient = errors.New("client_id, is not a known client")
