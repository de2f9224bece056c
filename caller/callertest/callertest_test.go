package callertest_test

import (
	"encoding/json"
	"errors"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/caller/callertest"
)

var (
	orders = access.NewResourceServer("orders", "Orders API")
	read   = orders.Scope("read", "See orders")
	write  = orders.Scope("write", "Place orders")
)

var ann = caller.Caller{
	Subject: "ann", ClientID: "app", Issuer: "https://users.example", Identity: "Users", Kind: access.KindPerson,
	Scopes: []access.Scope{write, read}, Roles: []string{"admin"}, Groups: []string{"staff"},
	Claims:    map[string]any{"level": int64(3), "vip": true, "department": "sales"},
	ExpiresAt: time.Unix(1700000000, 0).UTC(), Table: "table", DecisionID: "decision",
}

// ways are the three ways to a backend, there and back, events as JSON.
var ways = map[string]func(*testing.T, caller.Caller) (*caller.Caller, error){
	"HTTP": func(t *testing.T, c caller.Caller) (*caller.Caller, error) {
		var event events.APIGatewayV2HTTPRequest
		throughJSON(t, callertest.HTTP(c), &event)
		return caller.FromHTTP(event)
	},
	"HTTP as it is": func(_ *testing.T, c caller.Caller) (*caller.Caller, error) {
		return caller.FromHTTP(callertest.HTTP(c))
	},
	"REST": func(t *testing.T, c caller.Caller) (*caller.Caller, error) {
		var event events.APIGatewayProxyRequest
		throughJSON(t, callertest.REST(c), &event)
		return caller.FromREST(event)
	},
	"REST as it is": func(_ *testing.T, c caller.Caller) (*caller.Caller, error) {
		return caller.FromREST(callertest.REST(c))
	},
	"header": func(_ *testing.T, c caller.Caller) (*caller.Caller, error) {
		return caller.FromHeader(callertest.Header(c))
	},
}

func throughJSON(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatal(err)
	}
}

func TestACallerArrivesAsItWasMade(t *testing.T) {
	for name, way := range ways {
		if got, err := way(t, ann); err != nil || !reflect.DeepEqual(got, &ann) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, ann)
		}
	}
}

func TestTheZeroCallerArrivesWithTheDefaults(t *testing.T) {
	for name, way := range ways {
		before := time.Now().Truncate(time.Second)
		got, err := way(t, caller.Caller{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if left := got.ExpiresAt.Sub(before); left < callertest.Lifetime || left > callertest.Lifetime+time.Minute {
			t.Errorf("%s: expires in %v, want %v", name, left, callertest.Lifetime)
		}
		got.ExpiresAt = time.Time{}
		want := caller.Caller{Issuer: callertest.Issuer, Table: callertest.Table, DecisionID: callertest.DecisionID}
		if !reflect.DeepEqual(got, &want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestAnIntCountsAsAnInt64(t *testing.T) {
	claims := map[string]any{"level": 3}
	for name, way := range ways {
		got, err := way(t, caller.Caller{Claims: claims})
		if err != nil || got.Claims["level"] != int64(3) {
			t.Errorf("%s: %+v, %v, want level 3 as int64", name, got, err)
		}
	}
	if claims["level"] != 3 {
		t.Errorf("the caller's own claims are now %v", claims)
	}
}

func TestEventsOfARESTAPIHoldTextsOnly(t *testing.T) {
	for name, value := range callertest.REST(ann).RequestContext.Authorizer {
		if _, ok := value.(string); !ok {
			t.Errorf("%s is a %T, want a string", name, value)
		}
	}
}

func TestNobodyWasVerifiedOnAPublicRoute(t *testing.T) {
	if c, err := caller.FromHeader(callertest.PublicHeader()); !errors.Is(err, caller.ErrPublic) || c != nil {
		t.Errorf("FromHeader = %+v, %v, want %v", c, err, caller.ErrPublic)
	}
}

func TestPanicsForACallerThatNoAuthorizerTellsOf(t *testing.T) {
	for name, c := range map[string]caller.Caller{
		"the zero scope":                 {Scopes: []access.Scope{{}}},
		"the zero scope among others":    {Scopes: []access.Scope{read, {}}},
		"a scope that cannot be granted": {Scopes: []access.Scope{orders.Scope("not a scope", "")}},
		"a kind that is none":            {Kind: "robot"},
		"an empty role":                  {Roles: []string{""}},
		"an empty group":                 {Groups: []string{""}},
		"a claim that is a fraction":     {Claims: map[string]any{"a": 1.5}},
		"a claim that is a list":         {Claims: map[string]any{"a": []string{"b"}}},
		"an expiry before 1970":          {ExpiresAt: time.Unix(-1, 0)},
		"a text that is not UTF-8":       {Subject: "\xff"},
		"more than fits into a header":   {Subject: strings.Repeat("a", 4096)},
	} {
		for api, make := range map[string]func(){
			"HTTP":   func() { callertest.HTTP(c) },
			"REST":   func() { callertest.REST(c) },
			"Header": func() { callertest.Header(c) },
		} {
			if !panics(make) {
				t.Errorf("%s with %s does not panic", api, name)
			}
		}
	}
}

func panics(do func()) (did bool) {
	defer func() { did = recover() != nil }()
	do()
	return false
}

func TestMakesNothingOutsideOfTests(t *testing.T) {
	for _, what := range []string{"http", "rest", "header", "public"} {
		out, err := exec.Command("go", "run", "./testdata/program", what).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "panic: callertest: it makes up callers") {
			t.Errorf("a program that makes up a caller for %s: %v, %s, want a panic", what, err, out)
		}
	}
}
