package openapi

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

const (
	profileCognito  = "cognito"
	profileWorkload = "workload"

	// NoURL as an authorization URL leaves the flow out.
	NoURL = "none"
)

// profiles are those that metadata may have.
var profiles = []string{profileCognito, "rfc9068", "okta", "auth0", "entra-v1", "entra-v2", "keycloak", "oidc", profileWorkload}

// securityScheme is an OAuth 2.0 scheme, or a bearer token that no OAuth flow
// gives (OpenAPI 3.1.0, section 4.8.27).
type securityScheme struct {
	Type         string          `json:"type"`
	Description  string          `json:"description"`
	Scheme       string          `json:"scheme,omitempty"`
	BearerFormat string          `json:"bearerFormat,omitempty"`
	Flows        map[string]flow `json:"flows,omitempty"`
}

type flow struct {
	AuthorizationURL string            `json:"authorizationUrl,omitempty"`
	TokenURL         string            `json:"tokenUrl"`
	Scopes           map[string]string `json:"scopes"`
}

// requirement is one way to be let through: scopes by security scheme. An
// operation with an empty list of them would be open.
type requirement map[string][]string

// spelled returns a scope as tokens of the identity spell it.
func (i *identity) spelled(scope access.Scope) (string, error) {
	if given, ok := i.spellings[scope.String()]; ok {
		if given.late || given.literal == "" {
			return "", fmt.Errorf("identity %q, its spelling of %q is known at deploy only, write it as a literal", i.key, scope)
		}
		return given.literal, nil
	}
	if i.profile != profileCognito {
		return scope.String(), nil
	}
	audience := i.audiences[scope.Server()]
	if audience.late || audience.literal == "" {
		return "", fmt.Errorf("identity %q, its audience for %q is known at deploy only and is part of the scopes' names, write it as a literal", i.key, scope.Server())
	}
	return audience.literal + "/" + scope.Name(), nil
}

// requirements returns the ways in which the rule lets a caller through, one
// or more, and whether they say all that it asks for. They are sorted by
// scheme, then by scopes.
func (api *API) requirements(route string, r access.Rule) (ways []requirement, exact bool, err error) {
	parsed, err := structure(r)
	if err != nil {
		return nil, false, fmt.Errorf("route %q, %w", route, err)
	}
	exact = true
	for n := range api.identities {
		i := &api.identities[n]
		alternatives, complete := parsed.alternatives(i)
		exact = exact && complete
		var lists [][]string
		for _, a := range alternatives {
			exact = exact && len(a.conditions) == 0
			list := make([]string, 0, len(a.scopes))
			for _, word := range a.scopes {
				scope, err := access.ParseScope(word)
				if err != nil {
					return nil, false, err
				}
				spelling, err := i.spelled(scope)
				if err != nil {
					return nil, false, err
				}
				list = append(list, spelling)
			}
			slices.Sort(list)
			lists = append(lists, list)
		}
		slices.SortFunc(lists, slices.Compare)
		for _, list := range slices.CompactFunc(lists, slices.Equal) {
			ways = append(ways, requirement{i.schemeName: list})
		}
	}
	if len(ways) == 0 {
		return nil, false, fmt.Errorf("route %q, no identity of the API can satisfy its rule, got %q, trust an identity that serves its resource servers", route, r)
	}
	slices.SortStableFunc(ways, func(a, b requirement) int { return strings.Compare(a.scheme(), b.scheme()) })
	return ways, exact, nil
}

func (r requirement) scheme() string {
	for name := range r {
		return name
	}
	return ""
}

// schemes returns the schemes by name. All URLs that are missing are told at once.
func (api *API) schemes(used map[string]bool, config Config) (map[string]securityScheme, error) {
	if err := api.knowsAll(config); err != nil {
		return nil, err
	}
	schemes, wrong := map[string]securityScheme{}, []string{}
	for n := range api.identities {
		i := &api.identities[n]
		if !used[i.schemeName] {
			continue
		}
		if i.profile == profileWorkload {
			schemes[i.schemeName] = securityScheme{Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: i.describe()}
			continue
		}
		scopes, err := api.scopesOf(i)
		if err != nil {
			return nil, err
		}
		token, problem := endpoint("token", i, i.tokenURL, config.TokenURLs)
		if token == "" && problem == "" {
			problem = fmt.Sprintf("identity %q, its token URL is not known, write -token-url %s=https://…", i.key, i.key)
		}
		authorization, other := endpoint("authorization", i, i.authURL, config.AuthorizationURLs)
		for _, p := range []string{problem, other} {
			if p != "" {
				wrong = append(wrong, p)
			}
		}
		flows := map[string]flow{"clientCredentials": {TokenURL: token, Scopes: scopes}}
		if authorization != "" {
			flows["authorizationCode"] = flow{AuthorizationURL: authorization, TokenURL: token, Scopes: scopes}
		}
		schemes[i.schemeName] = securityScheme{Type: "oauth2", Description: i.describe(), Flows: flows}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return schemes, nil
}

// scopesOf returns the scopes that the identity speaks for, as it spells them,
// with their descriptions.
func (api *API) scopesOf(i *identity) (map[string]string, error) {
	scopes := map[string]string{}
	for scope, description := range api.scopes {
		if !i.speaksFor(scope.String()) {
			continue
		}
		spelling, err := i.spelled(scope)
		if err != nil {
			return nil, err
		}
		if _, twice := scopes[spelling]; twice {
			return nil, fmt.Errorf("identity %q, two scopes have one spelling, got %q, rename one or write another audience", i.key, spelling)
		}
		scopes[spelling] = description
	}
	return scopes, nil
}

// describe says whose tokens the scheme is about.
func (i *identity) describe() string {
	said := fmt.Sprintf("Access tokens of %s", i.name)
	if i.issuer.literal != "" {
		said += ", issuer " + i.issuer.literal
	}
	var audiences []string
	for _, server := range i.servers() {
		if a := i.audiences[server]; a.literal != "" {
			audiences = append(audiences, a.literal)
		}
	}
	if i.profile != profileCognito && len(audiences) > 0 {
		said += ", for the audience " + strings.Join(audiences, " or ")
	}
	return said + "."
}

// endpoint returns the URL of an identity's endpoint, "" if it has none, and
// what is wrong with it, or "".
func endpoint(kind string, i *identity, known text, given map[string]string) (literal, problem string) {
	flag := fmt.Sprintf("-%s-url %s=https://…", kind, i.key)
	literal, isGiven := given[i.key]
	if !isGiven {
		if known.late {
			problem = fmt.Sprintf("identity %q, its %s URL is known at deploy only, write %s", i.key, kind, flag)
			if kind == "authorization" {
				problem += fmt.Sprintf(", or -authorization-url %s=%s to leave the flow out", i.key, NoURL)
			}
			return "", problem
		}
		if literal = known.literal; literal == "" {
			return "", ""
		}
	} else if kind == "authorization" && literal == NoURL {
		return "", ""
	}
	if problem := urlProblem(literal); problem != "" {
		return "", fmt.Sprintf("identity %q, its %s URL is %s, write %s", i.key, kind, problem, flag)
	}
	return literal, ""
}

// knowsAll refuses URLs for identities that the API does not trust.
func (api *API) knowsAll(config Config) error {
	var keys []string
	for _, i := range api.identities {
		keys = append(keys, i.key)
	}
	slices.Sort(keys)
	for _, given := range []map[string]string{config.TokenURLs, config.AuthorizationURLs} {
		for _, key := range slices.Sorted(maps.Keys(given)) {
			if !slices.Contains(keys, key) {
				return fmt.Errorf("identity %q, %s does not trust it, write one of %q", key, api.Name, keys)
			}
		}
	}
	return nil
}

// urlProblem says what is wrong with a URL, or "". It is https, or http on a
// literal loopback address.
func urlProblem(literal string) string {
	u, err := url.Parse(literal)
	got := fmt.Sprintf("got %q", literal)
	if strings.ContainsAny(literal, "@?") {
		got = "got one that may hold a password and is not repeated here"
	}
	switch {
	case err != nil || u.Host == "" || strings.ContainsAny(literal, " {}<>\"\\^`|"):
		return "not a URL, " + got
	case u.User != nil:
		return "a URL with credentials in it"
	case u.Fragment != "" || strings.Contains(literal, "#"):
		return "a URL with a fragment, " + got
	case u.Scheme == "https":
		return ""
	case u.Scheme == "http" && loopback(u.Hostname()):
		return ""
	}
	return "not https, " + got
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
