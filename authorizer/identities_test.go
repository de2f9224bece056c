package authorizer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

const goodIdentity = `{"name":"Users","issuer":"https://issuer.example.com","keys":"https://issuer.example.com/keys",` +
	`"profile":"cognito","algorithms":["RS256","ES256"],"audiences":{"orders":"orders","menu":"https://menu.example.com"},"clients":["billing"],"anyClient":false}`

func identities(list ...string) string {
	return `{"version":1,"identities":[` + strings.Join(list, ",") + `]}`
}

// changed is goodIdentity with one piece of its text replaced.
func changed(t *testing.T, old, new string) string {
	t.Helper()
	if strings.Count(goodIdentity, old) != 1 {
		t.Fatalf("%q is not there exactly once", old)
	}
	return identities(strings.Replace(goodIdentity, old, new, 1))
}

func TestParseIdentitiesReadsEveryMember(t *testing.T) {
	second := `{"anyClient":true,"name":"Partners","issuer":"https://p.example.com","keys":"https://p.example.com/keys","profile":"rfc9068","algorithms":["EdDSA"],"audiences":{"orders":"o"},` +
		`"id":"Partners","roles":["realm_access","roles"],"groups":["groups"],"person":"auth_time",` +
		`"spellings":{"orders/read":"read:orders"},"mark":["env","prod"],"scopeClaim":"scp","scopeList":true,"clientClaim":"azp"}`
	got, err := authorizer.ParseIdentities([]byte(identities(goodIdentity, second)))
	if err != nil {
		t.Fatal(err)
	}
	want := []authorizer.Identity{{
		Name: "Users", Issuer: "https://issuer.example.com", Keys: "https://issuer.example.com/keys",
		Profile: token.ProfileCognito, Algorithms: []keyset.Algorithm{keyset.RS256, keyset.ES256},
		Audiences: map[string]string{"orders": "orders", "menu": "https://menu.example.com"}, Clients: []string{"billing"},
	}, {
		Name: "Partners", Issuer: "https://p.example.com", Keys: "https://p.example.com/keys",
		Profile: token.ProfileRFC9068, Algorithms: []keyset.Algorithm{keyset.EdDSA},
		Audiences: map[string]string{"orders": "o"}, AnyClient: true,
		ID: "Partners", Roles: []string{"realm_access", "roles"}, Groups: []string{"groups"}, Person: "auth_time",
		Spellings: map[string]string{"orders/read": "read:orders"}, Mark: []string{"env", "prod"}, ScopeClaim: "scp", ScopeList: true, ClientClaim: "azp",
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("ParseIdentities =\n%+v, want\n%+v", got, want)
	}
}

func TestParseIdentitiesRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "offset 0"},
		{"garbage", "Users", "offset 0"},
		{"half of it", identities(goodIdentity)[:80], "offset"},
		{"something behind it", identities(goodIdentity) + "{}", "offset"},
		{"a list", "[]", "must be a JSON object, got an array"},
		{"no version", `{"identities":[` + goodIdentity + `]}`, "version, is not one"},
		{"the next version", strings.Replace(identities(goodIdentity), `"version":1`, `"version":2,"news":true`, 1), `version, is not one this authorizer reads, got "2"`},
		{"a version in quotes", strings.Replace(identities(goodIdentity), `"version":1`, `"version":"1"`, 1), "version, is not one"},
		{"a version with a fraction", strings.Replace(identities(goodIdentity), `"version":1`, `"version":1.0`, 1), `got "1.0"`},
		{"a member nobody knows", strings.Replace(identities(goodIdentity), `"version":1`, `"version":1,"insecure":true`, 1), `member "insecure", is not known`},
		{"no list", `{"version":1}`, "identities, must be a list, got nothing"},
		{"an object for a list", `{"version":1,"identities":{}}`, "identities, must be a list, got an object"},
		{"nobody", identities(), "identities, is empty"},
		{"too many", identities(strings.Split(strings.Repeat(goodIdentity+"\n", 33), "\n")[:33]...), "identities, has too many, got 33"},
		{"an identity that is a string", identities(`"Users"`), "identity 1, must be an object, got a string"},
		{"an identity that is null", identities("null"), "identity 1, must be an object, got null"},
		{"an empty identity", identities("{}"), "identity 1, name, is missing"},
		{"a name that is empty", changed(t, `"name":"Users"`, `"name":""`), "identity 1, name, is empty"},
		{"two of one name", identities(goodIdentity, strings.Replace(goodIdentity, `"issuer":"https://issuer`, `"issuer":"https://other`, 1)), `identity 2, name, is another identity's too, got "Users"`},
		{"two of one issuer", identities(goodIdentity, strings.Replace(goodIdentity, `"name":"Users"`, `"name":"Others"`, 1)), `identity "Others", issuer, is the identity "Users"'s too`},
		{"one member twice", changed(t, `"name":"Users"`, `"name":"Users","issuer":"https://evil.example.com"`), "offset"},
		{"no issuer", changed(t, `"issuer":"https://issuer.example.com",`, ``), `identity 1, "Users", issuer, is missing`},
		{"an issuer with a capital letter in its member", changed(t, `"issuer"`, `"Issuer"`), `"Users", issuer, is missing`},
		{"an issuer that is a number", changed(t, `"issuer":"https://issuer.example.com"`, `"issuer":7`), `"Users", issuer, must be a string, got a number`},
		{"no keys", changed(t, `"keys":"https://issuer.example.com/keys",`, ``), `"Users", keys, is missing`},
		{"no profile", changed(t, `"profile":"cognito",`, ``), `"Users", profile, is missing`},
		{"a profile nobody knows", changed(t, `"cognito"`, `"saml"`), `"Users", profile, is not one that is known, got "saml", write one of ["cognito"`},
		{"no algorithms", changed(t, `"algorithms":["RS256","ES256"],`, ``), `"Users", algorithms, is missing`},
		{"an empty list of algorithms", changed(t, `["RS256","ES256"]`, `[]`), `"Users", algorithms, is empty`},
		{"one algorithm that is no list", changed(t, `["RS256","ES256"]`, `"RS256"`), `"Users", algorithms, must be a list, got a string`},
		{"an algorithm that is null", changed(t, `["RS256","ES256"]`, `["RS256",null]`), `"Users", algorithms, element 2 must be a string, got null`},
		{"a symmetric algorithm", changed(t, `"ES256"`, `"HS256"`), `"Users", algorithms, `},
		{"the algorithm none", changed(t, `"ES256"`, `"none"`), `"Users", algorithms, `},
		{"an algorithm twice", changed(t, `"ES256"`, `"RS256"`), `"Users", algorithms, names one twice, got "RS256"`},
		{"no audiences", changed(t, `"audiences":{"orders":"orders","menu":"https://menu.example.com"},`, ``), `"Users", audiences, is missing`},
		{"empty audiences", changed(t, `{"orders":"orders","menu":"https://menu.example.com"}`, `{}`), `"Users", audiences, is empty`},
		{"an audience that is empty", changed(t, `"orders":"orders"`, `"orders":""`), `"Users", audiences, of "orders" is empty`},
		{"an audience that is a list", changed(t, `"orders":"orders"`, `"orders":["orders"]`), `"Users", audiences, of "orders" must be a string, got an array`},
		{"audiences in a list", changed(t, `{"orders":"orders","menu":"https://menu.example.com"}`, `["orders"]`), `"Users", audiences, must be an object, got an array`},
		{"neither clients nor any client", changed(t, `,"clients":["billing"],"anyClient":false`, ``), `"Users", clients, and anyClient, exactly one`},
		{"both clients and any client", changed(t, `"anyClient":false`, `"anyClient":true`), `"Users", clients, and anyClient, exactly one`},
		{"an empty client", changed(t, `["billing"]`, `[""]`), `"Users", clients, element 1 is empty`},
		{"any client in quotes", changed(t, `"anyClient":false`, `"anyClient":"false"`), `"Users", anyClient, must be true or false, got a string`},
		{"a switch that skips something", changed(t, `"anyClient":false`, `"anyClient":false,"skipExpiry":true`), `"Users", member "skipExpiry", is not known`},
		{"a client that is a list", changed(t, `["billing"]`, `[["billing"]]`), `"Users", clients, element 1 must be a string, got an array`},
		{"an empty id", changed(t, `"anyClient":false`, `"anyClient":false,"id":""`), `"Users", id, is empty`},
		{"an id that is null", changed(t, `"anyClient":false`, `"anyClient":false,"id":null`), `"Users", id, must be a string, got null`},
		{"an id that is a number", changed(t, `"anyClient":false`, `"anyClient":false,"id":7`), `"Users", id, must be a string, got a number`},
		{"an id in another case of its member", changed(t, `"anyClient":false`, `"anyClient":false,"Id":"Users"`), `"Users", member "Id", is not known`},
		{"roles in one text", changed(t, `"anyClient":false`, `"anyClient":false,"roles":"roles"`), `"Users", roles, must be a list, got a string`},
		{"roles nowhere", changed(t, `"anyClient":false`, `"anyClient":false,"roles":[]`), `"Users", roles, is empty`},
		{"roles that are null", changed(t, `"anyClient":false`, `"anyClient":false,"roles":null`), `"Users", roles, must be a list, got null`},
		{"roles in an object", changed(t, `"anyClient":false`, `"anyClient":false,"roles":{"roles":true}`), `"Users", roles, must be a list, got an object`},
		{"roles at a place without a name", changed(t, `"anyClient":false`, `"anyClient":false,"roles":["realm_access",""]`), `"Users", roles, element 2 is empty`},
		{"roles at a numbered place", changed(t, `"anyClient":false`, `"anyClient":false,"roles":["roles",0]`), `"Users", roles, element 2 must be a string, got a number`},
		{"groups in one text", changed(t, `"anyClient":false`, `"anyClient":false,"groups":"groups"`), `"Users", groups, must be a list, got a string`},
		{"groups nowhere", changed(t, `"anyClient":false`, `"anyClient":false,"groups":[]`), `"Users", groups, is empty`},
		{"groups at a place in a list", changed(t, `"anyClient":false`, `"anyClient":false,"groups":[["groups"]]`), `"Users", groups, element 1 must be a string, got an array`},
		{"spellings in a list", changed(t, `"anyClient":false`, `"anyClient":false,"spellings":["read"]`), `"Users", spellings, must be an object, got an array`},
		{"no spellings", changed(t, `"anyClient":false`, `"anyClient":false,"spellings":{}`), `"Users", spellings, is empty`},
		{"an empty spelling", changed(t, `"anyClient":false`, `"anyClient":false,"spellings":{"orders/read":""}`), `"Users", spellings, of "orders/read" is empty`},
		{"an empty mark of access tokens", changed(t, `"anyClient":false`, `"anyClient":false,"mark":[]`), `"Users", mark, is empty`},
		{"a mark of access tokens that is a string", changed(t, `"anyClient":false`, `"anyClient":false,"mark":"env"`), `"Users", mark, must be a list, got a string`},
		{"a list of claims with scopes", changed(t, `"anyClient":false`, `"anyClient":false,"scopeClaim":["scp"]`), `"Users", scopeClaim, must be a string, got an array`},
		{"a list that is a string", changed(t, `"anyClient":false`, `"anyClient":false,"scopeList":"true"`), `"Users", scopeList, must be true or false, got a string`},
		{"a client claim that is null", changed(t, `"anyClient":false`, `"anyClient":false,"clientClaim":null`), `"Users", clientClaim, must be a string, got null`},
		{"an empty mark of people", changed(t, `"anyClient":false`, `"anyClient":false,"person":""`), `"Users", person, is empty`},
		{"a list of marks of people", changed(t, `"anyClient":false`, `"anyClient":false,"person":["email"]`), `"Users", person, must be a string, got an array`},
		{"a mark of people that is true", changed(t, `"anyClient":false`, `"anyClient":false,"person":true`), `"Users", person, must be a string, got a boolean`},
		{"roles twice", changed(t, `"anyClient":false`, `"anyClient":false,"roles":["a"],"roles":["b"]`), `offset`},
		{"two of one id", identities(
			strings.Replace(goodIdentity, `"name":"Users"`, `"name":"Users","id":"Users"`, 1),
			strings.NewReplacer(`"name":"Users"`, `"name":"Others","id":"Users"`, "https://issuer", "https://other").Replace(goodIdentity),
		), `identity "Others", id, is the identity "Users"'s too, got "Users"`},
		{"a value that is too deep", changed(t, `["billing"]`, strings.Repeat("[", 9)+strings.Repeat("]", 9)), "offset"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := authorizer.ParseIdentities([]byte(c.text))
			if got != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ParseIdentities = %v, %v, want an error with %q", got, err, c.want)
			}
		})
	}
}

func TestParseIdentitiesRefusesTwoIdentitiesWithTheSameKeys(t *testing.T) {
	second := strings.NewReplacer(`"Users"`, `"Partners"`, `"https://issuer.example.com"`, `"https://p.example.com"`).Replace(goodIdentity)
	const keys = `"https://issuer.example.com/keys"`
	if !strings.Contains(second, keys) {
		t.Fatalf("%s has other keys", second)
	}
	for _, spelling := range []string{
		keys, `"https://issuer.example.com:443/keys"`, `"https://ISSUER.example.com/keys"`, `"https://issuer.example.com./keys"`,
		`"https://issuer.example.com/%6beys"`, `"https://issuer.example.com/keys?"`, `"HTTPS://issuer.example.com/keys"`,
	} {
		got, err := authorizer.ParseIdentities([]byte(identities(goodIdentity, strings.Replace(second, keys, spelling, 1))))
		if want := `identity "Partners", keys, are the identity "Users"'s too, give each its own`; got != nil || err == nil || err.Error() != want {
			t.Errorf("ParseIdentities of %s = %v, %v, want %s", spelling, got, err, want)
		}
	}
	for _, other := range []string{`"https://issuer.example.com:8443/keys"`, `"https://issuer.example.com/Keys"`, `"https://issuer.example.com/keys?a"`, `"https://issuer.example.com/keys/"`} {
		if _, err := authorizer.ParseIdentities([]byte(identities(goodIdentity, strings.Replace(second, keys, other, 1)))); err != nil {
			t.Errorf("ParseIdentities of %s = %v", other, err)
		}
	}
}

func TestParseIdentitiesQuotesNoURL(t *testing.T) {
	secretive := strings.ReplaceAll(goodIdentity, "https://issuer.example.com", "https://user:secret@issuer.example.com")
	for _, second := range []string{
		strings.Replace(secretive, `"Users"`, `"Partners"`, 1),
		strings.NewReplacer(`"Users"`, `"Partners"`, `secret@issuer.example.com"`, `secret@p.example.com"`).Replace(secretive),
	} {
		if _, err := authorizer.ParseIdentities([]byte(identities(secretive, second))); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("ParseIdentities = %v, want an error that quotes no URL", err)
		}
	}
}

func FuzzParseIdentities(f *testing.F) {
	f.Add([]byte(identities(goodIdentity)))
	f.Add([]byte(identities(goodIdentity, "{}")))
	for _, more := range []string{
		`"profile":"oidc","mark":["env","prod"],"scopeClaim":"scp","scopeList":true,"clientClaim":"azp"`, `"profile":"workload","mark":["kubernetes.io"]`,
		`"profile":"auth0","scopeClaim":"permissions","spellings":{"orders/read":"read:orders"}`, `"profile":"entra-v2","roles":["roles"]`,
		`"profile":"oidc","mark":[],"spellings":{}`, `"profile":"oidc","mark":["",""],"scopeClaim":""`, `"profile":"okta","scopeList":null,"spellings":[]`,
	} {
		f.Add([]byte(identities(strings.Replace(goodIdentity, `"profile":"cognito"`, more, 1))))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := authorizer.ParseIdentities(text)
		if (len(got) == 0) != (err != nil) {
			t.Errorf("ParseIdentities(%q) = %v, %v", text, got, err)
		}
		for _, identity := range got {
			if slices.Contains(identity.Mark, "") || !slices.Contains(token.Profiles(), identity.Profile) {
				t.Errorf("ParseIdentities(%q) lets %+v pass", text, identity)
			}
			for scope, spelling := range identity.Spellings {
				if spelling == "" {
					t.Errorf("ParseIdentities(%q) lets the spelling of %q be empty", text, scope)
				}
			}
			if slices.Contains(identity.Roles, "") || slices.Contains(identity.Groups, "") || identity.Issuer == "" || identity.Keys == "" || len(identity.Algorithms) == 0 || len(identity.Audiences) == 0 {
				t.Errorf("ParseIdentities(%q) lets %+v pass", text, identity)
			}
		}
	})
}

// The way of a rule from the environment's JSON to the answer. The reason
// claim_unmet has its cases here, as they need a table of their own.
func TestHandleDecidesByWhatTheIdentityTells(t *testing.T) {
	issuer := newIssuer(t)
	table, err := access.Compile(
		access.Declaration{Route: "GET /orders/{id}", Rule: access.All(access.Require(read), access.Any(
			access.Role("admin").From("Partners"), access.MemberOf("staff").From("Partners"),
			access.Claim("level", 3).From("Partners"), access.Machine().From("Partners"), access.Person().From("Partners")))},
	)
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, authorizer.TableFile), table.JSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	named := identities(`{"name":"Shop/Partners","id":"Partners","issuer":"` + issuer.URL() + `","keys":"` + issuer.KeysURL() + `",` +
		`"profile":"rfc9068","algorithms":["ES256"],"audiences":{"orders":"` + audience + `"},"anyClient":true,` +
		`"roles":["realm_access","roles"],"groups":["teams"],"person":"email"}`)
	nameless := strings.Replace(named, `"id":"Partners",`, "", 1)
	type realm map[string][]string
	for _, c := range []struct {
		name       string
		identities string
		changes    []change
		want       access.Reason
	}{
		{"nothing but the scope", named, nil, access.ClaimUnmet},
		{"nothing at all", named, []change{claim("scope", nil)}, access.ScopeMissing},
		{"the role and no scope", named, []change{claim("scope", nil), claim("realm_access", realm{"roles": {"admin"}})}, access.ScopeMissing},
		{"the role", named, []change{claim("realm_access", realm{"roles": {"admin"}})}, access.Allowed},
		{"the role of an identity without an id", nameless, []change{claim("realm_access", realm{"roles": {"admin"}})}, access.ClaimUnmet},
		{"the role at another place", named, []change{claim("roles", []string{"admin"})}, access.ClaimUnmet},
		{"the role in another case", named, []change{claim("realm_access", realm{"roles": {"Admin"}})}, access.ClaimUnmet},
		{"the group", named, []change{claim("teams", []string{"staff"})}, access.Allowed},
		{"the group at the usual place", named, []change{claim("groups", []string{"staff"})}, access.ClaimUnmet},
		{"the group in one text", named, []change{claim("teams", "staff")}, access.ClaimUnmet},
		{"the claim", named, []change{claim("level", 3)}, access.Allowed},
		{"the claim in quotes", named, []change{claim("level", "3")}, access.ClaimUnmet},
		{"the claim with a fraction", named, []change{claim("level", json.RawMessage("3.0"))}, access.ClaimUnmet},
		{"a machine", named, []change{claim("sub", "billing")}, access.Allowed},
		{"a person", named, []change{claim("email", "ada@example.com")}, access.Allowed},
		{"a person by the usual mark", named, []change{claim("auth_time", 1700000000)}, access.ClaimUnmet},
		{"a person whose mark is null", named, []change{claim("email", json.RawMessage("null"))}, access.ClaimUnmet},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, func(name string) string {
				return map[string]string{"LAMBDA_TASK_ROOT": directory, authorizer.IdentitiesVariable: c.identities}[name]
			})
			raw := request{authorization: "Bearer " + issuer.token(append([]change{claim("sub", "ada")}, c.changes...)...)}.event(t)
			answer, err := a.Handle(t.Context(), raw)
			line, _ := readOutput(t, out.String())
			if err != nil || line.Reason != c.want || answer.IsAuthorized != (c.want == access.Allowed) {
				t.Errorf("Handle = %v, %v, reason %q, want %q", answer.IsAuthorized, err, line.Reason, c.want)
			}
		})
	}
}

func ExampleParseIdentities() {
	_, err := authorizer.ParseIdentities([]byte(`{"version":1,"identities":[{"name":"Users","issuer":"https://issuer.example.com"}]}`))
	fmt.Println(err)
	// Output: identity 1, "Users", keys, is missing
}
