package token

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/access"
)

// with returns the shape's token with some claims changed.
func (f shapeFile) with(t testing.TB, claims string, keys keyring) string {
	t.Helper()
	return f.token(t, shapeVector{vector: vector{Claims: raw(claims)}}, keys)
}

// What the audit line and backends get as scope is one text, whatever the claim is.
func TestScopeIsTheClaimAsText(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	v := shapeVerifier(t, shapes, keys)
	for _, c := range []struct{ shape, claims, want string }{
		{"okta", `{"scp":["openid","read","other:x"]}`, "openid read other:x"},
		{"okta", `{"scp":[]}`, ""},
		{"auth0-permissions", `{"permissions":["read","read"],"scope":"write"}`, "read read"},
		{"entra-v2", `{"roles":["read","write"]}`, "read write"},
		{"entra-v2", `{"roles":["write"],"scp":"read"}`, "read"},
		{"keycloak", `{"scope":""}`, ""},
		{"hydra", `{"scp":["a"],"scope":"b"}`, "a"},
		{"github-actions", `{"scope":"read"}`, ""},
	} {
		verified, err := v.Verify(t.Context(), shapes[c.shape].with(t, c.claims, keys[c.shape]))
		if err != nil {
			t.Fatal(err)
		}
		if got := verified.Scope(); got != c.want {
			t.Errorf("%s with %s: Scope = %q, want %q", c.shape, c.claims, got, c.want)
		}
	}
}

// The client and the id of a token are in the claims that the profile says.
func TestClientAndTokenID(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	v := shapeVerifier(t, shapes, keys)
	for shape, in := range map[string][2]string{
		"okta": {"cid", "jti"}, "auth0": {"azp", ""}, "auth0-permissions": {"azp", ""}, "entra-v1": {"appid", "uti"}, "entra-v2": {"azp", "uti"},
		"keycloak": {"azp", "jti"}, "hydra": {"client_id", "jti"}, "pingone": {"client_id", "jti"},
		"github-actions": {"sub", "jti"}, "kubernetes": {"sub", "jti"}, "aws-sts": {"sub", "jti"},
	} {
		verified, err := v.Verify(t.Context(), shapes[shape].with(t, `{}`, keys[shape]))
		if err != nil {
			t.Fatal(err)
		}
		said := func(name string) (text string) {
			_ = json.Unmarshal(shapes[shape].Claims[name], &text) // none is ""
			return text
		}
		if client, id := verified.Caller().ClientID, verified.TokenID(); client != said(in[0]) || client == "" || id != said(in[1]) {
			t.Errorf("%s: ClientID and TokenID = %q, %q, want those of %q", shape, client, id, in)
		}
	}
}

func TestAnotherClientClaim(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	f := shapes["hydra"]
	f.Issuer.ClientClaim, f.Issuer.Clients = "app", []string{"billing"}
	shapes["hydra"] = f
	v := shapeVerifier(t, shapes, keys)
	for claims, want := range map[string]access.Reason{
		`{"app":"billing","client_id":"other"}`: access.Allowed,
		`{"app":"other","client_id":"billing"}`: access.ClientUnknown,
		`{"client_id":"billing"}`:               access.ClaimMalformed,
		`{"app":["billing"]}`:                   access.ClaimMalformed,
	} {
		verified, err := v.Verify(t.Context(), f.with(t, claims, keys["hydra"]))
		if got := reasonOf(t, verified, err); got != want {
			t.Errorf("Verify with %s = %v, want %v", claims, got, want)
		}
	}
}

// One name of a scope means what the issuer says, and what a token's audience is
// for.
func TestOneScopeNameAtTwoIssuersStaysApart(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	f := shapes["keycloak"]
	f.Issuer.Spellings = map[string]string{"orders/read": "write", "orders/write": "read"}
	shapes["keycloak"] = f
	issuers := shapeVerifier(t, shapes, keys).order
	var changed []Issuer
	for _, i := range issuers {
		if i.Name == "auth0" {
			i.Audiences = map[string]string{"billing": ordersAudience}
		}
		changed = append(changed, i.Issuer)
	}
	v, err := NewVerifier(changed, testedKnown, newTestVerifier(t, 0).now)
	if err != nil {
		t.Fatal(err)
	}
	for shape, want := range map[string]access.Scope{"okta": ordersRead, "auth0": billingRead, "keycloak": ordersWrite} {
		verified, err := v.Verify(t.Context(), shapes[shape].with(t, `{}`, keys[shape]))
		if err != nil {
			t.Fatal(err)
		}
		if got := verified.Caller().Scopes; !slices.Equal(got, []access.Scope{want}) {
			t.Errorf("%s: Scopes = %v, want %v alone", shape, got, want)
		}
	}
}

// Two tokens that are remembered lend each other nothing.
func TestPiecesOfRememberedTokensAreRefused(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	v := shapeVerifier(t, shapes, keys)
	tokens := map[string]string{}
	for shape, f := range shapes {
		tokens[shape] = f.with(t, `{}`, keys[shape])
		for range 2 {
			verified, err := v.Verify(t.Context(), tokens[shape])
			if err != nil || verified.Caller().Identity != shape {
				t.Fatalf("%s: %v, %v", shape, verified, err)
			}
		}
	}
	for a, one := range tokens {
		for b, two := range tokens {
			if a == b {
				continue
			}
			p, q := partsOf(one), partsOf(two)
			for _, mixed := range []string{
				p.header + "." + q.payload + "." + p.signature, p.header + "." + p.payload + "." + q.signature, q.header + "." + p.payload + "." + q.signature,
			} {
				if verified, err := v.Verify(t.Context(), mixed); reasonOf(t, verified, err) == access.Allowed {
					t.Errorf("pieces of %s and %s are let through", a, b)
				}
			}
		}
	}
}
