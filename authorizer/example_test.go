package authorizer_test

import (
	"context"
	"fmt"
	"io"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// An authorizer outside of Lambda, asked about a request without a token.
func Example() {
	orders := access.NewResourceServer("orders", "Orders API")
	table, err := access.Compile(access.Declaration{
		Route: "GET /orders/{id}", Rule: access.Require(orders.Scope("read", "See orders")),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := keyset.New(keyset.Config{URL: "https://issuer.example.com/jwks.json"})
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := authorizer.New(authorizer.Config{
		Table: table,
		Issuers: []token.Issuer{{
			Name:       "Users",
			URL:        "https://issuer.example.com",
			Profile:    token.ProfileRFC9068,
			Algorithms: []keyset.Algorithm{keyset.ES256},
			Audiences:  map[string]string{"orders": "https://orders.example.com"},
			Clients:    []string{"billing"},
			Keys:       keys,
		}},
		NewID: func() string { return "4f0c" },
		Out:   io.Discard, // the audit lines
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := a.Handle(context.Background(), []byte(`{
		"version": "2.0", "type": "REQUEST", "routeKey": "GET /orders/{id}", "rawPath": "/orders/17",
		"requestContext": {"routeKey": "GET /orders/{id}", "http": {"method": "GET", "path": "/orders/17", "sourceIp": "203.0.113.7"}}
	}`))
	fmt.Println(answer.IsAuthorized, answer.Context.DecisionID, err)
	// Output:
	// false 4f0c <nil>
}

// The whole main package of the function.
func ExampleStart() {
	authorizer.Start()
}
