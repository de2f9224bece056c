package localcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ApplyCORS makes the CORS configurations of HTTP APIs work, after each
// deployment: the local cloud stores what a template says under CloudFormation's
// names and reads it under those of its own UpdateApi. The values stay those of
// the template. It returns how many APIs have CORS.
func (c *Cloud) ApplyCORS(ctx context.Context) (apis int, err error) {
	next := ""
	for {
		var answer struct {
			Items []struct {
				ApiID             string         `json:"apiId"`
				CorsConfiguration map[string]any `json:"corsConfiguration"`
			} `json:"items"`
			NextToken string `json:"nextToken"`
		}
		if err := c.apiGateway(ctx, http.MethodGet, "/v2/apis?nextToken="+url.QueryEscape(next), nil, &answer); err != nil {
			return 0, err
		}
		for _, api := range answer.Items {
			if len(api.CorsConfiguration) == 0 {
				continue
			}
			cors := map[string]any{}
			for name, value := range api.CorsConfiguration {
				cors[lowerFirst(name)] = value
			}
			change := map[string]any{"corsConfiguration": cors}
			if err := c.apiGateway(ctx, http.MethodPatch, "/v2/apis/"+url.PathEscape(api.ApiID), change, new(any)); err != nil {
				return 0, err
			}
			apis++
		}
		if next = answer.NextToken; next == "" {
			return apis, nil
		}
	}
}

func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}

// apiGateway calls an operation of API Gateway's, which go by method and path.
func (c *Cloud) apiGateway(ctx context.Context, method, path string, input, output any) error {
	var body bytes.Buffer
	if input != nil {
		if err := json.NewEncoder(&body).Encode(input); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Endpoint()+path, &body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", unchecked("apigateway"))
	status, text, err := c.do(request)
	if err != nil {
		return err
	}
	operation, _, _ := strings.Cut(method+" "+path, "?")
	if status != http.StatusOK {
		var failure struct {
			Message string `json:"message"`
		}
		_ = json.Unmarshal(text, &failure) // what is no JSON has no message
		return &ServiceError{Operation: operation, Type: fmt.Sprintf("status %d", status), Message: failure.Message}
	}
	if err := json.Unmarshal(text, output); err != nil {
		return fmt.Errorf("%s answered something that is not JSON: %w", operation, err)
	}
	return nil
}

// unchecked is a signature, which the local cloud does not check: it chooses
// the service by it.
func unchecked(service string) string {
	return "AWS4-HMAC-SHA256 Credential=test/20260101/" + Region + "/" + service +
		"/aws4_request, SignedHeaders=host, Signature=unchecked"
}
