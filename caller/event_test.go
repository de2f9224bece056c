package caller

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/callerjson"
)

var (
	orders = access.NewResourceServer("orders", "Orders API")
	read   = orders.Scope("read", "See orders")
	write  = orders.Scope("write", "Place orders")
	admin  = orders.Scope("admin", "Run the shop")
)

// recorded is the caller of the events in testdata.
var recorded = Caller{
	Subject:    "8f14e45f-ceea-467f-a8d1-0c2a9d5c7b3e",
	ClientID:   "6v1k3j5b2m8q",
	Issuer:     "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example",
	Identity:   "Users",
	Kind:       access.KindPerson,
	Scopes:     []access.Scope{read, write},
	Roles:      []string{"admin"},
	Groups:     []string{"staff"},
	Claims:     map[string]any{"department": "sales", "level": int64(3), "vip": true},
	ExpiresAt:  time.Unix(1700003600, 0).UTC(),
	Table:      "9c1185a5c5e9fc54612808977ee8f548b2258d31",
	DecisionID: "0f0c2d1e7a864b539d2b4f8d0c3b5a6f",
}

func load(t testing.TB, file string, event any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, event); err != nil {
		t.Fatal(err)
	}
}

func httpEvent(t testing.TB) (event events.APIGatewayV2HTTPRequest) {
	t.Helper()
	load(t, "http.json", &event)
	return event
}

func restEvent(t testing.TB) (event events.APIGatewayProxyRequest) {
	t.Helper()
	load(t, "rest.json", &event)
	return event
}

func TestBothKindsOfEventTellTheSameCaller(t *testing.T) {
	if got, err := FromHTTP(httpEvent(t)); err != nil || !reflect.DeepEqual(got, &recorded) {
		t.Errorf("FromHTTP = %+v, %v, want %+v", got, err, recorded)
	}
	if got, err := FromREST(restEvent(t)); err != nil || !reflect.DeepEqual(got, &recorded) {
		t.Errorf("FromREST = %+v, %v, want %+v", got, err, recorded)
	}
}

func TestThereIsNobodyWithoutTheAuthorizer(t *testing.T) {
	for name, change := range map[string]func(*events.APIGatewayV2HTTPRequestContext){
		"a public route":           func(c *events.APIGatewayV2HTTPRequestContext) { c.Authorizer = nil },
		"no answer of a function":  func(c *events.APIGatewayV2HTTPRequestContext) { c.Authorizer.Lambda = nil },
		"an empty answer":          func(c *events.APIGatewayV2HTTPRequestContext) { c.Authorizer.Lambda = map[string]any{} },
		"plain members only":       func(c *events.APIGatewayV2HTTPRequestContext) { delete(c.Authorizer.Lambda, "caller") },
		"another name of the same": func(c *events.APIGatewayV2HTTPRequestContext) { rename(c.Authorizer.Lambda, "caller", "Caller") },
		"a native JWT authorizer": func(c *events.APIGatewayV2HTTPRequestContext) {
			c.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"caller": c.Authorizer.Lambda["caller"].(string)}},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			event := httpEvent(t)
			change(&event.RequestContext)
			if c, err := FromHTTP(event); !errors.Is(err, ErrNone) || c != nil {
				t.Errorf("FromHTTP = %+v, %v, want %v", c, err, ErrNone)
			}
		})
	}
	event := restEvent(t)
	delete(event.RequestContext.Authorizer, "caller")
	if c, err := FromREST(event); !errors.Is(err, ErrNone) || c != nil {
		t.Errorf("FromREST = %+v, %v, want %v", c, err, ErrNone)
	}
	event.RequestContext.Authorizer = nil
	if c, err := FromREST(event); !errors.Is(err, ErrNone) || c != nil {
		t.Errorf("FromREST of a public route = %+v, %v, want %v", c, err, ErrNone)
	}
}

func rename(members map[string]any, from, to string) {
	members[to] = members[from]
	delete(members, from)
}

func TestHeadersOfAnEventAreNeverRead(t *testing.T) {
	text := httpEvent(t).RequestContext.Authorizer.Lambda["caller"].(string)
	for _, name := range []string{"ScopewayCaller", "scopewaycaller", "caller"} {
		public := httpEvent(t)
		public.RequestContext.Authorizer = nil
		public.Headers[name] = text
		public.QueryStringParameters = map[string]string{name: text}
		public.StageVariables = map[string]string{name: text}
		public.PathParameters[name] = text
		if c, err := FromHTTP(public); !errors.Is(err, ErrNone) || c != nil {
			t.Errorf("FromHTTP with %s in the headers = %+v, %v, want %v", name, c, err, ErrNone)
		}
		rest := restEvent(t)
		rest.RequestContext.Authorizer = nil
		rest.Headers[name] = text
		rest.MultiValueHeaders[name] = []string{text}
		rest.RequestContext.Identity.Caller = text
		if c, err := FromREST(rest); !errors.Is(err, ErrNone) || c != nil {
			t.Errorf("FromREST with %s in the headers = %+v, %v, want %v", name, c, err, ErrNone)
		}
	}
}

func TestAHeaderChangesNothingOfTheCaller(t *testing.T) {
	event := httpEvent(t)
	event.Headers["scopewaycaller"] = "public"
	if c, err := FromHTTP(event); err != nil || c.Subject != recorded.Subject {
		t.Errorf("FromHTTP = %+v, %v, want %+v", c, err, recorded)
	}
}

func TestRefusesAContextThatContradictsItself(t *testing.T) {
	for _, name := range []string{"sub", "client_id", "scope", "iss", "identity", "kind", "table", "decision_id"} {
		for what, value := range map[string]any{
			"another text": "secret", "no text": "", "null": nil, "a number": 1.0,
			"a list": []any{"secret"}, "an object": map[string]any{"secret": 1.0},
		} {
			rest, http := restEvent(t), httpEvent(t)
			rest.RequestContext.Authorizer[name] = value
			http.RequestContext.Authorizer.Lambda[name] = value
			refusedBoth(t, name+" is "+what, http, rest)
		}
		rest, http := restEvent(t), httpEvent(t)
		delete(rest.RequestContext.Authorizer, name)
		delete(http.RequestContext.Authorizer.Lambda, name)
		refusedBoth(t, name+" is missing", http, rest)
	}
}

func TestRefusesAPlainMemberThatTheCallerDoesNotHave(t *testing.T) {
	least := callerjson.Caller{Issuer: "i", ExpiresAt: 1, Table: "t", DecisionID: "d"}
	text, err := callerjson.Encode(least)
	if err != nil {
		t.Fatal(err)
	}
	plain := map[string]any{"caller": text, "iss": "i", "table": "t", "decision_id": "d"}
	rest, http := restEvent(t), httpEvent(t)
	rest.RequestContext.Authorizer, http.RequestContext.Authorizer.Lambda = plain, plain
	if c, err := FromREST(rest); err != nil || c.Issuer != "i" {
		t.Fatalf("FromREST without a plain member = %+v, %v", c, err)
	}
	for _, name := range []string{"sub", "client_id", "scope", "identity", "kind"} {
		for _, value := range []any{"secret", "", nil} {
			more := maps.Clone(plain)
			more[name] = value
			rest.RequestContext.Authorizer, http.RequestContext.Authorizer.Lambda = more, more
			refusedBoth(t, name, http, rest)
		}
	}
}

func TestRefusesAMalformedCaller(t *testing.T) {
	for name, value := range map[string]any{
		"null": nil, "a number": 1.0, "a list": []any{"secret"}, "no text": "",
		"the text of public routes": "public", "no base64": "secret!", "padding": "e30=", "an empty object": "e30",
		"something behind it": recordedText(t) + "A", "the same twice": recordedText(t) + "," + recordedText(t),
	} {
		rest, http := restEvent(t), httpEvent(t)
		rest.RequestContext.Authorizer["caller"] = value
		http.RequestContext.Authorizer.Lambda["caller"] = value
		refusedBoth(t, name, http, rest)
	}
}

func TestRefusesAScopeThatIsNone(t *testing.T) {
	for _, scope := range []string{"secret", "orders/", "/secret", " orders/secret", "orders/secret ", "orders/a  orders/b", "orders/a\torders/b", "orders/a/b", "orders/ä"} {
		text, err := callerjson.Encode(callerjson.Caller{Issuer: "i", ExpiresAt: 1, Table: "t", DecisionID: "d", Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		members := map[string]any{"caller": text, "iss": "i", "table": "t", "decision_id": "d", "scope": scope}
		rest, http := restEvent(t), httpEvent(t)
		rest.RequestContext.Authorizer, http.RequestContext.Authorizer.Lambda = members, members
		refusedBoth(t, scope, http, rest)
	}
}

func recordedText(t testing.TB) string {
	t.Helper()
	return restEvent(t).RequestContext.Authorizer["caller"].(string)
}

// refusedBoth wants an error of its own, that is not "nobody" and tells nothing.
func refusedBoth(t *testing.T, name string, http events.APIGatewayV2HTTPRequest, rest events.APIGatewayProxyRequest) {
	t.Helper()
	c, err := FromHTTP(http)
	refused(t, "FromHTTP, "+name, c, err)
	c, err = FromREST(rest)
	refused(t, "FromREST, "+name, c, err)
}

func refused(t *testing.T, name string, c *Caller, err error) {
	t.Helper()
	switch {
	case err == nil || c != nil:
		t.Errorf("%s = %+v, %v, want an error", name, c, err)
	case errors.Is(err, ErrNone) || errors.Is(err, ErrPublic):
		t.Errorf("%s: %v, want that it is malformed", name, err)
	case strings.Contains(err.Error(), "secret"):
		t.Errorf("%s: %v holds a part of the request", name, err)
	}
}
