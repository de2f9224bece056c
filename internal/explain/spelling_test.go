package explain

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/issuertest"
)

func TestEveryProfileIsToldOf(t *testing.T) {
	for _, p := range token.Profiles() {
		if s := spellings[p]; s.kind == "" || s.claims == "" || s.client == "" || s.scopes == "" {
			t.Errorf("of the profile %q it is known %+v", p, s)
		}
	}
	if len(spellings) != len(token.Profiles()) {
		t.Errorf("%d profiles are told of, want %d", len(spellings), len(token.Profiles()))
	}
}

func TestAnIDTokenIsCalledOne(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile token.Profile
		claims  map[string]any
		want    []string
	}{
		{"Okta", token.ProfileOkta, map[string]any{"jti": "ID.x", "ver": 1}, []string{"looks like an Okta ID token", `wanted: cid, ver 1 and a jti`, "send the access token"}},
		{"Keycloak", token.ProfileKeycloak, map[string]any{"typ": "ID", "azp": "client"}, []string{`the claim typ is "Bearer"`, `got:    the claim typ "ID", typ "JWT"`, "send the access token"}},
		{"a workload", token.ProfileWorkload, map[string]any{"nonce": "x"}, []string{`the mark "env"`, "looks like an ID token"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			issuer := issuertest.New(t)
			s := shopOf(t, issuer, keyset.RS256)
			i := &s.config.Identities[0]
			i.Profile, i.Clients, i.AnyClient, i.Groups = c.profile, nil, true, nil
			if c.profile == token.ProfileWorkload {
				i.Mark = []string{"env"}
			}
			raw := issuer.Sign(issuertest.Token{Header: map[string]any{"typ": "JWT"}, Claims: c.claims})
			account, err := s.explainer(t).Account(t.Context(), bearer("GET /orders/{id}", raw))
			if err != nil {
				t.Fatal(err)
			}
			text := account.Text(false)
			for _, want := range append(c.want, string(access.TypeRefused)) {
				if !strings.Contains(text, want) {
					t.Errorf("told:\n%s\nwant %q in it", text, want)
				}
			}
		})
	}
}
