//go:build localcloud

package browser

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/scopeway/scopeway/test/internal/pkce"
)

// attackersCode is a code of the attacker's own sign-in, of the page's client: whom
// the page lets in with it works under the attacker's name.
func attackersCode(t *testing.T) string {
	t.Helper()
	client := pkce.Client{
		AuthorizationURL: cloud.AuthorizationEndpoint(), TokenURL: cloud.TokenEndpoint(),
		ID: outputs[httpStack]["ClientId"], RedirectURL: site.origin + "/",
	}
	login, err := client.Begin(ctx, read, write)
	if err != nil {
		t.Fatal(err)
	}
	code, err := login.Submit(ctx, guest.Name, guest.Password)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// refused checks that the page let nobody in.
func (b *tab) refused(t *testing.T, because string) {
	t.Helper()
	b.wait("the sign-in is refused", isRefused)
	if got := b.text(`document.querySelector("#who").textContent`); !strings.Contains(got, because) {
		t.Errorf("the page says %q, want %q", got, because)
	}
	if got := b.text("location.href"); got != site.origin+"/" {
		t.Errorf("the page is at %s, want %s/", got, site.origin)
	}
	if status, body := b.press("GET /orders/17"); status != "401" {
		t.Errorf("after a refused sign-in the page shows %s %s, want 401", status, body)
	}
}

func (b *tab) comeBack(code, state string) {
	b.t.Helper()
	b.run(chromedp.Navigate(site.origin + "/?" + url.Values{"code": {code}, "state": {state}}.Encode()))
}

func TestACodeThatNobodyWaitsForIsRefused(t *testing.T) {
	site.serve(t, restApi(), read, write)
	b := newTab(t)
	b.comeBack(attackersCode(t), "made-up")
	b.refused(t, "began here")
	if got := b.exchange.to(pool.url + "/oauth2/token"); len(got) != 0 {
		t.Error("the page redeemed a code that it did not ask for")
	}
}

func TestAForgedStateIsRefused(t *testing.T) {
	for name, forge := range map[string]func(state string) string{
		"another state":        func(string) string { return "made-up" },
		"no state":             func(string) string { return "" },
		"a part of the state":  func(state string) string { return state[:len(state)-1] },
		"more than the state":  func(state string) string { return state + "x" },
		"another case":         strings.ToUpper,
		"null, as JSON has it": func(string) string { return "null" },
	} {
		t.Run(name, func(t *testing.T) {
			site.serve(t, restApi(), read, write)
			b := newTab(t)
			b.begin()
			b.comeBack(attackersCode(t), forge(b.state()))
			b.refused(t, "began here")
			if got := b.exchange.to(pool.url + "/oauth2/token"); len(got) != 0 {
				t.Error("the page redeemed a code with a forged state")
			}
		})
	}
}

func TestARefusedStateCannotBeTriedAgain(t *testing.T) {
	site.serve(t, restApi(), read, write)
	b := newTab(t)
	b.begin()
	state := b.state()
	b.comeBack(attackersCode(t), "made-up")
	b.refused(t, "began here")
	b.comeBack(attackersCode(t), state)
	b.refused(t, "began here")
}

func TestACodeOfAnotherSignInIsRefusedForItsVerifier(t *testing.T) {
	site.serve(t, restApi(), read, write)
	b := newTab(t)
	b.begin()
	b.comeBack(attackersCode(t), b.state())
	b.refused(t, "the code was refused with 400")
}

func TestACodeIsRedeemedOnce(t *testing.T) {
	site.serve(t, restApi(), read, write)
	b := newTab(t)
	b.signIn(guest)
	code := b.exchange.code(site.origin)
	b.begin()
	b.comeBack(code, b.state())
	b.refused(t, "the code was refused with 400")
}

// state is that of the sign-in that the tab began last.
func (b *tab) state() string {
	b.t.Helper()
	all := b.exchange.to(pool.url + "/oauth2/authorize")
	begun, err := url.Parse(all[len(all)-1].url)
	if err != nil {
		b.t.Fatal(err)
	}
	return begun.Query().Get("state")
}
