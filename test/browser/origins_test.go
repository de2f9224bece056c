//go:build localcloud

package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/scopeway/scopeway/test/internal/calls"
)

// TestAnotherOriginCannotCallTheApi gives a page of another origin a good token:
// nothing but its origin is wrong.
func TestAnotherOriginCannotCallTheApi(t *testing.T) {
	port, stop, err := serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<!doctype html><title>another page</title>"))
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for name, api := range both() {
		t.Run(name, func(t *testing.T) {
			site.serve(t, api, read, write)
			b := newTab(t)
			b.signIn(staff)
			if status, body := b.press("GET /orders/17"); status != "200" {
				t.Fatalf("the page shows %s %s, want 200", status, body)
			}
			token := b.exchange.token(api.url)
			log := calls.NewAuditLog(cloud, api.auditLog)
			if _, err := log.Next(ctx, 1); err != nil {
				t.Fatal(err)
			}
			for _, origin := range []string{
				"http://localhost:" + port,
				"http://127.0.0.1:" + port,
				"http://127.0.0.1:" + site.port, // the page's own server by another name
			} {
				b.run(chromedp.Navigate(origin + "/"))
				for _, request := range []string{
					`"/orders/17", { headers: { Authorization: ` + quote("Bearer "+token) + ` } }`,
					`"/orders/17", { method: "DELETE", headers: { Authorization: ` + quote("Bearer "+token) + ` } }`,
					`"/menu"`,
				} {
					got := b.text(`fetch(` + quote(api.url) + ` + ` + request + `).then(async (answer) => answer.status + " " + await answer.text(), () => "unreadable")`)
					if got != "unreadable" {
						t.Errorf("a page of %s reads %q with %s", origin, got, request)
					}
				}
			}
			// The next line is that of a call by the page: no other came between.
			b.signIn(guest)
			if status, body := b.press("POST /orders"); status != "200" {
				t.Fatalf("the page shows %s %s, want 200", status, body)
			}
			lines, err := log.Next(ctx, 1)
			if err != nil || len(lines) != 1 || lines[0].Route != "POST /orders" {
				t.Errorf("the authorizer was asked %+v, %v, want one line of POST /orders", lines, err)
			}
		})
	}
}
