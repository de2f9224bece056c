//go:build localcloud

package deploy

import (
	"errors"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/internal/pkce"
)

func TestAPersonWhoSignsInToThePageIsLetThroughWhereARuleWantsAPerson(t *testing.T) {
	tokens := signIn(t, ada, "openid", ordersRead)
	for _, d := range mixed() {
		for _, c := range []struct {
			name, path, token string
			want              access.Reason
		}{
			{"access token where a person is wanted", "/people", tokens.Access, access.Allowed},
			{"access token where a machine is wanted", "/machines", tokens.Access, access.ClaimUnmet},
			{"access token on a route of another scope", "/stock/7", tokens.Access, access.ScopeMissing},
			{"ID token", "/people", tokens.ID, access.TypeRefused},
			{"refresh token", "/people", tokens.Refresh, access.TokenMalformed},
		} {
			d.skipLines(t)
			answer, line := d.decided(t, "GET", c.path, c.token)
			if line.Reason != c.want && !(c.name == "refresh token" && line.Reason.Status() == 401) || answer.Status != d.status(line.Reason) {
				t.Errorf("%s API, %s: GET %s = %d, %s, want %s", d.kind, c.name, c.path, answer.Status, line.Reason, c.want)
			}
		}
	}
}

func TestAnAccessTokenWithoutTheScopeOpensNothing(t *testing.T) {
	token := signIn(t, ada, "openid").Access
	for _, d := range mixed() {
		d.skipLines(t)
		if answer, line := d.decided(t, "GET", "/people", token); answer.Status != 403 || line.Reason != access.ScopeMissing {
			t.Errorf("%s API: GET /people with openid alone = %d, %s, want 403, scope_missing", d.kind, answer.Status, line.Reason)
		}
	}
}

func TestARefreshedTokenIsAPersonsToo(t *testing.T) {
	tokens, err := page().Renew(ctx, signIn(t, ada, "openid", ordersRead).Refresh)
	if err != nil {
		t.Fatal(err)
	}
	world.KeepSecret(tokens.Access)
	for _, d := range mixed() {
		d.skipLines(t)
		if answer, line := d.decided(t, "GET", "/people", tokens.Access); answer.Status != 200 {
			t.Errorf("%s API: GET /people with a refreshed token = %d, %s, want 200", d.kind, answer.Status, line.Reason)
		}
	}
}

func TestACodeIsGoodOnceAndForTheOneWhoBegan(t *testing.T) {
	begin(t, ada)
	exchange := func(verifier func(string) string, times int) error {
		login, err := page().Begin(ctx, "openid", ordersRead)
		if err != nil {
			t.Fatal(err)
		}
		code, err := login.Submit(ctx, ada.Name, ada.Password)
		if err != nil {
			t.Fatal(err)
		}
		login.Verifier = verifier(login.Verifier)
		for range times - 1 {
			if _, err := login.Exchange(ctx, code); err != nil {
				t.Fatal(err)
			}
		}
		_, err = login.Exchange(ctx, code)
		return err
	}
	for name, err := range map[string]error{
		"another verifier":  exchange(func(string) string { return strings.Repeat("x", 43) }, 1),
		"no verifier":       exchange(func(string) string { return "" }, 1),
		"a code used twice": exchange(func(verifier string) string { return verifier }, 2),
	} {
		if refused := new(pkce.Refused); !errors.As(err, &refused) || refused.Step != "token" || refused.Code != "invalid_grant" {
			t.Errorf("%s = %v, want invalid_grant", name, err)
		}
	}
}

func TestThePageGetsNoMoreThanItMay(t *testing.T) {
	begin(t, ada)
	for _, scopes := range [][]string{{"openid", "orders/write"}, {"openid", "stock/read"}, {"aws.cognito.signin.user.admin"}} {
		_, err := page().SignIn(ctx, ada.Name, ada.Password, scopes...)
		if refused := new(pkce.Refused); !errors.As(err, &refused) || refused.Step != "authorize" {
			t.Errorf("SignIn with %q = %v, want it refused at once", scopes, err)
		}
	}
	elsewhere := page()
	elsewhere.RedirectURL = "http://localhost:9998/callback"
	_, err := elsewhere.SignIn(ctx, ada.Name, ada.Password, "openid")
	if refused := new(pkce.Refused); !errors.As(err, &refused) || refused.Step != "authorize" {
		t.Errorf("SignIn with another callback URL = %v, want it refused at once", err)
	}
}
