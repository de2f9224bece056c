package caller_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-lambda-go/events"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/caller/callertest"
)

var (
	Orders = access.NewResourceServer("orders", "Orders API")
	Read   = Orders.Scope("read", "See orders")
	Admin  = Orders.Scope("admin", "Run the shop")
)

// A Lambda function behind an HTTP API. The gateway has let in whom the route's
// rule lets in; here it is only about what they see.
func ExampleFromHTTP() {
	getOrder := func(_ context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		who, err := caller.FromHTTP(event)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusForbidden}, nil
		}
		body := "order " + event.PathParameters["id"] + " of " + who.Subject
		if who.Has(Admin) {
			body += ", with its margin"
		}
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: body}, nil
	}

	event := callertest.HTTP(caller.Caller{Subject: "ann", Scopes: []access.Scope{Read}})
	event.PathParameters = map[string]string{"id": "7"}
	answer, _ := getOrder(context.Background(), event)
	fmt.Println(answer.StatusCode, answer.Body)

	answer, _ = getOrder(context.Background(), events.APIGatewayV2HTTPRequest{}) // past the gateway
	fmt.Println(answer.StatusCode)
	// Output:
	// 200 order 7 of ann
	// 403
}

// A Lambda function behind a REST API.
func ExampleFromREST() {
	whoami := func(event events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
		who, err := caller.FromREST(event)
		if err != nil {
			return events.APIGatewayProxyResponse{StatusCode: http.StatusForbidden}
		}
		return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: fmt.Sprint(who.Kind, " ", who.ClientID)}
	}

	answer := whoami(callertest.REST(caller.Caller{ClientID: "billing", Kind: access.KindMachine}))
	fmt.Println(answer.StatusCode, answer.Body)
	// Output:
	// 200 machine billing
}

// A server behind gateway.ToUrl, which is private: only the gateway reaches it.
func ExampleFromHeader() {
	// verified hands the caller on to the handlers of routes with a rule.
	verified := func(next func(http.ResponseWriter, *http.Request, *caller.Caller)) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who, err := caller.FromHeader(r.Header)
			if err != nil {
				http.Error(w, "forbidden", http.StatusForbidden)
				return
			}
			next(w, r, who)
		})
	}
	mux := http.NewServeMux()
	mux.Handle("GET /orders", verified(func(w http.ResponseWriter, _ *http.Request, who *caller.Caller) {
		fmt.Fprintf(w, "the orders of %s, a member of staff: %t", who.Subject, who.MemberOf("staff"))
	}))

	for _, header := range []http.Header{
		callertest.Header(caller.Caller{Subject: "ann", Groups: []string{"staff"}}),
		callertest.PublicHeader(), // a route that was made public by mistake
		{},                        // a request past the gateway
	} {
		request := httptest.NewRequest("GET", "/orders", nil)
		request.Header = header
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, request)
		fmt.Println(answer.Code)
		if answer.Code == http.StatusOK {
			fmt.Println(answer.Body)
		}
	}
	// Output:
	// 200
	// the orders of ann, a member of staff: true
	// 403
	// 403
}

// On a public route the gateway says that it asked nobody; without the header
// the request did not come through the gateway at all.
func ExampleFromHeader_public() {
	_, err := caller.FromHeader(callertest.PublicHeader())
	fmt.Println(errors.Is(err, caller.ErrPublic))

	_, err = caller.FromHeader(http.Header{})
	fmt.Println(errors.Is(err, caller.ErrPublic), err)
	// Output:
	// true
	// false caller, nobody was verified, the request did not pass Scopeway's authorizer
}
