package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// ours is what the tables call it.
const ours = "Scopeway"

func newOurs(_ context.Context, s settings) (*subject, error) {
	text, err := tableOf(len(s.Scopes))
	if err != nil {
		return nil, err
	}
	return oursWith(s, text)
}

// oursWith is ours with a table of its own. Each evaluation writes its audit
// line; where to is not measured.
func oursWith(s settings, tableText []byte) (*subject, error) {
	table, err := access.ParseTable(tableText)
	if err != nil {
		return nil, err
	}
	keys, err := keyset.New(keyset.Config{URL: s.KeysURL})
	if err != nil {
		return nil, err
	}
	issuer := token.Issuer{
		Name: "Users", URL: s.Issuer, Profile: token.ProfileRFC9068, Keys: keys,
		Audiences: map[string]string{"orders": s.Audience}, Clients: []string{s.Client},
	}
	for _, name := range s.Algorithms {
		algorithm, err := keyset.ParseAlgorithm(name)
		if err != nil {
			return nil, err
		}
		issuer.Algorithms = append(issuer.Algorithms, algorithm)
	}
	a, err := authorizer.New(authorizer.Config{Table: table, Issuers: []token.Issuer{issuer}, Out: io.Discard})
	if err != nil {
		return nil, err
	}
	verifier, err := token.NewVerifier([]token.Issuer{issuer}, token.Known{Scopes: table.Scopes()}, nil)
	if err != nil {
		return nil, err
	}
	return &subject{
		name: ours,
		// As the function does it, see authorizer/start.go.
		handle: func(ctx context.Context, raw []byte) ([]byte, error) {
			answer, err := a.Handle(ctx, raw)
			if err != nil {
				return nil, err
			}
			var text bytes.Buffer
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			err = encoder.Encode(answer)
			return text.Bytes(), err
		},
		read:   func(raw []byte) (any, error) { return event.Decode(raw) },
		decide: func(ctx context.Context, r any) bool { return decide(ctx, table, verifier, r.(*event.Request)) },
	}, nil
}

// decide is the way from a decoded event to the decision, see
// authorizer/evaluate.go.
func decide(ctx context.Context, table *access.Table, verifier *token.Verifier, request *event.Request) bool {
	known := slices.ContainsFunc(request.RouteKeys(), func(key string) bool {
		_, known := table.Rule(key)
		return known
	})
	if !known || request.CheckPath() != nil {
		return false
	}
	raw, err := request.Credentials()
	if err != nil {
		return false
	}
	verified, err := verifier.Verify(ctx, raw)
	if err != nil {
		return false
	}
	return access.Decide(table, request.RouteKey, verified.Caller(), time.Now()).Allowed
}

// tableOf is a table of n routes, the one that is asked for among them. It is
// written as JSON: access.Compile compares all routes with each other, which
// nobody waits for at run time.
func tableOf(n int) ([]byte, error) {
	orders := access.NewResourceServer("orders", "Orders API")
	one, err := access.Compile(access.Declaration{Route: route, Rule: access.Require(orders.Scope(scope, "See orders"))})
	if err != nil {
		return nil, err
	}
	var table struct {
		Version int                        `json:"version"`
		Routes  map[string]json.RawMessage `json:"routes"`
	}
	if err := json.Unmarshal(one.JSON(), &table); err != nil {
		return nil, err
	}
	for i := 0; len(table.Routes) < n; i++ {
		table.Routes[fmt.Sprintf("GET /orders/%d/{id}", i)] = table.Routes[route]
	}
	return json.Marshal(table)
}
