//go:build localcloud

package deploy

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/deploy/names"
)

const (
	allowOrigin   = "Access-Control-Allow-Origin"
	allowMethods  = "Access-Control-Allow-Methods"
	allowHeaders  = "Access-Control-Allow-Headers"
	exposeHeaders = "Access-Control-Expose-Headers"
)

func preflight(origin, method string) http.Header {
	return http.Header{"Origin": {origin}, "Access-Control-Request-Method": {method}, "Access-Control-Request-Headers": {"authorization"}}
}

// has reports whether a header lists a name.
func has(header http.Header, name, want string) bool {
	return slices.ContainsFunc(strings.Split(header.Get(name), ","), func(item string) bool {
		return strings.EqualFold(strings.TrimSpace(item), want)
	})
}

func TestAPreflightRequestIsAnsweredWithoutAToken(t *testing.T) {
	for _, d := range mixed() {
		d.skipLines(t)
		for _, path := range []string{"/orders/7", "/menu"} {
			answer := d.send(t, "OPTIONS", path, "", preflight(names.PageOrigin, "GET"))
			header := answer.Header
			if answer.Status/100 != 2 || header.Get(allowOrigin) != names.PageOrigin || !has(header, allowMethods, "GET") || !has(header, allowHeaders, "Authorization") {
				t.Errorf("%s API: OPTIONS %s = %d %v, want the page's origin, GET and Authorization", d.kind, path, answer.Status, header)
			}
			if has(header, allowMethods, "DELETE") || header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s API: OPTIONS %s allows more than the routes have: %v", d.kind, path, header)
			}
		}
		if lines, err := d.log.Next(ctx, 0); err != nil || len(lines) != 0 {
			t.Errorf("%s API: preflight requests have audit lines %v, %v, want none", d.kind, lines, err)
		}
	}
	if requests := server.Take(); len(requests) != 0 {
		t.Errorf("preflight requests reached the server: %+v", requests)
	}
}

func TestAPageOfAnotherOriginIsNotAllowed(t *testing.T) {
	for _, d := range mixed() {
		for _, origin := range []string{"https://evil.example", "null", names.PageOrigin + ".evil.example", strings.Replace(names.PageOrigin, "http:", "https:", 1)} {
			for name, answer := range map[string]http.Header{
				"preflight":         d.send(t, "OPTIONS", "/orders/7", "", preflight(origin, "GET")).Header,
				"a request":         d.send(t, "GET", "/menu", "", http.Header{"Origin": {origin}}).Header,
				"a refused request": d.send(t, "GET", "/orders/7", "garbage", http.Header{"Origin": {origin}}).Header,
			} {
				if got := answer.Get(allowOrigin); got == origin || got == "*" {
					t.Errorf("%s API allows %q by %s to a page of %q", d.kind, got, name, origin)
				}
			}
		}
	}
	server.Take()
}

func TestTheSecondOriginIsAllowedWhereItIsDeclared(t *testing.T) {
	for _, d := range mixed() {
		got := d.send(t, "OPTIONS", "/orders/7", "", preflight(names.SecondOrigin, "GET")).Header.Get(allowOrigin)
		if (got == names.SecondOrigin) == d.isREST() {
			t.Errorf("%s API: preflight of the second origin has %q", d.kind, got)
		}
	}
}

func TestAPageCanReadTheErrors(t *testing.T) {
	origin := http.Header{"Origin": {names.PageOrigin}}
	for _, d := range mixed() {
		for _, c := range []struct {
			name, path, token string
			http, rest        int
			challenge         string
		}{
			{"no token", "/orders/7", "", 401, 401, "Bearer"},
			{"garbage", "/orders/7", "garbage", 403, 401, "Bearer"},
			{"too little scope", "/stock/7", robotToken(t, ordersRead), 403, 403, `Bearer error="insufficient_scope"`},
			{"no such route", "/nothing", robotToken(t, ordersRead), 404, 404, ""},
		} {
			answer := d.send(t, "GET", c.path, c.token, origin)
			if !d.isREST() {
				// The local cloud adds CORS headers to answers of backends only.
				if answer.Status != c.http {
					t.Errorf("HTTP API: %s = %d, want %d", c.name, answer.Status, c.http)
				}
				continue
			}
			header := answer.Header
			if answer.Status != c.rest || header.Get(allowOrigin) != names.PageOrigin {
				t.Errorf("REST API: %s = %d with the origin %q, want %d with the page's", c.name, answer.Status, header.Get(allowOrigin), c.rest)
			}
			if header.Get("WWW-Authenticate") != c.challenge || header.Get("Cache-Control") != "no-store" || !has(header, exposeHeaders, "WWW-Authenticate") {
				t.Errorf("REST API: %s is answered with %v, want the challenge %q for the page to read, and no-store", c.name, header, c.challenge)
			}
		}
	}
}

func TestAPageCanReadWhatItIsGiven(t *testing.T) {
	for _, d := range mixed() {
		answer := d.send(t, "GET", "/orders/7", signIn(t, ada, "openid", ordersRead).Access, http.Header{"Origin": {names.PageOrigin}})
		// A backend behind a REST API has to add the header by itself.
		if answer.Status != 200 || (answer.Header.Get(allowOrigin) == names.PageOrigin) == d.isREST() {
			t.Errorf("%s API: GET /orders/7 = %d with the origin %q", d.kind, answer.Status, answer.Header.Get(allowOrigin))
		}
	}
	server.Take()
}
