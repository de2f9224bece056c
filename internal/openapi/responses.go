package openapi

type reference struct {
	Ref string `json:"$ref"`
}

type response struct {
	Description string               `json:"description"`
	Headers     map[string]header    `json:"headers,omitempty"`
	Content     map[string]mediaType `json:"content,omitempty"`
}

type header struct {
	Description string `json:"description"`
	Schema      schema `json:"schema"`
}

type mediaType struct {
	Schema reference `json:"schema"`
}

type schema struct {
	Type       string            `json:"type"`
	Properties map[string]schema `json:"properties,omitempty"`
	Required   []string          `json:"required,omitempty"`
}

// messageSchema is the body of every answer that API Gateway gives by itself.
func messageSchema() schema {
	return schema{Type: "object", Properties: map[string]schema{"message": {Type: "string"}}, Required: []string{"message"}}
}

// statuses are the answers that API Gateway gives instead of the backend, by
// the name of their component; closed ones are given where a token is asked for.
var statuses = []struct {
	status, component string
	closed            bool
}{
	{"401", "Unauthorized", true},
	{"403", "Forbidden", true},
	{"404", "NotFound", false},
	{"429", "TooManyRequests", false},
	{"500", "InternalServerError", false},
}

// responses describes API Gateway's own answers. The two kinds of API differ
// in what they say to a token that is not good: 403 for HTTP APIs, which know
// no other denial, and 401 with a challenge (RFC 6750, section 3) for REST APIs.
func responses(kind string) map[string]response {
	unauthorized := "There is no Authorization header."
	forbidden := "The access token is not accepted, or it does not satisfy what the operation asks for. The answer does not say which."
	var missing, insufficient map[string]header
	if kind == kindREST {
		unauthorized = "There is no access token, or it is not accepted."
		forbidden = "The access token is good, and does not satisfy what the operation asks for."
		missing = challenge("Bearer (RFC 6750, section 3).")
		insufficient = challenge("Bearer with the error insufficient_scope (RFC 6750, section 3.1).")
	}
	return map[string]response{
		"Unauthorized":        answer(unauthorized, missing),
		"Forbidden":           answer(forbidden, insufficient),
		"NotFound":            answer("There is no such route. A backend that says so itself may send another body.", nil),
		"TooManyRequests":     answer("The API has too many requests at the moment. Nothing was done.", nil),
		"InternalServerError": answer("The access token could not be judged, so that nothing was done; or the backend failed, and may send another body.", nil),
	}
}

func challenge(description string) map[string]header {
	return map[string]header{"WWW-Authenticate": {description, schema{Type: "string"}}}
}

func answer(description string, headers map[string]header) response {
	return response{description, headers, map[string]mediaType{"application/json": {reference{"#/components/schemas/Message"}}}}
}

// operationResponses are the answers of one operation.
func operationResponses(public bool) map[string]any {
	answers := map[string]any{"default": response{Description: "What the backend answers."}}
	for _, s := range statuses {
		if s.closed && public {
			continue
		}
		answers[s.status] = reference{"#/components/responses/" + s.component}
	}
	return answers
}
