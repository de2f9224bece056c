package event_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/scopeway/scopeway/authorizer/event"
)

func TestTheZeroAnswerRefuses(t *testing.T) {
	got, err := json.Marshal(event.Answer{})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"isAuthorized":false,"context":{"decision_id":""}}`; string(got) != want {
		t.Errorf("the zero Answer = %s, want %s", got, want)
	}
}

func ExampleAnswer() {
	answer := event.Answer{IsAuthorized: true, Context: event.Context{
		Subject: "billing", ClientID: "billing", Scope: "orders/read",
		Issuer: "https://issuer.example.com", ExpiresAt: 1790000000, DecisionID: "4f0c",
	}}
	text, _ := json.Marshal(answer)
	fmt.Println(string(text))
	// Output: {"isAuthorized":true,"context":{"sub":"billing","client_id":"billing","scope":"orders/read","iss":"https://issuer.example.com","exp":1790000000,"decision_id":"4f0c"}}
}

func ExampleRequest_Credentials() {
	request, err := event.Decode([]byte(`{
		"version": "2.0", "type": "REQUEST", "routeKey": "GET /menu", "rawPath": "/menu",
		"headers": {"authorization": "Basic YTpi"},
		"requestContext": {"routeKey": "GET /menu", "http": {"method": "GET", "path": "/menu", "sourceIp": "203.0.113.7"}}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = request.Credentials()
	fmt.Println(err)
	// Output: credentials_malformed: the Authorization header's scheme is not Bearer
}
