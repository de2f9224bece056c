package assembly

import (
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed relay.js
var relaySource string

// addRelay leads a REST API's HTTP_PROXY method that maps headers through a
// function which does what AWS documents of such a method ("Map method request
// data to integration request parameters for REST APIs"). So a test can see
// that the template's mappings and the authorizer's context fit together, and
// what the server is told. That API Gateway maps like this, it does not prove.
func addRelay(resources object, id string, properties object) (change string) {
	integration, _ := properties["Integration"].(object)
	parameters, _ := integration["RequestParameters"].(object)
	if integration["Type"] != "HTTP_PROXY" || !mapsHeaders(parameters) {
		return ""
	}
	mappings, err := json.Marshal(parameters)
	if err != nil {
		panic(err) // it was decoded from JSON
	}
	relay := id + "Relay"
	resources[relay] = object{
		"Type": "AWS::Lambda::Function",
		"Properties": object{
			"Runtime": "nodejs22.x",
			"Handler": "index.handler",
			"Role":    "arn:aws:iam::000000000000:role/relay",
			"Timeout": 30,
			"Code":    object{"ZipFile": relaySource},
			"Environment": object{"Variables": object{
				"URI":        integration["Uri"],
				"METHOD":     integration["IntegrationHttpMethod"],
				"PARAMETERS": string(mappings),
			}},
		},
	}
	properties["Integration"] = object{
		"Type":                  "AWS_PROXY",
		"IntegrationHttpMethod": "POST",
		"Uri": object{"Fn::Join": []any{"", []any{
			"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", object{"Fn::GetAtt": []any{relay, "Arn"}}, "/invocations",
		}}},
	}
	return "goes through the function " + relay
}

func mapsHeaders(parameters object) bool {
	for name := range parameters {
		if strings.HasPrefix(name, "integration.request.header.") {
			return true
		}
	}
	return false
}
