//go:build localcloud

package browser

import (
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

const (
	isReady    = `document.body?.dataset.ready === ""`
	isSignedIn = isReady + ` && document.querySelector("#who").textContent === "Somebody is signed in."`
	isRefused  = isReady + ` && document.querySelector("#who").textContent.startsWith("Not signed in: ")`
	unreadable = "no answer that this page may read"
)

// The scopes as the page asks for them.
const (
	read  = "orders/read"
	write = "orders/write"
)

// open loads the page and waits for its script.
func (b *tab) open(url string) {
	b.t.Helper()
	b.run(chromedp.Navigate(url))
	b.wait("the page is ready", isReady)
}

// begin goes from the page to the pool's login form.
func (b *tab) begin() {
	b.t.Helper()
	b.open(site.origin + "/")
	b.run(chromedp.Click("#sign-in", chromedp.ByQuery))
	b.wait("the login form is there", `location.href.startsWith(`+quote(pool.url)+`) && document.querySelector("input[name=password]") !== null`)
}

// fillIn sends the login form.
func (b *tab) fillIn(person localcloud.User) {
	b.t.Helper()
	b.run(
		chromedp.SendKeys(`input[name="username"]`, person.Name, chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, person.Password+"\r", chromedp.ByQuery),
	)
}

func (b *tab) signIn(person localcloud.User) {
	b.t.Helper()
	b.begin()
	b.fillIn(person)
	b.wait("somebody is signed in", isSignedIn)
}

// press calls the API with a button of the page, and returns what the page shows.
func (b *tab) press(route string) (status, body string) {
	b.t.Helper()
	b.text(`document.querySelector("#answer").textContent = ""`)
	b.run(chromedp.Click("[data-call="+quote(route)+"]", chromedp.ByQuery))
	b.wait("the API answers", `document.querySelector("#answer").textContent !== ""`)
	shown, _ := strings.CutPrefix(b.text(`document.querySelector("#answer").textContent`), route+"\n")
	status, body, _ = strings.Cut(shown, "\n")
	return status, body
}
