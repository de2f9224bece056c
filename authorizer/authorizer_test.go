package authorizer_test

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/token"
)

func TestHandleLetsAGoodTokenPass(t *testing.T) {
	issuer := newIssuer(t)
	for name, changes := range map[string][]change{
		"signed with ES256":                nil,
		"signed with RS256":                {signedAs("RS256")},
		"with the scope spelled in full":   {claim("scope", "orders/read")},
		"with scopes nobody here knows":    {claim("scope", "openid read orders/delete")},
		"that expired a moment ago":        {claim("exp", time.Now().Add(-5*time.Second).Unix())},
		"with the audience in a list":      {claim("aud", []string{audience})},
		"with a second audience elsewhere": {claim("aud", []string{audience, "https://elsewhere.example.com"})},
	} {
		t.Run(name, func(t *testing.T) {
			bearer := "Bearer " + issuer.token(changes...)
			got := newSubject(t, issuer.trusted()).handle(t, request{authorization: bearer}.event(t))
			got.check(t, access.Allowed)
			got.checkNoToken(t, bearer)
		})
	}
}

func TestHandleTellsTheBackendAndTheAuditLineWhoCalls(t *testing.T) {
	issuer := newIssuer(t)
	exp := time.Now().Add(time.Hour).Unix()
	raw := issuer.token(claim("scope", "read openid"), claim("exp", exp))
	got := newSubject(t, issuer.trusted()).handle(t, request{authorization: "Bearer " + raw}.event(t))
	got.check(t, access.Allowed)
	digest := testTable(t).Digest()
	wantContext := event.Context{
		Subject: "billing", ClientID: "billing", Scope: "orders/read", Issuer: issuer.URL(),
		ExpiresAt: exp, Kind: "machine", Table: digest, DecisionID: got.line.DecisionID,
		Caller: got.answer.Context.Caller, // TestHandleTellsTheCallerInOneValue
	}
	if got.answer.Context != wantContext {
		t.Errorf("context = %+v, want %+v", got.answer.Context, wantContext)
	}
	wantVerified := audit.Verified{
		Issuer: issuer.URL(), Subject: "billing", ClientID: "billing", Scope: "read openid",
		TokenID: "t-1", KeyID: issuer.KeyID(), ExpiresAt: exp,
	}
	if got.line.Verified != wantVerified || got.line.Claimed != nil {
		t.Errorf("verified = %+v, claimed %+v, want %+v", got.line.Verified, got.line.Claimed, wantVerified)
	}
	l := got.line
	if l.Route != "GET /orders/{id}" || l.Method != "GET" || l.Path != "/orders/17" || l.SourceIP != "203.0.113.7" ||
		l.RequestID != "JKJaXmPLvHcESHA=" || l.API != "http" || l.APIID != "abcdef1234" || l.Stage != "$default" || l.Table != digest || l.Detail != "" {
		t.Errorf("audit line = %s", got.output)
	}
	if age := time.Since(l.Time); age < 0 || age > time.Minute {
		t.Errorf("audit line is of %v", l.Time)
	}
}

func TestHandleForwardsTheScopesThatWereCheckedAndAuditsTheClaim(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	for _, c := range []struct{ name, scope, want string }{
		{"a name alone", "read", "orders/read"},
		{"the full spelling", "orders/read", "orders/read"},
		{"both spellings", "read orders/read", "orders/read"},
		{"two in the order of the token", "write openid read", "orders/write orders/read"},
		{"two in the other order", "orders/read write", "orders/read orders/write"},
		{"scopes that count for nothing", "admin menu/read read orders/delete", "orders/read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.handle(t, request{authorization: "Bearer " + issuer.token(claim("scope", c.scope))}.event(t))
			got.check(t, access.Allowed)
			if got.answer.Context.Scope != c.want || got.line.Scope != c.scope {
				t.Errorf("of %q the backend is told %q and the audit line %q, want %q and the claim", c.scope, got.answer.Context.Scope, got.line.Scope, c.want)
			}
		})
	}
	r := request{route: "GET /menu", path: "/menu", authorization: "Bearer " + issuer.token(claim("scope", "admin"))}
	got := s.handle(t, r.event(t))
	got.check(t, access.PublicRoute)
	if got.answer.Context.Scope != "" || got.line.Scope != "admin" {
		t.Errorf("the backend is told %q, want no scope that was not checked", got.answer.Context.Scope)
	}
}

func TestHandleRefusesAndFails(t *testing.T) {
	issuer := newIssuer(t)
	bearer := func(changes ...change) request {
		return request{authorization: "Bearer " + issuer.token(changes...)}
	}
	good := bearer()
	on := func(r request, route, path string) request { r.route, r.path = route, path; return r }
	with := func(r request, name, value string) request { r.more = map[string]string{name: value}; return r }
	text := func(authorization string) request { return request{authorization: authorization} }
	rsaKeyID := unpart(t, issuer.token(signedAs("RS256")), 0)["kid"]
	unsigned := func(head map[string]any) string { return part(t, head) + "." + part(t, unpart(t, issuer.token(), 1)) }

	covered := map[access.Reason]bool{access.Allowed: true}
	for _, c := range []struct {
		name    string
		request request
		want    access.Reason
	}{
		{"a route that the table does not have", on(good, "DELETE /orders/{id}", ""), access.RouteUnknown},
		{"a route in another spelling", on(good, "get /orders/{id}", ""), access.RouteUnknown},
		{"the route that takes what no other takes", on(good, "$default", ""), access.RouteUnknown},
		{"an unknown route without a token", request{route: "GET /admin"}, access.RouteUnknown},
		{"a header that names a better route", with(on(good, "POST /orders", "/orders"), "x-http-method-override", "GET"), access.ScopeMissing},
		{"a trailing slash", on(good, "", "/orders/17/"), access.PathNotCanonical},
		{"two dots", on(good, "", "/menu/../orders/17"), access.PathNotCanonical},
		{"an encoded slash", on(good, "", "/orders%2f17"), access.PathNotCanonical},
		{"an odd path without a token", request{path: "/orders//17"}, access.PathNotCanonical},

		{"no token", request{}, access.TokenMissing},
		{"no token on a public route", request{route: "GET /menu", path: "/menu"}, access.TokenMissing},
		{"a bad token on a public route", on(bearer(issuer.byStranger()), "GET /menu", "/menu"), access.SignatureInvalid},
		{"an empty header", with(request{}, "authorization", ""), access.TokenMissing},
		{"Basic credentials", text("Basic dXNlcjpwYXNzd29yZA=="), access.CredentialsMalformed},
		{"two tokens", text(good.authorization + "," + good.authorization), access.CredentialsMalformed},
		{"the header in two spellings", with(good, "Authorization", good.authorization), access.CredentialsMalformed},

		{"garbage", text("Bearer garbage"), access.TokenMalformed},
		{"a token with its last character cut off", text(good.authorization[:len(good.authorization)-1]), access.TokenMalformed},
		{"a token with a byte of its signature cut off", text(good.authorization[:len(good.authorization)-2]), access.SignatureInvalid},
		{"a token of nine kilobytes", bearer(claim("padding", strings.Repeat("x", 9000))), access.TokenTooLarge},
		{"five parts", text("Bearer " + part(t, map[string]any{"alg": "RSA-OAEP", "enc": "A256GCM"}) + ".a2V5.aXY.dGV4dA.dGFn"), access.TokenEncrypted},
		{"a critical header", bearer(header("crit", []string{"exp"})), access.HeaderRefused},
		{"an unencoded payload", bearer(header("b64", false)), access.HeaderRefused},
		{"an issuer nobody trusts", bearer(claim("iss", "https://other.example.com")), access.IssuerUnknown},
		{"an issuer with a slash more", bearer(claim("iss", issuer.URL()+"/")), access.IssuerUnknown},
		{"no issuer", bearer(claim("iss", nil)), access.IssuerUnknown},
		{"alg none", text("Bearer " + unsigned(map[string]any{"alg": "none", "typ": "at+jwt"}) + "."), access.AlgorithmRefused},
		{"the public key as an HMAC secret", text("Bearer " + hmacToken(t, issuer)), access.AlgorithmRefused},
		{"an algorithm that this issuer does not use", bearer(signedAs("PS256")), access.AlgorithmRefused},
		{"an ID token", bearer(header("typ", "JWT"), claim("nonce", "n-1")), access.TypeRefused},
		{"a token without a type", bearer(header("typ", nil)), access.TypeRefused},
		{"a token bound to a key", bearer(claim("cnf", map[string]string{"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})), access.TokenBound},
		{"no expiry", bearer(claim("exp", nil)), access.ClaimMalformed},
		{"an expiry in quotes", bearer(claim("exp", "1790000000")), access.ClaimMalformed},
		{"the audience of another API", bearer(claim("aud", "https://elsewhere.example.com")), access.AudienceRefused},
		{"a client nobody knows", bearer(claim("client_id", "shop")), access.ClientUnknown},
		{"a token that has expired", bearer(claim("iat", time.Now().Add(-2*time.Hour).Unix()), claim("exp", time.Now().Add(-time.Hour).Unix())), access.TokenExpired},
		{"a token of tomorrow", bearer(claim("nbf", time.Now().Add(24*time.Hour).Unix())), access.TokenNotYetValid},
		{"a key that the issuer does not have", bearer(header("kid", "k-2")), access.KeyUnknown},
		{"a key of another kind than the algorithm", bearer(header("kid", rsaKeyID)), access.KeyUnknown},
		{"a stranger's key under the issuer's name for its own", bearer(issuer.byStranger()), access.SignatureInvalid},
		{"a payload put in afterwards", text("Bearer " + swapPayload(t, issuer)), access.SignatureInvalid},

		{"a token without a scope", bearer(claim("scope", nil)), access.ScopeMissing},
		{"a token with another scope", on(good, "POST /orders", "/orders"), access.ScopeMissing},
		{"a scope of another resource server", bearer(claim("scope", "menu/read")), access.ScopeMissing},
		{"a scope that only begins like the right one", bearer(claim("scope", "reader read/ read:all")), access.ScopeMissing},

		{"a role that the token does not have", on(good, "DELETE /orders", "/orders"), access.ClaimUnmet},

		{"a public route with a good token", on(good, "GET /menu", "/menu"), access.PublicRoute},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := newSubject(t, issuer.trusted()).handle(t, c.request.event(t))
			got.check(t, c.want)
			if _, credentials, _ := strings.Cut(c.request.authorization, " "); len(credentials) > 12 {
				got.checkNoToken(t, c.request.authorization)
			}
			if len(got.faults) > 0 {
				t.Errorf("a verdict wrote faults:\n%s", got.output)
			}
		})
		covered[c.want] = true
	}

	// Those that need more than another request have tests of their own.
	for _, elsewhere := range []access.Reason{access.Misconfigured, access.Internal, access.EventUnreadable, access.KeysUnavailable} {
		covered[elsewhere] = true
	}
	for _, reason := range access.Reasons() {
		if !covered[reason] {
			t.Errorf("no case has the reason %q", reason)
		}
	}
}

func TestHandleSaysWhichScopeWasMissing(t *testing.T) {
	issuer := newIssuer(t)
	r := request{route: "POST /orders", path: "/orders", authorization: "Bearer " + issuer.token()}
	got := newSubject(t, issuer.trusted()).handle(t, r.event(t))
	got.check(t, access.ScopeMissing)
	if len(got.line.Missing) != 1 || got.line.Missing[0] != "orders/write" || got.line.Subject != "billing" {
		t.Errorf("audit line = %s, want orders/write missing for billing", got.output)
	}
}

func TestHandleKeepsWhatAnUnverifiedTokenSaysUnderClaimed(t *testing.T) {
	issuer := newIssuer(t)
	r := request{authorization: "Bearer " + issuer.token(claim("iss", "https://other.example.com"), header("kid", "k\x1b[2J"))}
	got := newSubject(t, issuer.trusted()).handle(t, r.event(t))
	got.check(t, access.IssuerUnknown)
	if got.line.Claimed == nil || got.line.Claimed.Issuer != "https://other.example.com" || got.line.Claimed.Subject != "billing" {
		t.Errorf("claimed = %+v", got.line.Claimed)
	}
	if strings.Contains(got.output, "\x1b") {
		t.Errorf("output has a control character: %q", got.output)
	}
}

func TestHandleDecidesPerRouteWithOneToken(t *testing.T) {
	issuer := newIssuer(t)
	bearer := "Bearer " + issuer.token()
	s := newSubject(t, issuer.trusted())
	mayRead := request{authorization: bearer}
	mayNotWrite := request{route: "POST /orders", path: "/orders", authorization: bearer}
	for range 2 {
		s.handle(t, mayRead.event(t)).check(t, access.Allowed)
		s.handle(t, mayNotWrite.event(t)).check(t, access.ScopeMissing)
	}
	if n := issuer.fetches.Load(); n != 1 {
		t.Errorf("the key set was fetched %d times, want once", n)
	}
}

func TestHandleFetchesNoKeysForWhatCannotPass(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	for _, r := range []request{
		{route: "GET /admin", authorization: "Bearer " + issuer.token()},
		{path: "/orders/17/", authorization: "Bearer " + issuer.token()},
		{authorization: "Bearer garbage"},
		{authorization: "Bearer " + issuer.token(claim("aud", "https://elsewhere.example.com"))},
		{authorization: "Bearer " + issuer.token(claim("exp", 1))},
	} {
		s.handle(t, r.event(t))
	}
	if n := issuer.fetches.Load(); n != 0 {
		t.Errorf("the key set was fetched %d times, want never", n)
	}
}

func TestNewRefuses(t *testing.T) {
	issuer := newIssuer(t).trusted()
	noAudience := issuer
	noAudience.Audiences = nil
	for _, c := range []struct {
		name   string
		config authorizer.Config
		want   string
	}{
		{"no table", authorizer.Config{Issuers: []token.Issuer{issuer}}, "table, is missing"},
		{"a table without routes", authorizer.Config{Table: &access.Table{}, Issuers: []token.Issuer{issuer}}, "table, has no routes"},
		{"no issuer", authorizer.Config{Table: testTable(t)}, "issuers, is empty"},
		{"an issuer without an audience", authorizer.Config{Table: testTable(t), Issuers: []token.Issuer{noAudience}}, "audience"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := authorizer.New(c.config)
			if a != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New = %v, %v, want an error with %q", a, err, c.want)
			}
		})
	}
}

// hmacToken is signed with the issuer's public key as if it were a secret.
func hmacToken(t testing.TB, i *issuer) string {
	t.Helper()
	kid := unpart(t, i.token(signedAs("RS256")), 0)["kid"]
	input := part(t, map[string]any{"alg": "HS256", "typ": "at+jwt", "kid": kid}) + "." + part(t, unpart(t, i.token(), 1))
	mac := hmac.New(sha256.New, x509.MarshalPKCS1PublicKey(rsaKeyOf(t, i, kid)))
	mac.Write([]byte(input))
	return input + "." + b64(mac.Sum(nil))
}

// rsaKeyOf reads a key from the key set.
func rsaKeyOf(t testing.TB, i *issuer, kid any) *rsa.PublicKey {
	t.Helper()
	var set struct {
		Keys []struct{ Kid, N, E string }
	}
	if err := json.Unmarshal(i.keySet(), &set); err != nil {
		t.Fatal(err)
	}
	for _, key := range set.Keys {
		if key.Kid == kid {
			n, _ := base64.RawURLEncoding.DecodeString(key.N)
			e, _ := base64.RawURLEncoding.DecodeString(key.E)
			return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		}
	}
	t.Fatalf("the key set has no key %q", kid)
	return nil
}

// swapPayload is a good token with more scopes than were signed.
func swapPayload(t testing.TB, i *issuer) string {
	t.Helper()
	parts := strings.Split(i.token(), ".")
	claims := unpart(t, i.token(), 1)
	claims["scope"] = "read write"
	parts[1] = part(t, claims)
	return strings.Join(parts, ".")
}
