//go:build localcloud

package browser

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// kept is all that a page can leave in a browser, as JSON. Window's own texts
// are what any script finds without looking for them.
const kept = `JSON.stringify([
	{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.referrer, history.state, name,
	document.documentElement.outerHTML, performance.getEntries().map((entry) => entry.name),
	Object.entries(window).filter(([, value]) => typeof value === "string"),
	await indexedDB.databases(), await caches.keys(),
	(await navigator.serviceWorker.getRegistrations()).length,
])`

func TestTheTokenIsNowhereButInThePagesMemory(t *testing.T) {
	api := httpApi()
	site.serve(t, api, read, write)
	b := newTab(t)
	b.signIn(guest)
	if status, body := b.press("GET /orders/17"); status != "200" {
		t.Fatalf("the page shows %s %s, want 200", status, body)
	}
	token, code := b.exchange.token(api.url), b.exchange.code(site.origin)
	if token == "" || code == "" {
		t.Fatalf("saw token %q and code %q, want both", token, code)
	}
	places := map[string]string{"the page": b.text("(async () => " + kept + ")()")}
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		cookies, err := storage.GetCookies().Do(ctx)
		places["the cookies"] = marshal(cookies)
		return err
	}), chromedp.ActionFunc(func(ctx context.Context) error {
		_, entries, err := page.GetNavigationHistory().Do(ctx)
		places["the history"] = marshal(entries)
		return err
	}))
	for place, text := range places {
		for what, secret := range map[string]string{"access token": token, "access token's signature": token[strings.LastIndex(token, ".")+1:]} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s is in %s", what, place)
			}
		}
	}
	if strings.Contains(places["the history"], code) || strings.Contains(b.text("location.href"), code) {
		t.Error("the code is in the history")
	}
	if got := b.text("localStorage.length + sessionStorage.length + document.cookie.length"); got != "0" {
		t.Errorf("the page keeps %s values, want none", got)
	}
	for _, r := range b.exchange.to("http") {
		if strings.Contains(r.url, token) {
			t.Errorf("the token is in the URL of a request to %s", strings.SplitN(r.url, "?", 2)[0])
		}
		if r.bearer != "" && !strings.HasPrefix(r.url, api.url) {
			t.Errorf("the token went to %s", r.url)
		}
	}
}

func TestAPageThatIsLoadedAnewHasNoToken(t *testing.T) {
	site.serve(t, restApi(), read, write)
	b := newTab(t)
	b.signIn(guest)
	b.run(chromedp.Reload())
	b.wait("the page is ready", isReady)
	if status, body := b.press("GET /orders/17"); status != "401" {
		t.Errorf("after a reload the page shows %s %s, want 401", status, body)
	}
}

func marshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // came as JSON: cannot happen
	}
	return string(text)
}
