package access_test

import (
	"fmt"
	"time"

	"github.com/scopeway/scopeway/access"
)

func Example() {
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	write := orders.Scope("write", "Place and change orders")

	table, err := access.Compile(
		access.Declaration{Route: "GET /orders/{id}", Rule: access.RequireAnyOf(read, write)},
		access.Declaration{Route: "POST /orders", Rule: access.Require(read, write)},
		access.Declaration{Route: "GET /menu", Rule: access.Public("the menu hangs on the door")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	reader := &access.Caller{Scopes: []access.Scope{read}, ExpiresAt: now.Add(time.Minute)}
	for _, route := range []string{"GET /orders/{id}", "POST /orders", "GET /menu", "DELETE /orders/{id}"} {
		d := access.Decide(table, route, reader, now)
		fmt.Println(route, d.Allowed, d.Reason, d.Missing)
	}
	// Output:
	// GET /orders/{id} true allowed []
	// POST /orders false scope_missing [orders/write]
	// GET /menu true public []
	// DELETE /orders/{id} false route_unknown []
}

func ExampleParseRoute() {
	_, err := access.ParseRoute("GET /files/{path...}")
	fmt.Println(err)
	// Output:
	// route key, at offset 12 a greedy variable of another notation, write {path+}, got "GET /files/{path...}"
}

func ExampleRule_Narrow() {
	orders := access.NewResourceServer("orders", "Orders API")
	admin := orders.Scope("admin", "Run the shop")
	read := orders.Scope("read", "See orders")
	write := orders.Scope("write", "Place and change orders")

	fmt.Println(access.Require(admin).Narrow(access.RequireAnyOf(read, write)))
	// Output:
	// orders/admin and (orders/read or orders/write)
}

func ExampleAll() {
	orders := access.NewResourceServer("orders", "Orders API")
	write := orders.Scope("write", "Place and change orders")

	table, err := access.Compile(access.Declaration{
		Route: "DELETE /orders/{id}",
		Rule: access.All(access.Require(write), access.Any(
			access.Role("admin").From("Users"),
			access.Claim("department", "sales", "it").From("Partners"),
		)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	caller := &access.Caller{
		Identity: "Partners", Scopes: []access.Scope{write}, ExpiresAt: now.Add(time.Minute),
		Claims: map[string]any{"department": "hr"},
	}
	d := access.Decide(table, "DELETE /orders/{id}", caller, now)
	fmt.Println(d.Reason)
	for _, text := range d.Unmet {
		fmt.Println("-", text)
	}
	// Output:
	// claim_unmet
	// - role "admin" from "Users"
	// - (claim "department" is "it" or "sales") from "Partners"
}
