//go:build localcloud

package browser

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestThePolicyBlocksWhatIsNotThePages(t *testing.T) {
	var strangers atomic.Int32
	port, stop, err := serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		strangers.Add(1)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "text/javascript")
		w.Write([]byte("window.ran = true"))
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	stranger := quote("http://127.0.0.1:" + port + "/")
	site.serve(t, httpApi(), read, write)
	for name, c := range map[string]struct{ attack, directive string }{
		"an inline script":           {`add("script", { textContent: "window.ran = true" })`, "script-src-elem"},
		"an inline event handler":    {`document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = true'>")`, "img-src"},
		"a click handler in HTML":    {`document.body.insertAdjacentHTML("beforeend", "<b id=x onclick='window.ran = true'></b>"); document.querySelector("#x").click()`, "script-src-attr"},
		"a stranger's script":        {`add("script", { src: ` + stranger + ` })`, "script-src-elem"},
		"a script in a data URL":     {`add("script", { src: "data:text/javascript,window.ran=true" })`, "script-src-elem"},
		"a text that is run":         {`setTimeout("window.ran = true")`, "script-src"},
		"a request to a stranger":    {`fetch(` + stranger + `, { headers: { Authorization: "Bearer x" } }).then(() => { window.ran = true }, () => {})`, "connect-src"},
		"a beacon to a stranger":     {`navigator.sendBeacon(` + stranger + `, "x")`, "connect-src"},
		"an image of a stranger":     {`add("img", { src: ` + stranger + ` })`, "img-src"},
		"a frame of a stranger":      {`add("iframe", { src: ` + stranger + ` })`, "frame-src"},
		"a form that leads away":     {`add("form", { action: ` + stranger + ` }).submit()`, "form-action"},
		"a base that moves the page": {`add("base", { href: ` + stranger + ` })`, "base-uri"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newTab(t)
			b.open(site.origin + "/")
			b.text(`(() => {
				window.blocked = [];
				document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
				window.add = (tag, members) => document.body.appendChild(Object.assign(document.createElement(tag), members));
			})()`)
			b.run(chromedp.Evaluate("(() => { "+c.attack+" })()", nil))
			b.wait("the policy blocks it", `blocked.includes(`+quote(c.directive)+`)`)
			if got := b.text(`window.ran === true`); got != "false" || strangers.Load() != 0 {
				t.Errorf("%s ran: %s, the stranger had %d requests", name, got, strangers.Load())
			}
		})
	}
}

func TestNobodyFramesThePage(t *testing.T) {
	port, stop, err := serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(`<!doctype html><iframe src="` + site.origin + `/"></iframe>`))
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	site.serve(t, httpApi(), read, write)
	b := newTab(t)
	b.run(chromedp.Navigate("http://localhost:" + port + "/"))
	b.wait("the frame's page was asked for", `document.readyState === "complete"`)
	if got := b.exchange.to(site.origin + "/app.js"); len(got) != 0 {
		t.Error("the page runs in a stranger's frame")
	}
}
