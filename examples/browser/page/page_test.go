package page_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scopeway/scopeway/examples/browser/page"
)

// world is what the page meets: an authorization server that lets everybody in at
// once, the API, and a server that it has no business with.
type world struct {
	page, provider, api, stranger *httptest.Server
	home                          string
	challenge                     string
	code, token                   string
	refuse                        string // an OAuth error, instead of a code
	anotherState                  bool
	strangers                     atomic.Int32 // requests to the stranger
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{code: rand.Text(), token: rand.Text()}
	start := func(handler http.Handler) *httptest.Server {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server
	}
	w.provider = start(http.HandlerFunc(w.serveProvider))
	w.api = start(http.HandlerFunc(w.serveApi))
	w.stranger = start(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		w.strangers.Add(1)
		out.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	handler, err := page.Handler(page.Config{
		Api: w.api.URL, Authorize: w.provider.URL + "/authorize", Token: w.provider.URL + "/token", Logout: w.provider.URL + "/logout",
		Client: "page", Scope: "orders/read orders/write",
	})
	if err != nil {
		t.Fatal(err)
	}
	w.page = start(handler)
	w.home = strings.Replace(w.page.URL, "127.0.0.1", "localhost", 1) + "/"
	return w
}

func (w *world) serveProvider(out http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	switch request.URL.Path {
	case "/authorize":
		w.challenge = query.Get("code_challenge")
		back := url.Values{"state": {query.Get("state")}, "code": {w.code}}
		if w.refuse != "" {
			back = url.Values{"state": {query.Get("state")}, "error": {w.refuse}}
		}
		if w.anotherState {
			back.Set("state", "another")
		}
		if query.Get("redirect_uri") != w.home || query.Get("code_challenge_method") != "S256" || query.Get("scope") == "" {
			http.Error(out, "invalid_request", http.StatusBadRequest)
			return
		}
		http.Redirect(out, request, w.home+"?"+back.Encode(), http.StatusFound)
	case "/token":
		out.Header().Set("Access-Control-Allow-Origin", "*")
		challenge := sha256.Sum256([]byte(request.PostFormValue("code_verifier")))
		if request.PostFormValue("code") != w.code || base64.RawURLEncoding.EncodeToString(challenge[:]) != w.challenge {
			http.Error(out, "invalid_grant", http.StatusBadRequest)
			return
		}
		json.NewEncoder(out).Encode(map[string]any{"access_token": w.token, "token_type": "Bearer", "expires_in": 900})
	case "/logout":
		http.Redirect(out, request, query.Get("logout_uri"), http.StatusFound)
	}
}

func (w *world) serveApi(out http.ResponseWriter, request *http.Request) {
	out.Header().Set("Access-Control-Allow-Origin", strings.TrimSuffix(w.home, "/"))
	out.Header().Set("Access-Control-Allow-Headers", "Authorization,Content-Type")
	out.Header().Set("Access-Control-Allow-Methods", "*")
	switch {
	case request.Method == http.MethodOptions:
	case request.Header.Get("Authorization") != "Bearer "+w.token:
		out.WriteHeader(http.StatusUnauthorized)
	default:
		out.Write([]byte("<b>an order</b>"))
	}
}

const signedIn = `document.querySelector("#who").textContent === "Somebody is signed in."`

func signIn(c *chromium, w *world) {
	c.t.Helper()
	c.open(w.home)
	c.click("#sign-in")
	c.wait("somebody is signed in", signedIn)
}

// answer calls the API with a button of the page.
func answer(c *chromium, route string) string {
	c.t.Helper()
	c.text(`document.querySelector("#answer").textContent = ""`)
	c.click("[data-call=" + quote(route) + "]")
	c.wait("the API answers", `document.querySelector("#answer").textContent !== ""`)
	return c.text(`document.querySelector("#answer").textContent`)
}

func TestPeopleSignInAndCallTheApi(t *testing.T) {
	c, w := startChromium(t), newWorld(t)
	c.open(w.home)
	if got := answer(c, "GET /orders/17"); got != "GET /orders/17\n401\n" {
		t.Errorf("without a token the page shows %q, want 401", got)
	}
	signIn(c, w)
	for _, route := range []string{"GET /orders/17", "POST /orders", "DELETE /orders/17"} {
		if got := answer(c, route); got != route+"\n200\n<b>an order</b>" {
			t.Errorf("with a token the page shows %q, want 200", got)
		}
	}
	if got := c.text("document.querySelectorAll('#answer b').length"); got != "0" {
		t.Error("the API's answer was read as HTML")
	}
}

func TestTheTokenIsInMemoryOnly(t *testing.T) {
	c, w := startChromium(t), newWorld(t)
	signIn(c, w)
	kept := c.text("JSON.stringify([sessionStorage, localStorage, document.cookie, location.href, history.state, ...Object.values(window).filter((v) => typeof v === \"string\")])")
	for what, secret := range map[string]string{"token": w.token, "code": w.code} {
		if strings.Contains(kept, secret) {
			t.Errorf("the %s lies around in %s", what, kept)
		}
	}
	if got := c.text("sessionStorage.length + localStorage.length"); got != "0" {
		t.Errorf("the page keeps %s values after the sign-in, want none", got)
	}
	c.open(w.home)
	if got := answer(c, "GET /orders/17"); got != "GET /orders/17\n401\n" {
		t.Errorf("after a reload the page shows %q, want 401", got)
	}
}

func TestWhoSignsOutHasNoToken(t *testing.T) {
	c, w := startChromium(t), newWorld(t)
	signIn(c, w)
	c.click("#sign-out")
	c.wait("nobody is signed in", `document.body?.dataset.ready === "" && !document.querySelector("#sign-in").hidden`)
	if got := answer(c, "GET /orders/17"); got != "GET /orders/17\n401\n" {
		t.Errorf("after signing out the page shows %q, want 401", got)
	}
}

func TestASignInThatDidNotBeginHereIsRefused(t *testing.T) {
	c, w := startChromium(t), newWorld(t)
	refused := func(text string) {
		t.Helper()
		c.wait("the sign-in is refused", `document.querySelector("#who")?.textContent.startsWith("Not signed in: ")`)
		if got := c.text(`document.querySelector("#who").textContent`); !strings.Contains(got, text) {
			t.Errorf("the page says %q, want %q", got, text)
		}
		if got := c.text("location.href"); got != w.home {
			t.Errorf("the page is at %s, want %s", got, w.home)
		}
	}
	c.open(w.home + "?" + url.Values{"code": {w.code}, "state": {"made-up"}}.Encode())
	refused("began here")

	w.anotherState = true
	c.open(w.home)
	c.click("#sign-in")
	refused("began here")

	w.anotherState, w.refuse = false, "access_denied"
	c.open(w.home)
	c.click("#sign-in")
	refused("access_denied")
}

func TestThePageTalksToNobodyElse(t *testing.T) {
	c, w := startChromium(t), newWorld(t)
	c.open(w.home)
	blocked := "fetch(" + quote(w.stranger.URL) + ").then(() => 'sent', () => 'blocked')"
	if got := c.text(blocked); got != "blocked" || w.strangers.Load() != 0 {
		t.Errorf("a request to a stranger is %s", got)
	}
	inline := `(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.head.append(s); return window.ran === true })()`
	if got := c.text(inline); got != "false" {
		t.Error("a script within the page ran")
	}
}

func TestAConfigurationThatCouldSendTokensAwayIsRefused(t *testing.T) {
	good := page.Config{Api: "https://a.example.com", Authorize: "https://l.example.com/a", Token: "https://l.example.com/t", Logout: "https://l.example.com/l", Client: "c", Scope: "s"}
	if _, err := page.Handler(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*page.Config){
		"no API":                     func(c *page.Config) { c.Api = "" },
		"an API without TLS":         func(c *page.Config) { c.Api = "http://a.example.com" },
		"a policy in the API's host": func(c *page.Config) { c.Api = "https://a.example.com;script-src" },
		"a token URL without TLS":    func(c *page.Config) { c.Token = "http://l.example.com/t" },
		"a script as login page":     func(c *page.Config) { c.Authorize = "javascript:alert(1)" },
		"a path as logout page":      func(c *page.Config) { c.Logout = "/l" },
		"a user in a URL":            func(c *page.Config) { c.Token = "https://l.example.com@evil.example.com/t" },
		"no client":                  func(c *page.Config) { c.Client = "" },
		"no scope":                   func(c *page.Config) { c.Scope = "" },
	} {
		c := good
		change(&c)
		if _, err := page.Handler(c); err == nil {
			t.Errorf("Handler with %s = nil, want an error", name)
		}
	}
}

func TestThePageServesItsFilesAndNoOthers(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]int{"/": 200, "/?code=x": 200, "/app.js": 200, "/style.css": 200, "/config.json": 200, "/index.html": 404, "/page.go": 404, "/../go.mod": 404} {
		answer, err := http.Get(w.page.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("GET %s = %d, want %d", path, answer.StatusCode, want)
		}
		if got := answer.Header.Get("Content-Security-Policy"); got != "frame-ancestors 'none'" {
			t.Errorf("GET %s has the policy %q", path, got)
		}
	}
}
