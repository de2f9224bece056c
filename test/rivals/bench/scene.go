package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/scopeway/scopeway/issuertest"
)

// settings is what an authorizer is told: the same for all of them.
type settings struct {
	Issuer     string            `json:"issuer"`
	KeysURL    string            `json:"keysUrl"`
	Audience   string            `json:"audience"`
	Client     string            `json:"client"`
	Algorithms []string          `json:"algorithms"`
	Scopes     map[string]string `json:"scopes"` // the scope that each route asks for
}

// The route that is asked for.
const (
	route = "GET /orders/7/{id}"
	path  = "/orders/7/17"
	scope = "read"
)

// routes is how many there are, as many as an HTTP API takes.
const routes = 300

// distinct is how many tokens take turns: more than any authorizer here
// remembers.
const distinct = 640

// algorithms are those that are measured.
var algorithms = []string{"RS256", "ES256", "EdDSA"}

// scene is an issuer, what is asked for, and good tokens.
type scene struct {
	settings
	issuer *issuertest.Issuer
	tokens map[string][]string // by algorithm
}

// newScene starts an issuer and has it sign n good tokens by each algorithm.
func newScene(n int) (*scene, error) {
	issuer, err := issuertest.Start(issuertest.Config{Lifetime: 6 * time.Hour})
	if err != nil {
		return nil, err
	}
	s := &scene{issuer: issuer, tokens: map[string][]string{}, settings: settings{
		Issuer: issuer.URL(), KeysURL: issuer.KeysURL(), Audience: issuertest.Audience,
		Client: "client", Algorithms: algorithms, Scopes: map[string]string{},
	}}
	for i := range routes {
		s.Scopes[fmt.Sprintf("GET /orders/%d/{id}", i)] = scope
	}
	for _, algorithm := range algorithms {
		for range n {
			s.tokens[algorithm] = append(s.tokens[algorithm], s.sign(algorithm, nil, nil))
		}
	}
	return s, nil
}

func (s *scene) close() { s.issuer.Close() }

// sign returns a good token but for what is changed.
func (s *scene) sign(algorithm string, header issuertest.Header, claims issuertest.Claims) string {
	all := issuertest.Claims{"scope": "write " + scope}
	maps.Copy(all, claims)
	return s.issuer.Sign(issuertest.Token{Algorithm: algorithm, Header: header, Claims: all})
}

// eventFor is what an HTTP API sends, in about the size it has for a browser.
func eventFor(token string) []byte {
	bearer := "Bearer " + token
	raw, err := json.Marshal(map[string]any{
		"version": "2.0", "type": "REQUEST",
		"routeArn":       "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/$default/GET/orders/7/17",
		"identitySource": []string{bearer, route},
		"routeKey":       route, "rawPath": path, "rawQueryString": "expand=lines&page=2",
		"headers": map[string]string{
			"accept": "application/json", "accept-encoding": "gzip, deflate, br, zstd", "accept-language": "en-GB,en;q=0.9",
			"authorization": bearer, "content-length": "0", "host": "abcdef1234.execute-api.us-east-1.amazonaws.com",
			"origin": "https://shop.example.com", "referer": "https://shop.example.com/", "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site",
			"user-agent":      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			"x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e", "x-forwarded-for": "203.0.113.7", "x-forwarded-port": "443", "x-forwarded-proto": "https",
		},
		"queryStringParameters": map[string]string{"expand": "lines", "page": "2"},
		"pathParameters":        map[string]string{"id": "17"},
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "abcdef1234",
			"domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com", "domainPrefix": "abcdef1234",
			"http": map[string]any{
				"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
				"userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			},
			"requestId": "JKJaXmPLvHcESHA=", "routeKey": route, "stage": "$default",
			"time": "10/Mar/2026:05:16:23 +0000", "timeEpoch": 1583817383220,
		},
	})
	if err != nil {
		panic(err) // maps of strings
	}
	return raw
}

func eventsFor(tokens []string) [][]byte {
	all := make([][]byte, len(tokens))
	for i, token := range tokens {
		all[i] = eventFor(token)
	}
	return all
}
