//go:build localcloud

package browser

import (
	"strings"
	"testing"
)

// shows checks that the page shows a refusal. On the local cloud an HTTP API's
// own refusals lack the CORS headers that AWS adds, so that the network has to be
// asked for the status.
func shows(t *testing.T, b *tab, of api, route string, want string, wantStatus int64) {
	t.Helper()
	status, body := b.press(route)
	_, path, _ := strings.Cut(route, " ")
	if got := b.exchange.status(of.url + path); got != wantStatus {
		t.Errorf("%s is answered %d, want %d", route, got, wantStatus)
	}
	if of.kind == "HTTP" && status == unreadable {
		return
	}
	if status != want || !strings.Contains(body, "message") {
		t.Errorf("%s shows %q %q, want %s and a message", route, status, body, want)
	}
	if strings.Contains(body, "orders") {
		t.Errorf("%s shows %q, which tells too much", route, body)
	}
}

func TestAScopeThatWasNotAskedForIsMissing(t *testing.T) {
	for name, api := range both() {
		t.Run(name, func(t *testing.T) {
			site.serve(t, api, read)
			b := newTab(t)
			b.signIn(staff)
			if status, body := b.press("GET /orders/17"); status != "200" {
				t.Errorf("with orders/read the page shows %s %s, want 200", status, body)
			}
			shows(t, b, api, "POST /orders", "403", 403)
			shows(t, b, api, "DELETE /orders/17", "403", 403)
		})
	}
}

func TestWhoIsNotOfTheStaffCancelsNoOrder(t *testing.T) {
	for name, api := range both() {
		t.Run(name, func(t *testing.T) {
			site.serve(t, api, read, write)
			b := newTab(t)
			b.signIn(guest)
			if status, body := b.press("POST /orders"); status != "200" {
				t.Errorf("with orders/write the page shows %s %s, want 200", status, body)
			}
			shows(t, b, api, "DELETE /orders/17", "403", 403)
		})
	}
}

func TestWithoutATokenThePageReadsThe401(t *testing.T) {
	for name, api := range both() {
		t.Run(name, func(t *testing.T) {
			site.serve(t, api, read, write)
			b := newTab(t)
			b.open(site.origin + "/")
			for _, route := range []string{"GET /orders/17", "POST /orders", "DELETE /orders/17"} {
				shows(t, b, api, route, "401", 401)
			}
		})
	}
}
