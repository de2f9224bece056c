// Package door is the authorizer before a small API, as the tests of this folder
// ask it: an event of API Gateway's in, an audit line out.
package door

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// Audience is the audience of the API.
const Audience = "https://orders.example.com"

// The routes of the API. Each asks for one thing only, but for the last two.
const (
	Read     = "GET /orders"    // the scope read
	Write    = "POST /orders"   // the scope write
	SignedIn = "GET /hello"     // any token that is good
	Admins   = "GET /admins"    // the role admin
	Machines = "GET /machines"  // read, for a machine
	People   = "GET /customers" // read, for a person
)

func table(t testing.TB) *access.Table {
	t.Helper()
	orders := access.NewResourceServer("orders", "Orders API")
	read := access.Require(orders.Scope("read", "See orders"))
	table, err := access.Compile(
		access.Declaration{Route: Read, Rule: read},
		access.Declaration{Route: Write, Rule: access.Require(orders.Scope("write", "Place and change orders"))},
		access.Declaration{Route: SignedIn, Rule: access.SignedIn()},
		access.Declaration{Route: Admins, Rule: access.Role("admin")},
		access.Declaration{Route: Machines, Rule: access.All(read, access.Machine())},
		access.Declaration{Route: People, Rule: access.All(read, access.Person())},
	)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Clock is a clock that can be put forward. The zero value tells the time.
type Clock struct{ ahead atomic.Int64 }

// Now is the time on the clock.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) { c.ahead.Add(int64(d)) }

// Keys is the key set at a URL, by the clock.
func (c *Clock) Keys(t testing.TB, url string) *keyset.Set {
	t.Helper()
	keys, err := keyset.New(keyset.Config{URL: url, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Door is the authorizer before the API.
type Door struct {
	authorizer *authorizer.Authorizer
	output     bytes.Buffer
}

// New returns the door of an API that trusts these issuers.
func New(t testing.TB, clock *Clock, issuers ...token.Issuer) *Door {
	t.Helper()
	d := &Door{}
	var err error
	d.authorizer, err = authorizer.New(authorizer.Config{Table: table(t), Issuers: issuers, Now: clock.Now, Out: &d.output})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Ask asks for a route with a token and returns the audit line. It fails the test
// when the answer is not what the line says.
func (d *Door) Ask(t testing.TB, route, raw string) audit.Line {
	t.Helper()
	d.output.Reset()
	answer, err := d.authorizer.Handle(t.Context(), httpEvent(t, route, raw))
	var line audit.Line
	if jsonErr := json.Unmarshal(d.output.Bytes(), &line); jsonErr != nil {
		t.Fatalf("audit line %q: %v", d.output.String(), jsonErr)
	}
	allowed := err == nil && answer.IsAuthorized
	if allowed != (line.Decision == audit.Allow) || (err != nil) != (line.Decision == audit.Error) {
		t.Errorf("%s: answer %v, %v, but the decision is %q", route, answer.IsAuthorized, err, line.Decision)
	}
	if signature := raw[strings.LastIndex(raw, ".")+1:]; len(raw) > 12 && strings.Contains(d.output.String(), signature) {
		t.Errorf("%s: the audit line has the token's signature", route)
	}
	return line
}

// Expect asks for a route with a token and fails the test unless the reason is
// the wanted one.
func (d *Door) Expect(t testing.TB, route, raw string, want access.Reason) audit.Line {
	t.Helper()
	line := d.Ask(t, route, raw)
	if line.Reason != want {
		t.Errorf("%s = %q (%s), want %q", route, line.Reason, line.Detail, want)
	}
	return line
}

// httpEvent is what an HTTP API tells of a request.
func httpEvent(t testing.TB, route, raw string) []byte {
	t.Helper()
	method, path, _ := strings.Cut(route, " ")
	text, err := json.Marshal(map[string]any{
		"version": "2.0", "type": "REQUEST", "routeKey": route, "rawPath": path,
		"headers":        map[string]string{"authorization": "Bearer " + raw},
		"identitySource": []string{"Bearer " + raw, route},
		"requestContext": map[string]any{
			"apiId": "abcdef1234", "requestId": "JKJaXmPLvHcESHA=", "routeKey": route, "stage": "$default",
			"http": map[string]any{"method": method, "path": path, "sourceIp": "203.0.113.7"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
