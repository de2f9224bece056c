package identity_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

// spelling builds an identity of each provider with a spelling of one scope.
func spelling(provider, text string) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		spelled(stack, provider, identity.Serves{orders: theirApi}, map[access.Scope]string{read: text})
	}
}

func spelled(stack awscdk.Stack, provider string, serves identity.Serves, spellings map[access.Scope]string) identity.Identity {
	switch provider {
	case "Okta":
		return identity.NewOkta(stack, provider, &identity.OktaProps{Org: "acme.okta.com", Serves: serves, Spellings: spellings})
	case "Auth0":
		return identity.NewAuth0(stack, provider, &identity.Auth0Props{Tenant: "acme.auth0.com", Serves: serves, Spellings: spellings})
	case "Entra":
		return identity.NewEntra(stack, provider, &identity.EntraProps{Tenant: tenant, Serves: serves, Spellings: spellings})
	case "Keycloak":
		return identity.NewKeycloak(stack, provider, &identity.KeycloakProps{Url: "https://sso.example.com", Realm: "acme", Serves: serves, Spellings: spellings})
	}
	return identity.NewIssuer(stack, provider, &identity.IssuerProps{
		Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys", Algorithms: []string{"RS256"}, Serves: serves, Spellings: spellings,
	})
}

func TestScopesAreSpelledAsTheProviderCallsThem(t *testing.T) {
	for _, provider := range []string{"Okta", "Auth0", "Entra", "Keycloak", "Issuer"} {
		accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			orders.Scope("write", "Write")
			got := spelled(stack, provider, identity.Serves{orders: theirApi}, map[access.Scope]string{read: "Orders.Read:All/x"}).Trust()
			if want := map[string]string{"orders/read": "Orders.Read:All/x"}; !maps.Equal(got.Spellings, want) {
				t.Errorf("%s: spellings = %q, want %q", provider, got.Spellings, want)
			}
		})
	}
}

func TestSpellingsAtTheirLongest(t *testing.T) {
	for provider, most := range map[string]int{"Auth0": 280, "Entra": 120, "Keycloak": 255, "Okta": 2000, "Issuer": 2000} {
		_, _, failure := synth(t, spelling(provider, strings.Repeat("r", most)))
		check(t, failure, nil, "")
	}
}

func TestWhichSpellingsFailSynth(t *testing.T) {
	of := func(provider string, serve func(orders *access.ResourceServer, read access.Scope) (identity.Serves, map[access.Scope]string)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			serves, spellings := serve(orders, read)
			spelled(stack, provider, serves, spellings)
		}
	}
	two := func(name string, spellings func(read, other access.Scope) map[access.Scope]string) builder {
		return of("Issuer", func(orders *access.ResourceServer, read access.Scope) (identity.Serves, map[access.Scope]string) {
			stock := access.NewResourceServer("stock", "Stock")
			return identity.Serves{orders: "o", stock: "s"}, spellings(read, stock.Scope(name, "Count"))
		})
	}
	named := func(name string) func(*access.ResourceServer, access.Scope) (identity.Serves, map[access.Scope]string) {
		return func(orders *access.ResourceServer, _ access.Scope) (identity.Serves, map[access.Scope]string) {
			orders.Scope(name, "Do")
			return identity.Serves{orders: theirApi}, nil
		}
	}
	refused(t, []refusal{
		{"an empty spelling", spelling("Okta", ""), []string{"Spelling"}, `got ""`},
		{"a spelling with a space", spelling("Keycloak", "orders read"), []string{"Spelling"}, `got "orders read"`},
		{"a spelling with a quote", spelling("Keycloak", `orders"read`), []string{"Spelling"}, "without space, quote"},
		{"a spelling with a backslash", spelling("Entra", `orders\read`), []string{"Spelling"}, "backslash"},
		{"a spelling beyond ASCII", spelling("Auth0", "orders:lesën"), []string{"Spelling"}, "visible ASCII"},
		{"a spelling with a line break", spelling("Issuer", "read\n"), []string{"Spelling"}, "visible ASCII"},
		{"281 characters for Auth0", spelling("Auth0", strings.Repeat("r", 281)), []string{"Spelling"}, "longer than Auth0 takes, got 281 characters, at most 280"},
		{"121 characters for Entra", spelling("Entra", strings.Repeat("r", 121)), []string{"Spelling"}, "got 121 characters, at most 120"},
		{"256 characters for Keycloak", spelling("Keycloak", strings.Repeat("r", 256)), []string{"Spelling"}, "got 256 characters, at most 255"},
		{"a dot in front for Entra", spelling("Entra", ".default"), []string{"Spelling"}, "begins with a dot"},
		{"a scope of OpenID Connect", spelling("Auth0", "openid"), []string{"Spelling"}, "for the asking"},
		{"a client scope of every realm", spelling("Keycloak", "organization"), []string{"Spelling"}, "for the asking"},
		{"a scope that is named like one of OpenID Connect", of("Keycloak", named("profile")), []string{"Spelling"}, `the scope "orders/profile" is "profile" in tokens`},
		{"the same at any issuer", of("Issuer", named("email")), []string{"Spelling"}, "write that in Spellings"},
		{"a name of 121 characters for Entra", of("Entra", named(strings.Repeat("r", 121))), []string{"Spelling"}, "at most 120"},
		{"a name that no scope can have", of("Okta", named("do it")), []string{"ScopeName"}, `got "do it"`},
		{"the zero scope", of("Okta", func(orders *access.ResourceServer, _ access.Scope) (identity.Serves, map[access.Scope]string) {
			return identity.Serves{orders: "o"}, map[access.Scope]string{{}: "x"}
		}), []string{"NoScope"}, "zero Scope"},
		{"a stranger's scope", of("Okta", func(orders *access.ResourceServer, _ access.Scope) (identity.Serves, map[access.Scope]string) {
			return identity.Serves{orders: "o"}, map[access.Scope]string{access.NewResourceServer("stock", "Stock").Scope("count", "Count"): "count"}
		}), []string{"UnknownScope"}, `got "stock/count"`},
		{"two scopes with one spelling", two("count", func(read, count access.Scope) map[access.Scope]string {
			return map[access.Scope]string{read: "r", count: "r"}
		}), []string{"SharedSpelling"}, `got "r" for "orders/read" and "stock/count"`},
		{"a spelling that is another's name", two("count", func(read, count access.Scope) map[access.Scope]string {
			return map[access.Scope]string{read: "count"}
		}), []string{"SharedSpelling"}, `got "count" for "orders/read" and "stock/count"`},
		{"a spelling that is another's name in full", two("count", func(read, count access.Scope) map[access.Scope]string {
			return map[access.Scope]string{read: "stock/count"}
		}), []string{"SharedSpelling"}, `got "stock/count"`},
		{"a spelling that is the same name elsewhere", two("read", func(read, other access.Scope) map[access.Scope]string {
			return map[access.Scope]string{other: "read"}
		}), []string{"SharedSpelling"}, `got "read" for "stock/read" and "orders/read"`},
	})
}

func TestWhichSpellingsAreToldApart(t *testing.T) {
	for name, build := range map[string]builder{
		"one name at two servers, told apart by the audience": func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			stock := access.NewResourceServer("stock", "Stock")
			stock.Scope("read", "Read")
			spelled(stack, "Issuer", identity.Serves{orders: "o", stock: "s"}, nil)
		},
		"a spelling that was the name of a scope with another": func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			write := orders.Scope("write", "Write")
			spelled(stack, "Okta", identity.Serves{orders: "o"}, map[access.Scope]string{read: "write", write: "read"})
		},
		"the name in full": func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			mail := orders.Scope("email", "Send mail")
			spelled(stack, "Keycloak", identity.Serves{orders: "o"}, map[access.Scope]string{mail: "orders/email"})
		},
	} {
		t.Run(name, func(t *testing.T) { accepted(t, build) })
	}
}
