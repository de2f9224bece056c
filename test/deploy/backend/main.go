// Backend is a Lambda function that tells the caller which package caller reads
// from its event, of either kind of API.
package main

import (
	"encoding/json"
	"log"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/test/deploy/names"
)

func main() { lambda.Start(handle) }

func handle(raw json.RawMessage) (events.APIGatewayProxyResponse, error) {
	log.Print("asked") // the local cloud waits for a line of every function that is compiled
	who, err := read(raw)
	told := names.Told{}
	if err != nil {
		told.Error = err.Error()
	} else {
		told = names.Told{Subject: who.Subject, ClientID: who.ClientID, Issuer: who.Issuer, Identity: who.Identity, Kind: string(who.Kind),
			Roles: who.Roles, Groups: who.Groups, Claims: who.Claims, DecisionID: who.DecisionID}
		for _, scope := range who.Scopes {
			told.Scopes = append(told.Scopes, scope.String())
		}
	}
	body, err := json.Marshal(told)
	return events.APIGatewayProxyResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body),
	}, err
}

// read reads the caller from the event of an HTTP API, which has a version, or
// of a REST API.
func read(raw json.RawMessage) (*caller.Caller, error) {
	var kind struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, err
	}
	if kind.Version == "2.0" {
		var event events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(raw, &event); err != nil {
			return nil, err
		}
		return caller.FromHTTP(event)
	}
	var event events.APIGatewayProxyRequest
	if err := json.Unmarshal(raw, &event); err != nil {
		return nil, err
	}
	return caller.FromREST(event)
}
