//go:build localcloud

package deploy

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/test/deploy/names"
)

// forged are spellings of the caller's header that a client may try. Servers
// that turn "-" into "_" make others of the last ones, but none that counts.
var forged = []string{"ScopewayCaller", "scopewaycaller", "Scopewaycaller", "SCOPEWAYCALLER", "Scopeway-Caller", "Scopeway_Caller"}

func TestAServerIsToldTheTokensCallerAndNoForgedOne(t *testing.T) {
	client, err := robot()
	if err != nil {
		t.Fatal(err)
	}
	stolen := stolenHeader(t)
	for _, d := range mixed() {
		for _, name := range append(forged, "") {
			d.skipLines(t)
			token := robotToken(t, ordersRead)
			header := http.Header{}
			if name != "" {
				header[name] = []string{stolen}
			}
			answer := d.send(t, "GET", "/orders/7?q=1", token, header)
			requests := server.Take()
			if answer.Status != http.StatusOK || len(requests) != 1 {
				t.Errorf("%s API with a forged %q = %d with %d requests to the server: %s", d.kind, name, answer.Status, len(requests), answer.Body)
				continue
			}
			got := requests[0]
			who, err := caller.FromHeader(got.Header)
			if err != nil || who.ClientID != client.ID || who.Identity != names.Users {
				t.Errorf("%s API with a forged %q: server reads %+v, %v, want the client %q", d.kind, name, who, err, client.ID)
			}
			lines, err := d.log.Next(ctx, 1)
			if err != nil || len(lines) != 1 || who != nil && lines[0].DecisionID != who.DecisionID {
				t.Errorf("%s API: audit lines %v, %v, want the decision of %+v", d.kind, lines, err, who)
			}
			if got.Method != "GET" || got.Path != "/base/orders/7?q=1" {
				t.Errorf("%s API: server was sent %s %s", d.kind, got.Method, got.Path)
			}
			want := []string{"Bearer " + token}
			if d.isREST() {
				want = []string{"removed"}
			}
			if auth := got.Header.Values("Authorization"); !slices.Equal(auth, want) {
				t.Errorf("%s API: server was sent an Authorization header that is not as it must be (%d values)", d.kind, len(auth))
			}
		}
	}
}

func TestAServerIsToldOfNobodyOnAPublicRoute(t *testing.T) {
	stolen := stolenHeader(t)
	for _, d := range mixed() {
		for _, name := range append(forged, "") {
			for _, token := range []string{"", robotToken(t, ordersRead)} {
				header := http.Header{}
				if name != "" {
					header[name] = []string{stolen}
				}
				answer := d.send(t, "GET", "/menu", token, header)
				requests := server.Take()
				if answer.Status != http.StatusOK || len(requests) != 1 {
					t.Errorf("%s API: GET /menu with a forged %q = %d with %d requests to the server", d.kind, name, answer.Status, len(requests))
					continue
				}
				if who, err := caller.FromHeader(requests[0].Header); !errors.Is(err, caller.ErrPublic) {
					t.Errorf("%s API: GET /menu with a forged %q: server reads %+v, %v, want that the route is public", d.kind, name, who, err)
				}
			}
		}
	}
}

func TestARefusedRequestDoesNotReachTheServer(t *testing.T) {
	stolen := stolenHeader(t)
	server.Take()
	for _, d := range mixed() {
		for name, token := range map[string]string{"no token": "", "garbage": "garbage", "too little scope": robotToken(t, stockRead), "the partner's": partnerToken(nil)} {
			answer := d.send(t, "GET", "/orders/7", token, http.Header{caller.Header: {stolen}})
			if requests := server.Take(); answer.Status/100 != 4 || len(requests) != 0 {
				t.Errorf("%s API with %s = %d with %d requests to the server, want none", d.kind, name, answer.Status, len(requests))
			}
		}
	}
}

// stolenHeader is a value of the caller's header as a server once got it for
// somebody who may more.
func stolenHeader(t *testing.T) string {
	t.Helper()
	d := mixed()[0]
	d.send(t, "GET", "/orders/7", signIn(t, ada, "openid", ordersRead).Access, nil)
	requests := server.Take()
	if len(requests) != 1 {
		t.Fatalf("%d requests to the server, want 1", len(requests))
	}
	if who, err := caller.FromHeader(requests[0].Header); err != nil || !who.MemberOf("staff") {
		t.Fatalf("server reads %+v, %v, want a member of the staff", who, err)
	}
	return requests[0].Header.Get(caller.Header)
}
