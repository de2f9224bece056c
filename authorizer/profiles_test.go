package authorizer_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/token"
)

// The way of a provider's spelling from the environment's JSON to the answer and
// the audit line.
func TestHandleReadsTokensAsTheIdentitySays(t *testing.T) {
	issuer := newIssuer(t)
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, authorizer.TableFile), testTable(t).JSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(more string) string {
		return identities(`{"name":"Partners","issuer":"` + issuer.URL() + `","keys":"` + issuer.KeysURL() + `",` +
			`"algorithms":["ES256"],"audiences":{"orders":"` + audience + `"},` + more + `}`)
	}
	const anyone = `,"anyClient":true`
	okta := []change{header("typ", nil), claim("cid", "billing"), claim("ver", 1), claim("jti", "AT.x"), claim("scp", []string{"read"}), claim("scope", nil)}
	for _, c := range []struct {
		name, identity string
		changes        []change
		want           access.Reason
		looks          string
	}{
		{"Okta's", `"profile":"okta","clients":["billing"]`, okta, access.Allowed, ""},
		{"Okta's ID token", `"profile":"okta","clients":["billing"]`, []change{claim("jti", "ID.x"), claim("ver", 1)}, access.TypeRefused, "an Okta ID token"},
		{"RFC 9068 for Okta's", `"profile":"okta"` + anyone, nil, access.TypeRefused, ""},
		{"a spelling", `"profile":"rfc9068","spellings":{"orders/read":"read:orders"}` + anyone, []change{claim("scope", "read:orders")}, access.Allowed, ""},
		{"what a spelling replaces", `"profile":"rfc9068","spellings":{"orders/read":"read:orders"}` + anyone, []change{claim("scope", "read orders/read")}, access.ScopeMissing, ""},
		{"a mark", `"profile":"oidc","mark":["env"]` + anyone, []change{claim("env", "e1")}, access.Allowed, ""},
		{"no mark", `"profile":"oidc","mark":["env"]` + anyone, nil, access.TypeRefused, ""},
		{"a mark of another value", `"profile":"oidc","mark":["env","e1"]` + anyone, []change{claim("env", "e2")}, access.TypeRefused, ""},
		{"another place for scopes", `"profile":"oidc","mark":["env"],"scopeClaim":"scp"` + anyone, []change{claim("env", "e1"), claim("scp", "read"), claim("scope", nil)}, access.Allowed, ""},
		{"the usual place for scopes", `"profile":"oidc","mark":["env"],"scopeClaim":"scp"` + anyone, []change{claim("env", "e1")}, access.ScopeMissing, ""},
		{"a list of scopes", `"profile":"oidc","mark":["env"],"scopeList":true` + anyone, []change{claim("env", "e1"), claim("scope", []string{"read"})}, access.Allowed, ""},
		{"a text for a list of scopes", `"profile":"oidc","mark":["env"],"scopeList":true` + anyone, []change{claim("env", "e1")}, access.ClaimMalformed, ""},
		{"another place for the client", `"profile":"oidc","mark":["env"],"clientClaim":"app","clients":["till"]`, []change{claim("env", "e1"), claim("app", "till")}, access.Allowed, ""},
		{"the usual place for the client", `"profile":"oidc","mark":["env"],"clientClaim":"app","clients":["billing"]`, []change{claim("env", "e1"), claim("app", "till")}, access.ClientUnknown, ""},
		{"a workload for a scope", `"profile":"workload","mark":["repository_id"]` + anyone, []change{claim("repository_id", "74")}, access.ScopeMissing, ""},
		{"another issuer's", `"profile":"okta"` + anyone, []change{claim("iss", issuer.URL()+"/")}, access.IssuerUnknown, "a token whose iss has a slash at the end that the trusted issuer has not"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, func(name string) string {
				return map[string]string{"LAMBDA_TASK_ROOT": directory, authorizer.IdentitiesVariable: with(c.identity)}[name]
			})
			answer, err := a.Handle(t.Context(), request{authorization: "Bearer " + issuer.token(c.changes...)}.event(t))
			line, _ := readOutput(t, out.String())
			if err != nil || line.Reason != c.want || line.LooksLike != c.looks || answer.IsAuthorized != (c.want == access.Allowed) {
				t.Errorf("Handle = %v, %v, reason %q (%s), looks like %q, want %q and %q", answer.IsAuthorized, err, line.Reason, line.Detail, line.LooksLike, c.want, c.looks)
			}
		})
	}
}

// A setting that the profile does not take is a mistake, and nobody starts with it.
func TestWhatAProfileDoesNotTakeIsRefusedAtTheStart(t *testing.T) {
	for _, c := range []struct{ profile, more, want string }{
		{"okta", `"mark":["cid"]`, "mark of access tokens"},
		{"keycloak", `"scopeClaim":"scp"`, "does not take"},
		{"auth0", `"scopeList":true`, "leave it out"},
		{"entra-v2", `"clientClaim":"azp"`, "leave it out"},
		{"oidc", `"clientClaim":"azp"`, "no mark"},
		{"workload", `"mark":["a"],"spellings":{"orders/read":"x"}`, "have none"},
		{"okta", `"spellings":{"stock/read":"x"}`, "no audience for"},
	} {
		parsed, err := authorizer.ParseIdentities([]byte(identities(strings.Replace(goodIdentity, `"profile":"cognito"`, `"profile":"`+c.profile+`",`+c.more, 1))))
		if err != nil {
			t.Fatal(err)
		}
		issuers, err := authorizer.Issuers(parsed, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := token.NewVerifier(issuers, token.Known{}, nil); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"Users"`) {
			t.Errorf("%s with %s: %v, want an error with %q", c.profile, c.more, err, c.want)
		}
	}
}
