package callertest_test

import (
	"fmt"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/caller/callertest"
)

func Example() {
	event := callertest.HTTP(caller.Caller{Subject: "ann", Scopes: []access.Scope{read}})
	event.RouteKey = "GET /orders/{id}"

	who, err := caller.FromHTTP(event) // as the function under test does
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(who.Subject, who.Has(read), who.Has(write))
	// Output:
	// ann true false
}
