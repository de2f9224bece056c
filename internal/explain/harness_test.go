package explain

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/issuertest"
)

// shop is a table with an issuer whose tokens it takes.
type shop struct {
	issuer *issuertest.Issuer
	config Config
}

func newShop(t *testing.T) *shop {
	t.Helper()
	issuer, err := issuertest.Start(issuertest.Config{Algorithm: "ES256"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	return shopOf(t, issuer, keyset.ES256)
}

// fuzzed returns the explainer of a shop of that issuer, which signs with EdDSA.
func fuzzed(t *testing.T, issuer *issuertest.Issuer) *Explainer {
	t.Helper()
	return shopOf(t, issuer, keyset.EdDSA).explainer(t)
}

func shopOf(t *testing.T, issuer *issuertest.Issuer, algorithm keyset.Algorithm) *shop {
	t.Helper()
	orders := access.NewResourceServer("orders", "Orders")
	read, write := orders.Scope("read", "See orders"), orders.Scope("write", "Change orders")
	table, err := access.Compile(
		access.Declaration{Route: "GET /orders/{id}", Rule: access.Require(read)},
		access.Declaration{Route: "ANY /orders", Rule: access.All(access.Require(write), access.MemberOf("staff"))},
		access.Declaration{Route: "GET /orders", Rule: access.All(access.Require(write), access.MemberOf("staff"))},
		access.Declaration{Route: "ANY /files/{path+}", Rule: access.SignedIn()},
		access.Declaration{Route: "$default", Rule: access.SignedIn()},
		access.Declaration{Route: "GET /menu", Rule: access.Public("a menu")},
	)
	if err != nil {
		t.Fatal(err)
	}
	return &shop{issuer, Config{Table: table, Identities: []authorizer.Identity{{
		Name: "Shop/Users", ID: "Users", Issuer: issuer.URL(), Keys: issuer.KeysURL(), Profile: token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{algorithm}, Audiences: map[string]string{"orders": issuertest.Audience},
		Clients: []string{"client"}, Groups: []string{"groups"},
	}}}}
}

func (s *shop) explainer(t *testing.T) *Explainer {
	t.Helper()
	e, err := New(s.config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// jwks returns the issuer's key set.
func (s *shop) jwks(t *testing.T) []byte {
	t.Helper()
	response, err := http.Get(s.issuer.KeysURL())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func bearer(route, token string) Request {
	header := "Bearer " + token
	return Request{Route: route, Authorization: &header}
}

func at(request Request, path string) Request {
	request.Path = &path
	return request
}

// repeats tells whether a text holds a part of a token.
func repeats(text, token string) bool {
	for _, part := range strings.Split(token, ".") {
		if len(part) >= 16 && strings.Contains(text, part[:16]) || len(part) >= 48 && strings.Contains(text, part[20:36]) {
			return true
		}
	}
	return false
}

// TestTheAnswerIsTheLambdas asks the engine itself, with events that were written
// by hand, and the explainer about the same requests.
func TestTheAnswerIsTheLambdas(t *testing.T) {
	s := newShop(t)
	now := time.Now()
	s.config.Now = func() time.Time { return now }
	edDSA := s.issuer.Sign(issuertest.Token{Algorithm: "EdDSA"}) // publishes its key
	s.config.KeySets = map[string][]byte{"Shop/Users": s.jwks(t)}
	issuers, err := authorizer.Issuers(s.config.Identities, nil, s.config.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	engine, err := authorizer.New(authorizer.Config{Table: s.config.Table, Issuers: issuers, Now: s.config.Now, Out: &log})
	if err != nil {
		t.Fatal(err)
	}
	e := s.explainer(t)
	good := issuertest.Claims{"scope": "orders/read"}
	for name, raw := range map[string]string{
		"good": s.issuer.Token(good), "without a scope": s.issuer.Token(nil), "expired": s.issuer.Expired(good),
		"early": s.issuer.NotYetValid(good), "for somebody else": s.issuer.WrongAudience(good), "of an unknown key": s.issuer.UnknownKey(good),
		"an ID token": s.issuer.IDToken(good), "rubbish": "rubbish", "of an unknown issuer": s.issuer.Token(issuertest.Claims{"iss": "https://x.example"}),
		"of another client": s.issuer.Token(issuertest.Claims{"client_id": "other"}), "bound": s.issuer.Token(issuertest.Claims{"cnf": map[string]string{"jkt": "x"}}),
		"without jti": s.issuer.Token(issuertest.Claims{"jti": nil}), "with crit": s.issuer.Sign(issuertest.Token{Header: issuertest.Header{"crit": []string{"x"}}}),
		"of another algorithm": edDSA, "too large": strings.Repeat("x", 9000), "encrypted": "a.b.c.d.e",
		"whose caller is too long": s.issuer.Token(issuertest.Claims{"sub": strings.Repeat("é", 128), "scope": "orders/read"}),
		"changed":                  s.issuer.Token(good) + "A",
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			text, _ := json.Marshal("Bearer " + raw)
			_, _ = engine.Handle(context.Background(), []byte(`{"version":"2.0","type":"REQUEST","identitySource":[`+string(text)+`],
				"routeKey":"GET /orders/{id}","rawPath":"/orders/7","headers":{"authorization":`+string(text)+`},
				"requestContext":{"routeKey":"GET /orders/{id}","stage":"$default","http":{"method":"GET","path":"/orders/7","sourceIp":"192.0.2.1"}}}`))
			var want, got map[string]any
			if err := json.Unmarshal([]byte(log.String()), &want); err != nil {
				t.Fatal(err)
			}
			answer, err := e.Answer(context.Background(), at(bearer("GET /orders/{id}", raw), "/orders/7"))
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := encode(answer)
			if err != nil || json.Unmarshal(encoded, &got) != nil {
				t.Fatal(err)
			}
			for _, member := range []string{"decision", "status", "reason", "detail", "route", "path", "table", "iss", "sub", "client_id", "scope", "jti", "kid", "exp", "missing", "unmet", "claimed"} {
				a, _ := json.Marshal(got[member])
				b, _ := json.Marshal(want[member])
				if string(a) != string(b) {
					t.Errorf("%s = %s, and the Lambda's line says %s", member, a, b)
				}
			}
			if repeats(string(encoded), raw) {
				t.Errorf("the answer repeats the token: %s", encoded)
			}
		})
	}
}

func TestKindsOfAPIsGetTheirOwnEvents(t *testing.T) {
	s := newShop(t)
	raw := s.issuer.Token(issuertest.Claims{"scope": "orders/read orders/write", "groups": []string{"staff"}})
	for _, kind := range []event.Kind{event.HTTP, event.REST} {
		s.config.Kind = kind
		e := s.explainer(t)
		for route, path := range map[string]string{
			"GET /orders/{id}":   "/orders/x",
			"ANY /orders":        "/orders",
			"GET /orders":        "/orders",
			"ANY /files/{path+}": "/files/x",
			"$default":           "/",
		} {
			answer, err := e.Answer(context.Background(), bearer(route, raw))
			if kind == event.REST && route == "$default" {
				if err == nil || !strings.Contains(err.Error(), "a REST API has no default route") {
					t.Errorf("%s %s = %v, want an error", kind, route, err)
				}
				continue
			}
			if err != nil || answer.Reason != access.Allowed || answer.Route != route || answer.Path != path || answer.API != string(kind) {
				t.Errorf("%s %s = %+v, %v, want it allowed at %s", kind, route, answer, err, path)
			}
		}
	}
}

func TestAnyHasNoMethodLeftWhereEachHasARoute(t *testing.T) {
	var declarations []access.Declaration
	for _, method := range append([]string{"ANY"}, access.Methods()...) {
		declarations = append(declarations, access.Declaration{Route: method + " /x", Rule: access.SignedIn()})
	}
	table, err := access.Compile(declarations...)
	if err != nil {
		t.Fatal(err)
	}
	s := newShop(t)
	s.config.Table = table
	if _, err := s.explainer(t).Answer(context.Background(), Request{Route: "ANY /x"}); err == nil || !strings.Contains(err.Error(), "every method has a route of its own") {
		t.Errorf("Answer = %v, want an error", err)
	}
}

const hour = time.Hour

// clockOf gives the configuration a clock that the test moves.
func (c *Config) clockOf(t *testing.T) *time.Time {
	t.Helper()
	now := time.Now()
	c.Now = func() time.Time { return now }
	return &now
}
