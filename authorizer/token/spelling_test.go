package token

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

func marked(profile Profile, change func(i *Issuer)) Issuer {
	i := Issuer{
		Name: "Users", URL: "https://login.example.com/t/v2.0", Profile: profile, Algorithms: []keyset.Algorithm{keyset.RS256},
		Audiences: map[string]string{"orders": "https://orders.example.com", "billing": "https://billing.example.com"}, AnyClient: true, Keys: keys(),
	}
	if profile == ProfileOIDC || profile == ProfileWorkload {
		i.Mark = []string{"env"}
	}
	change(&i)
	return i
}

func TestNewVerifierRefusesHowTokensAreSpelled(t *testing.T) {
	for name, c := range map[string]struct {
		profile Profile
		change  func(i *Issuer)
		want    string
	}{
		"no mark":                               {ProfileOIDC, func(i *Issuer) { i.Mark = nil }, "no mark"},
		"a workload without a mark":             {ProfileWorkload, func(i *Issuer) { i.Mark = nil }, "no mark"},
		"an empty mark":                         {ProfileOIDC, func(i *Issuer) { i.Mark = []string{""} }, "no mark"},
		"a mark with an empty value":            {ProfileOIDC, func(i *Issuer) { i.Mark = []string{"env", ""} }, "no mark"},
		"a mark of three":                       {ProfileOIDC, func(i *Issuer) { i.Mark = []string{"a", "b", "c"} }, "no mark"},
		"a spelling of nobody it speaks for":    {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"stock/read": "x"} }, "no audience for"},
		"a spelling of a workload":              {ProfileWorkload, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "x"} }, "have none"},
		"an empty spelling":                     {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": ""} }, "no token can have"},
		"a spelling with a quote":               {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": `a"b`} }, "no token can have"},
		"a spelling beyond ASCII":               {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "é"} }, "no token can have"},
		"a spelling that is its server's other": {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "orders/write"} }, "two scopes have one spelling"},
		"a spelling that is Cognito's other":    {ProfileCognito, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "https://orders.example.com/write"} }, "two scopes have one spelling"},
		"a mark at Auth0":                       {ProfileAuth0, func(i *Issuer) { i.Mark = []string{"azp"} }, "leave it out"},
		"a mark at Entra":                       {ProfileEntraV1, func(i *Issuer) { i.Mark = []string{"appidacr"} }, "leave it out"},
		"a mark at Keycloak":                    {ProfileKeycloak, func(i *Issuer) { i.Mark = []string{"typ", "Bearer"} }, "leave it out"},
		"a mark at RFC 9068":                    {ProfileRFC9068, func(i *Issuer) { i.Mark = []string{"x"} }, "leave it out"},
		"a mark at Cognito":                     {ProfileCognito, func(i *Issuer) { i.Mark = []string{"token_use", "access"} }, "leave it out"},
		"permissions at Keycloak":               {ProfileKeycloak, func(i *Issuer) { i.ScopeClaim = "permissions" }, "does not take"},
		"a list at Auth0":                       {ProfileAuth0, func(i *Issuer) { i.ScopeClaim, i.ScopeList = "permissions", true }, "leave it out"},
		"a client of a workload":                {ProfileWorkload, func(i *Issuer) { i.ClientClaim = "sub" }, "leave it out"},
		"a person of a workload":                {ProfileWorkload, func(i *Issuer) { i.Person = "email" }, "leave it out"},
		"a mark where there is none":            {ProfileOkta, func(i *Issuer) { i.Mark = []string{"env"} }, "leave it out"},
		"scopes at Okta":                        {ProfileOkta, func(i *Issuer) { i.ScopeClaim = "scope" }, "does not take"},
		"scopes at Auth0 elsewhere":             {ProfileAuth0, func(i *Issuer) { i.ScopeClaim = "scp" }, "does not take"},
		"scopes of a workload":                  {ProfileWorkload, func(i *Issuer) { i.ScopeClaim = "scope" }, "does not take"},
		"a list at Keycloak":                    {ProfileKeycloak, func(i *Issuer) { i.ScopeList = true }, "leave it out"},
		"a client at RFC 9068":                  {ProfileRFC9068, func(i *Issuer) { i.ClientClaim = "azp" }, "leave it out"},
		"a person at Entra":                     {ProfileEntraV2, func(i *Issuer) { i.Person = "name" }, "leave it out"},
		"a spelling of no scope":                {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"read": "x"} }, "for no scope"},
		"a spelling with a space":               {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "a b"} }, "no token can have"},
		"two scopes with one spelling":          {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "x", "orders/write": "x"} }, "two scopes have one spelling"},
		"a spelling that is a name":             {ProfileOkta, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "write"} }, "two scopes have one spelling"},
		"a spelling that is another in full":    {ProfileKeycloak, func(i *Issuer) { i.Spellings = map[string]string{"orders/read": "billing/read"} }, "two scopes have one spelling"},
		"a spelling that is a name of a server": {ProfileAuth0, func(i *Issuer) { i.Spellings = map[string]string{"billing/read": "read"} }, "two scopes have one spelling"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := NewVerifier([]Issuer{marked(c.profile, c.change)}, testedKnown, nil)
			if err == nil || v != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("NewVerifier = %v, want an error that says %q", err, c.want)
			}
		})
	}
}

// A spelled scope has this spelling only, and counts for its resource server's
// audience only.
func TestASpelledScopeIsSpelledInNoOtherWay(t *testing.T) {
	i := marked(ProfileRFC9068, func(i *Issuer) {
		i.Spellings = map[string]string{"orders/read": "read:orders", "billing/read": "read:bills"}
	})
	v, err := NewVerifier([]Issuer{i}, testedKnown, nil)
	if err != nil {
		t.Fatal(err)
	}
	of := func(claim string, servers ...string) []access.Scope {
		bare := ""
		if len(servers) == 1 {
			bare = servers[0]
		}
		return v.issuers[i.URL].scopes.granted(claim, servers, bare)
	}
	for _, c := range []struct {
		claim   string
		servers []string
		want    int
	}{
		{"read:orders", []string{"orders"}, 1},
		{"read:orders read:orders", []string{"orders"}, 1},
		{"read orders/read READ:ORDERS read:order", []string{"orders"}, 0},
		{"read:orders", []string{"billing"}, 0},
		{"read:orders read:bills", []string{"billing", "orders"}, 2},
		{"write", []string{"orders"}, 1},
		{"orders/write", []string{"orders"}, 1},
		{"write", []string{"billing", "orders"}, 0},
	} {
		if got := of(c.claim, c.servers...); len(got) != c.want {
			t.Errorf("%q for %q grants %v, want %d", c.claim, c.servers, got, c.want)
		}
	}
}

// A workload's tokens have no scopes, so none of ours is spelled in any way there.
func TestTheDictionaryOfAWorkloadIsEmpty(t *testing.T) {
	i := marked(ProfileWorkload, func(*Issuer) {})
	d, err := newDictionary(&i, testedScopes)
	if err != nil || len(d.full) != 0 || len(d.bare) != 0 {
		t.Errorf("newDictionary = %+v, %v, want an empty one", d, err)
	}
}

// A claim that tells kinds of tokens apart may be the mark: then it has the value
// that was given, and no other one.
func TestAMarkMayBeAClaimThatTellsKindsApart(t *testing.T) {
	for _, claim := range []string{"typ", "token_use"} {
		shapes, rings := loadShapes(t), map[string]keyring{}
		f := shapes["kubernetes"]
		f.Issuer.Mark = []string{claim, "workload"}
		shapes["kubernetes"] = f
		v := shapeVerifier(t, shapes, rings)
		other := map[string]string{"typ": "token_use", "token_use": "typ"}[claim]
		for claims, want := range map[string]access.Reason{
			`{"` + claim + `": "workload"}`:                        access.Allowed,
			`{"` + claim + `": "Workload"}`:                        access.TypeRefused,
			`{"` + claim + `": "Bearer"}`:                          access.TypeRefused,
			`{"` + claim + `": "access"}`:                          access.TypeRefused,
			`{"` + claim + `": ["workload"]}`:                      access.TypeRefused,
			`{}`:                                                   access.TypeRefused,
			`{"` + claim + `": "workload", "` + other + `": "ID"}`: access.TypeRefused,
			`{"` + claim + `": "workload", "nonce": "n"}`:          access.TypeRefused,
		} {
			verified, err := v.Verify(t.Context(), f.with(t, claims, rings["kubernetes"]))
			if got := reasonOf(t, verified, err); got != want {
				t.Errorf("marked by %s, with %s: %v, want %v", claim, claims, got, want)
			}
		}
	}
}
