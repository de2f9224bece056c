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
		if err := c.rest(ctx, "apigateway", http.MethodGet, "/v2/apis?nextToken="+url.QueryEscape(next), nil, &answer); err != nil {
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
			if err := c.rest(ctx, "apigateway", http.MethodPatch, "/v2/apis/"+url.PathEscape(api.ApiID), change, new(any)); err != nil {
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

// rest calls an operation of a service whose operations go by method and path.
func (c *Cloud) rest(ctx context.Context, service, method, path string, input, output any) error {
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
	if err := c.sign(request, service); err != nil {
		return err
	}
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
