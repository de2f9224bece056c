package token

import (
	"net/url"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// What a refused token may look like, in [Error.Looks].
const (
	looksSlashMissing = "a token whose iss lacks the slash at the end of a trusted issuer"
	looksSlashMore    = "a token whose iss has a slash at the end that the trusted issuer has not"
	looksCase         = "a token whose iss differs from a trusted issuer in letter case only"
	looksHTTP         = "a token whose iss says http where the trusted issuer says https"
	looksEntraV1      = "an Entra token of version 1.0, where version 2.0 of the tenant is trusted"
	looksEntraV2      = "an Entra token of version 2.0, where version 1.0 of the tenant is trusted"
	looksOktaOrg      = "an Okta token of the org authorization server, which is for Okta itself"
	looksOktaServer   = "an Okta token of another authorization server of the org"
	looksRealm        = "a Keycloak token of another realm of the server"
	looksAuth0Info    = "an Auth0 access token for userinfo only, as one that was asked for without an audience"
	looksEvent        = "a security event or logout token"
	looksGoogleID     = "a Google ID token"
	looksGitHub       = "a GitHub Actions token"
	looksKubernetes   = "a Kubernetes service account token"
	looksAWS          = "an AWS STS web identity token"
	looksID           = "an ID token"
)

// vendors are the providers of which more is known, and the kinds of token that
// each has, with what makes them out.
var vendors = []struct {
	name  string
	made  func(iss string, v strictjson.Value) bool
	kinds func(v strictjson.Value) string
}{
	{"Amazon Cognito", func(iss string, _ strictjson.Value) bool {
		return strings.HasPrefix(iss, "https://cognito-idp.")
	}, func(v strictjson.Value) string {
		return map[string]string{"id": "ID token", "access": "access token"}[textOf(v, "token_use")]
	}},
	{"Entra", func(iss string, _ strictjson.Value) bool {
		return strings.HasPrefix(iss, "https://login.microsoftonline.com/") || strings.HasPrefix(iss, "https://sts.windows.net/")
	}, func(v strictjson.Value) string {
		if present(v, "azpacr") || present(v, "appidacr") {
			return "access token"
		}
		return "ID token"
	}},
	{"Keycloak", func(iss string, v strictjson.Value) bool {
		return strings.Contains(iss, "/realms/") && textOf(v, "typ") != ""
	}, func(v strictjson.Value) string {
		return map[string]string{
			"ID": "ID token", "Bearer": "access token", "DPoP": "access token bound to a key", "Logout": "logout token",
			"Refresh": "refresh token", "Offline": "refresh token", "Serialized-ID": "ID token",
		}[textOf(v, "typ")]
	}},
	{"Okta", func(iss string, v strictjson.Value) bool {
		id := textOf(v, "jti")
		return strings.Contains(iss, ".okta") && strings.HasPrefix(iss, "https://") || strings.HasPrefix(id, "AT.") || strings.HasPrefix(id, "ID.")
	}, func(v strictjson.Value) string {
		if present(v, "cid") {
			return "access token"
		}
		return "ID token"
	}},
	{"Auth0", func(iss string, v strictjson.Value) bool {
		return strings.HasSuffix(iss, ".auth0.com/") || present(v, "gty")
	}, func(v strictjson.Value) string {
		if present(v, "azp") && present(v, "scope") || present(v, "client_id") || present(v, "gty") || present(v, permissions) {
			return "access token"
		}
		return "ID token"
	}},
}

// kindsOfTokens are all that a vendor's token may be.
var kindsOfTokens = []string{"ID token", "access token", "access token bound to a key", "logout token", "refresh token"}

// Looks returns all that [Error.Looks] may be, beside "".
func Looks() []string {
	all := []string{
		looksSlashMissing, looksSlashMore, looksCase, looksHTTP, looksEntraV1, looksEntraV2, looksOktaOrg, looksOktaServer, looksRealm,
		looksAuth0Info, looksEvent, looksGoogleID, looksGitHub, looksKubernetes, looksAWS, looksID,
	}
	for _, vendor := range vendors {
		for _, kind := range kindsOfTokens {
			all = append(all, phrase(vendor.name, kind))
		}
	}
	return all
}

// phrase is "an Okta ID token".
func phrase(vendor, kind string) string {
	article := "a "
	if strings.ContainsAny(vendor[:1], "AEO") {
		article = "an "
	}
	return article + vendor + " " + kind
}

// looks says what a refused token looks like, or "". A token may say anything,
// so it is a hint for people.
func (v *Verifier) looks(t *jws) string {
	if t.claims.Kind() != strictjson.Object {
		return ""
	}
	iss := textOf(t.claims, "iss")
	if v.issuers[iss] == nil {
		if near := v.near(iss); near != "" {
			return near
		}
	}
	switch {
	case strings.HasSuffix(iss, ".auth0.com/") && onlyUserinfo(t.claims):
		return looksAuth0Info
	case iss == "https://accounts.google.com" || iss == "accounts.google.com":
		return looksGoogleID
	case iss == "https://token.actions.githubusercontent.com" || present(t.claims, "repository_id") && present(t.claims, "run_id"):
		return looksGitHub
	case present(t.claims, "kubernetes.io"):
		return looksKubernetes
	case present(t.claims, "https://sts.amazonaws.com/"):
		return looksAWS
	case present(t.claims, "events"):
		return looksEvent
	}
	for _, vendor := range vendors {
		if !vendor.made(iss, t.claims) {
			continue
		}
		if kind := vendor.kinds(t.claims); kind != "" {
			return phrase(vendor.name, kind)
		}
		return ""
	}
	for _, name := range []string{"nonce", "at_hash", "c_hash"} {
		if present(t.claims, name) {
			return looksID
		}
	}
	return ""
}

// near says how an issuer differs from one that is trusted.
func (v *Verifier) near(iss string) string {
	if iss == "" || len(iss) > maxName {
		return ""
	}
	host := hostOf(iss)
	for _, trusted := range v.order {
		said, with, other := "", trusted.URL, trusted.host
		switch {
		case iss+"/" == with:
			said = looksSlashMissing
		case iss == with+"/":
			said = looksSlashMore
		case strings.EqualFold(iss, with):
			said = looksCase
		case strings.HasPrefix(with, "https://") && iss == "http://"+strings.TrimPrefix(with, "https://"):
			said = looksHTTP
		case trusted.Profile == ProfileEntraV2 && iss == "https://sts.windows.net/"+tenantOf(with)+"/":
			said = looksEntraV1
		case trusted.Profile == ProfileEntraV1 && iss == "https://login.microsoftonline.com/"+tenantOf(with)+"/v2.0":
			said = looksEntraV2
		case trusted.Profile == ProfileOkta && iss == "https://"+other:
			said = looksOktaOrg
		case trusted.Profile == ProfileOkta && host == other && strings.Contains(iss, "/oauth2/"):
			said = looksOktaServer
		case trusted.Profile == ProfileKeycloak && host == other && strings.Contains(iss, "/realms/"):
			said = looksRealm
		}
		if said != "" {
			return said
		}
	}
	return ""
}

// onlyUserinfo says whether a token is for Auth0's own userinfo and nothing else.
func onlyUserinfo(v strictjson.Value) bool {
	var audiences []string
	return readAudience(v, &audiences) && len(audiences) > 0 &&
		!slices.ContainsFunc(audiences, func(a string) bool { return !strings.HasSuffix(a, "/userinfo") })
}

func textOf(v strictjson.Value, name string) string {
	text, _ := v.Member(name).Text()
	return text
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// tenantOf returns the tenant in an issuer of Entra.
func tenantOf(issuer string) string {
	_, path, _ := strings.Cut(strings.TrimPrefix(issuer, "https://"), "/")
	tenant, _, _ := strings.Cut(path, "/")
	return tenant
}
