package calls

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// The scopes as Cognito spells them.
const (
	read  = "orders/read"
	write = "orders/write"
	admin = "orders/admin"
)

// The routes of the quick start.
const (
	getOrder   = "GET /orders/{id}"
	placeOrder = "POST /orders"
	purge      = "DELETE /admin/orders/{id}"
	getMenu    = "GET /menu"
)

// menu is what the backend of the public route answers.
const menu = `{"backend":"Menu","route":"GET /menu","caller":null}`

// shopCases are the calls to the quick start, whose tokens come from Cognito's
// token endpoint.
func (w *World) shopCases() []Case {
	billing := w.token(w.billing, read)
	var cases []Case
	for _, c := range []call{
		{name: "without a token the gateway answers by itself",
			method: "GET", path: "/orders/7", caller: "no token", route: getOrder, reason: access.TokenMissing, alone: true},
		{name: "garbage is refused",
			method: "GET", path: "/orders/7", caller: "garbage", authorization: text("Bearer garbage"),
			route: getOrder, reason: access.TokenMalformed},
		{name: "a password is refused",
			method: "GET", path: "/orders/7", caller: "a password", authorization: text("Basic dXNlcjpwYXNz"),
			route: getOrder, reason: access.CredentialsMalformed},
		{name: "the right scope is let through",
			method: "GET", path: "/orders/7", caller: "Billing, " + read, authorization: billing,
			route: getOrder, reason: access.Allowed, clientID: w.billing.ID},
		{name: "too little scope is refused",
			method: "POST", path: "/orders", caller: "Billing, " + read, authorization: billing,
			route: placeOrder, reason: access.ScopeMissing},
		{name: "a scope written into a token breaks its signature",
			method: "POST", path: "/orders", caller: "Billing, scope rewritten", authorization: w.rewritten(billing, read, write),
			route: placeOrder, reason: access.SignatureInvalid},
		{name: "a token of another user pool is refused",
			method: "GET", path: "/orders/7", caller: "Stranger, another pool", authorization: w.token(w.stranger, read),
			route: getOrder, reason: access.IssuerUnknown},
		{name: "a route inherits the rule of its group and refuses others",
			method: "DELETE", path: "/admin/orders/7", caller: "Till, " + read + " " + write, authorization: w.token(w.till, read, write),
			route: purge, reason: access.ScopeMissing},
		{name: "a route inherits the rule of its group and lets the right ones through",
			method: "DELETE", path: "/admin/orders/7", caller: "Office, " + admin, authorization: w.token(w.office, admin),
			route: purge, reason: access.Allowed, clientID: w.office.ID},
		{name: "a public route needs no token",
			method: "GET", path: "/menu", caller: "no token", route: getMenu, status: 200, body: menu},
		{name: "a public route looks at no token",
			method: "GET", path: "/menu", caller: "garbage", authorization: text("Bearer garbage"), route: getMenu, status: 200, body: menu},
		{name: "an unknown path is not found",
			method: "GET", path: "/nothing", caller: "Billing, " + read, authorization: billing, status: 404},
		{name: "an unknown method is not found",
			method: "DELETE", path: "/orders/7", caller: "Billing, " + read, authorization: billing, status: 404},
	} {
		c.to = w.shop
		cases = append(cases, w.toCase(c))
	}
	return append(cases, w.refusedScope())
}

// cacheCases call two routes with one token, one allowed and one not, in both
// orders, while the HTTP API caches answers: an answer must never serve the
// other route.
func (w *World) cacheCases() []Case {
	get := func(name, which string, token credentials, cached bool) call {
		return call{name: name, method: "GET", path: "/orders/7", caller: "Till, " + read + ", " + which, authorization: token,
			route: getOrder, reason: access.Allowed, alone: cached, clientID: w.till.ID}
	}
	post := func(name, which string, token credentials, cached bool) call {
		return call{name: name, method: "POST", path: "/orders", caller: "Till, " + read + ", " + which, authorization: token,
			route: placeOrder, reason: access.ScopeMissing, alone: cached}
	}
	const a, b = "token A", "token B"
	tokenA, tokenB := w.token(w.till, read), w.token(w.till, read)
	var cases []Case
	for _, c := range []call{
		get("allowed first: the allowed route is let through", a, tokenA, false),
		post("allowed first: the other route is refused all the same", a, tokenA, false),
		get("allowed first: the allowed route is answered from the cache", a, tokenA, true),
		post("allowed first: the other route is refused from the cache", a, tokenA, true),
		post("refused first: the refused route is refused", b, tokenB, false),
		get("refused first: the other route is let through all the same", b, tokenB, false),
		post("refused first: the refused route is refused from the cache", b, tokenB, true),
		get("refused first: the other route is answered from the cache", b, tokenB, true),
	} {
		c.to = w.shop
		cases = append(cases, w.toCase(c))
	}
	return cases
}

// refusedScope asks Cognito for a scope that the client may not have.
func (w *World) refusedScope() Case {
	return Case{
		Name:     "the token endpoint refuses a scope that the client may not have",
		Request:  "POST /oauth2/token",
		Caller:   "Billing, wants " + write,
		Expected: refused,
		run: func(ctx context.Context) (Answers, error) {
			_, err := w.cloud.Token(ctx, w.cloud.TokenEndpoint(), w.billing.Client, write)
			// Cognito says invalid_grant where RFC 6749 has invalid_scope.
			return tokenOutcome(err, "invalid_grant", "invalid_scope")
		},
	}
}

// text are credentials that are always the same.
func text(value string) credentials {
	return func(context.Context) (string, error) { return value, nil }
}

// token are credentials with a token of Cognito, always the same.
func (w *World) token(c client, scopes ...string) credentials {
	return w.remember(func(ctx context.Context) (string, error) {
		token, err := w.cloud.Token(ctx, w.cloud.TokenEndpoint(), c.Client, scopes...)
		if err != nil {
			return "", fmt.Errorf("client %s: %w", c.name, err)
		}
		return token, nil
	})
}

// remember are credentials whose token is asked for at their first use.
func (w *World) remember(ask func(context.Context) (string, error)) credentials {
	authorization := ""
	return func(ctx context.Context) (string, error) {
		if authorization == "" {
			token, err := ask(ctx)
			if err != nil {
				return "", err
			}
			authorization = w.bearer(token)
		}
		return authorization, nil
	}
}

// bearer notes a token as secret and makes it credentials.
func (w *World) bearer(token string) string {
	w.secrets = append(w.secrets, token)
	return "Bearer " + token
}

// rewritten are credentials whose token says something else than was signed.
func (w *World) rewritten(original credentials, from, to string) credentials {
	return func(ctx context.Context) (string, error) {
		authorization, err := original(ctx)
		if err != nil {
			return "", err
		}
		parts := strings.Split(strings.TrimPrefix(authorization, "Bearer "), ".")
		if len(parts) != 3 {
			return "", errors.New("token to rewrite does not have three parts")
		}
		claims, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil || !strings.Contains(string(claims), from) {
			return "", errors.New("token to rewrite does not have the scope to be rewritten")
		}
		parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(string(claims), from, to)))
		return w.bearer(strings.Join(parts, ".")), nil
	}
}
