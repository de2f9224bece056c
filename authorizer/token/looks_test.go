package token

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"

// lookers trusts an issuer of each kind of which near misses are known.
func lookers(t *testing.T) *Verifier {
	t.Helper()
	var issuers []Issuer
	for _, i := range []struct {
		url     string
		profile Profile
	}{
		{"https://acme.eu.auth0.com/", ProfileAuth0},
		{"https://acme.okta.com/oauth2/default", ProfileOkta},
		{"https://login.microsoftonline.com/" + tenant + "/v2.0", ProfileEntraV2},
		{"https://sts.windows.net/00000000-86f1-41af-91ab-2d7cd011db47/", ProfileEntraV1},
		{"https://sso.example.com/realms/acme", ProfileKeycloak},
		{cognitoURL, ProfileCognito},
	} {
		issuers = append(issuers, Issuer{
			Name: i.url, URL: i.url, Profile: i.profile, Algorithms: []keyset.Algorithm{keyset.RS256},
			Audiences: map[string]string{"orders": "https://orders.example.com"}, AnyClient: true, Keys: newKeyring(),
		})
	}
	v, err := NewVerifier(issuers, testedKnown, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatARefusedTokenLooksLike(t *testing.T) {
	v := lookers(t)
	seen := map[string]bool{}
	for _, c := range []struct{ claims, want string }{
		{`{"iss":"https://acme.eu.auth0.com"}`, looksSlashMissing},
		{`{"iss":"https://acme.okta.com/oauth2/default/"}`, looksSlashMore},
		{`{"iss":"https://acme.okta.com/oauth2/Default"}`, looksCase},
		{`{"iss":"http://sso.example.com/realms/acme"}`, looksHTTP},
		{`{"iss":"https://sts.windows.net/` + tenant + `/","ver":"1.0"}`, looksEntraV1},
		{`{"iss":"https://login.microsoftonline.com/00000000-86f1-41af-91ab-2d7cd011db47/v2.0","ver":"2.0"}`, looksEntraV2},
		{`{"iss":"https://acme.okta.com","ver":1,"jti":"AT.x"}`, looksOktaOrg},
		{`{"iss":"https://acme.okta.com/oauth2/aus1","ver":1,"jti":"AT.x","cid":"0oa"}`, looksOktaServer},
		{`{"iss":"https://sso.example.com/realms/other","typ":"Bearer"}`, looksRealm},
		{`{"iss":"https://acme.eu.auth0.com/","aud":"https://acme.eu.auth0.com/userinfo","azp":"x","scope":"openid"}`, looksAuth0Info},
		{`{"iss":"https://other.eu.auth0.com/","aud":["https://other.eu.auth0.com/userinfo"]}`, looksAuth0Info},
		{`{"iss":"https://accounts.google.com","nonce":"x"}`, looksGoogleID},
		{`{"iss":"https://token.actions.githubusercontent.com"}`, looksGitHub},
		{`{"iss":"https://github.example.com/_services/token","repository_id":"1","run_id":"2"}`, looksGitHub},
		{`{"iss":"https://k8s.example.com","kubernetes.io":{"namespace":"shop"}}`, looksKubernetes},
		{`{"iss":"https://x.tokens.sts.global.api.aws","https://sts.amazonaws.com/":{}}`, looksAWS},
		{`{"iss":"https://other.example.com","events":{}}`, looksEvent},
		{`{"iss":"https://other.example.com","at_hash":"x"}`, looksID},
		{`{"iss":"https://acme.eu.auth0.com/","aud":"x","sid":"y"}`, "an Auth0 ID token"},
		{`{"iss":"https://acme.eu.auth0.com/","aud":"https://stock.example.com","azp":"x","scope":"read"}`, "an Auth0 access token"},
		{`{"iss":"https://acme.okta.com/oauth2/default","jti":"ID.x","ver":1}`, "an Okta ID token"},
		{`{"iss":"https://acme.okta.com/oauth2/default","jti":"AT.x","ver":1,"cid":"0oa"}`, "an Okta access token"},
		{`{"iss":"https://login.microsoftonline.com/` + tenant + `/v2.0","ver":"2.0","roles":["read"]}`, "an Entra ID token"},
		{`{"iss":"https://login.microsoftonline.com/` + tenant + `/v2.0","ver":"2.0","azpacr":"1"}`, "an Entra access token"},
		{`{"iss":"https://sso.example.com/realms/acme","typ":"ID"}`, "a Keycloak ID token"},
		{`{"iss":"https://sso.example.com/realms/acme","typ":"Refresh"}`, "a Keycloak refresh token"},
		{`{"iss":"https://sso.example.com/realms/acme","typ":"Offline"}`, "a Keycloak refresh token"},
		{`{"iss":"https://sso.example.com/realms/acme","typ":"Logout"}`, "a Keycloak logout token"},
		{`{"iss":"https://sso.example.com/realms/acme","typ":"DPoP"}`, "a Keycloak access token bound to a key"},
		{`{"iss":"https://sso.example.com/realms/acme","typ":"Bearer"}`, "a Keycloak access token"},
		{`{"iss":"` + cognitoURL + `","token_use":"id"}`, "an Amazon Cognito ID token"},
		{`{"iss":"` + cognitoURL + `","token_use":"access"}`, "an Amazon Cognito access token"},
		{`{"iss":"https://other.example.com"}`, ""},
		{`{"iss":7,"jti":{},"aud":[{}],"typ":[]}`, ""},
		{`{}`, ""},
		{`{"iss":"` + strings.Repeat("x", 4000) + `/realms/"}`, ""},
	} {
		raw := compact(keyset.RS256, keys()["rsa"], `{"alg":"RS256"}`, c.claims)
		_, err := v.Verify(t.Context(), raw)
		refused, ok := err.(*Error)
		if !ok || refused.Looks != c.want {
			t.Errorf("%s looks like %q, want %q", c.claims, refused.Looks, c.want)
		}
		if c.want != "" && !slices.Contains(Looks(), c.want) {
			t.Errorf("Looks lacks %q", c.want)
		}
		seen[c.want] = true
	}
	for _, look := range Looks()[:slices.Index(Looks(), looksID)+1] {
		if !seen[look] {
			t.Errorf("no case looks like %q", look)
		}
	}
}

// A token may claim anything; what is said of it is ours.
func TestWhatATokenLooksLikeHoldsNothingOfIt(t *testing.T) {
	v := lookers(t)
	known := append(Looks(), "")
	for _, name := range []string{"iss", "typ", "token_use", "jti", "gty", "azp", "scope", "aud", "nonce", "ver"} {
		for _, value := range []any{"hunter2", "https://hunter2.okta.com", "https://hunter2/realms/x", []any{"hunter2"}, map[string]any{"hunter2": 1}, nil, 7} {
			claims, _ := json.Marshal(map[string]any{"iss": "https://acme.okta.com", name: value})
			_, err := v.Verify(t.Context(), compact(keyset.RS256, keys()["rsa"], `{"alg":"RS256"}`, string(claims)))
			if refused, ok := err.(*Error); !ok || !slices.Contains(known, refused.Looks) {
				t.Errorf("%s: %v", claims, err)
			}
		}
	}
}
