package access_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

func TestRulesHaveOneSpelling(t *testing.T) {
	for _, c := range []struct {
		rule access.Rule
		want string
	}{
		{access.Role("admin"), `{"role":"admin"}`},
		{access.MemberOf("<staff>"), `{"memberOf":"<staff>"}`},
		{access.Claim("department", "sales", "it"), `{"claim":"department","oneOf":["it","sales"]}`},
		{access.Claim("level", 10, -9, 2), `{"claim":"level","oneOf":[-9,2,10]}`},
		{access.Claim("level", int64(-9007199254740991), 9007199254740991), `{"claim":"level","oneOf":[-9007199254740991,9007199254740991]}`},
		{access.Claim("beta", true, false), `{"claim":"beta","oneOf":[false,true]}`},
		{access.Machine(), `{"machine":true}`},
		{access.Person(), `{"person":true}`},
		{access.SignedIn(), `{"signedIn":true}`},
		{access.Role("admin").From("Users"), `{"role":"admin","from":"Users"}`},
		{access.Require(write, read).From("Users"), `{"scopes":["orders/read","orders/write"],"from":"Users"}`},
		{access.Any(access.Machine(), access.Any(access.Person(), access.SignedIn())), `{"any":[{"machine":true},{"person":true},{"signedIn":true}]}`},
		{access.All(access.Any(access.Machine(), access.Person()), access.All(access.Role("a"), access.Role("b"))).From("Users"),
			`{"every":[{"any":[{"machine":true,"from":"Users"},{"person":true,"from":"Users"}]},{"role":"a","from":"Users"},{"role":"b","from":"Users"}]}`},
	} {
		table := compile(t, route("GET /x", c.rule))
		want := `{"version":1,"routes":{"GET /x":` + c.want + `}}`
		if string(table.JSON()) != want {
			t.Errorf("JSON() = %s, want %s", table.JSON(), want)
		}
		parsed, err := access.ParseTable(table.JSON())
		if err != nil || parsed.Digest() != table.Digest() {
			t.Errorf("ParseTable(%s) = %v", want, err)
		}
	}
}

func TestParseTableRefusesRulesThatReadTokensWrongly(t *testing.T) {
	for _, c := range []struct{ name, rule, want string }{
		{"an empty role", `{"role":""}`, "BadName"},
		{"a blank role", `{"role":" "}`, "BadName"},
		{"a role that is null", `{"role":null}`, "exactly one"},
		{"a role that is a list", `{"role":["a"]}`, "cannot unmarshal"},
		{"a role in another case", `{"Role":"a"}`, "canonical"},
		{"a role twice", `{"role":"a","role":"b"}`, "canonical"},
		{"a role and a group", `{"role":"a","memberOf":"b"}`, "exactly one"},
		{"a role and an empty group", `{"role":"a","memberOf":""}`, "exactly one"},
		{"a role and no scopes", `{"role":"a","scopes":[]}`, "exactly one"},
		{"a role and no machine", `{"role":"a","machine":false}`, "exactly one"},
		{"a role with values", `{"role":"a","oneOf":["x"]}`, "exactly one"},
		{"scopes with values", `{"scopes":["o/a"],"oneOf":["x"]}`, "exactly one"},
		{"a machine with values", `{"machine":true,"oneOf":[]}`, "exactly one"},
		{"a role with a line break", `{"role":"a\nb"}`, "BadName"},
		{"a role with a change of direction", `{"role":"a\u202eb"}`, "BadName"},
		{"a lone surrogate", `{"role":"\ud800"}`, "canonical"},
		{"a role with an escape it does not need", `{"role":"\u0061"}`, "canonical"},
		{"a role that is too long", `{"role":"` + strings.Repeat("x", 257) + `"}`, "BadName"},
		{"an empty group", `{"memberOf":""}`, "BadName"},
		{"a claim without values", `{"claim":"a"}`, "exactly one"},
		{"a claim with no value", `{"claim":"a","oneOf":[]}`, "exactly one"},
		{"values without a claim", `{"oneOf":["a"]}`, "exactly one"},
		{"an empty claim", `{"claim":"","oneOf":["a"]}`, "BadName"},
		{"an empty value", `{"claim":"a","oneOf":[""]}`, "BadName"},
		{"a value that is null", `{"claim":"a","oneOf":[null]}`, "plain integers"},
		{"a value that is a list", `{"claim":"a","oneOf":[["x"]]}`, "plain integers"},
		{"a value that is an object", `{"claim":"a","oneOf":[{}]}`, "plain integers"},
		{"a value with a fraction", `{"claim":"a","oneOf":[3.0]}`, "plain integers"},
		{"a value with an exponent", `{"claim":"a","oneOf":[3e0]}`, "plain integers"},
		{"minus zero", `{"claim":"a","oneOf":[-0]}`, "plain integers"},
		{"a value beyond 64 bits", `{"claim":"a","oneOf":[9223372036854775808]}`, "plain integers"},
		{"values of two types", `{"claim":"a","oneOf":[1,"1"]}`, "of one type"},
		{"a value twice", `{"claim":"a","oneOf":[1,1]}`, "RepeatedValue"},
		{"unsorted values", `{"claim":"a","oneOf":[10,9]}`, "canonical"},
		{"the claim iss", `{"claim":"iss","oneOf":["a"]}`, "ReservedClaim"},
		{"a value beyond what every reader keeps", `{"claim":"a","oneOf":[9007199254740992]}`, "UnsafeInteger"},
		{"no machine", `{"machine":false}`, "exactly one"},
		{"a machine in quotes", `{"machine":"true"}`, "cannot unmarshal"},
		{"a machine by number", `{"machine":1}`, "cannot unmarshal"},
		{"no person", `{"person":false}`, "exactly one"},
		{"not signed in", `{"signedIn":false}`, "exactly one"},
		{"from alone", `{"from":"Users"}`, "exactly one"},
		{"from nobody", `{"role":"a","from":""}`, "from"},
		{"from null", `{"role":"a","from":null}`, "canonical"},
		{"from a list", `{"role":"a","from":["Users"]}`, "cannot unmarshal"},
		{"from before the role", `{"from":"Users","role":"a"}`, "canonical"},
		{"from on every", `{"every":[{"role":"a"}],"from":"Users"}`, "from"},
		{"from on any", `{"any":[{"role":"a"}],"from":"Users"}`, "from"},
		{"from on a public rule", `{"public":"why","from":"Users"}`, "from"},
		{"an empty reason", `{"public":""}`, "NoReason"},
		{"any of nothing", `{"any":[]}`, "exactly one"},
		{"any of null", `{"any":[null]}`, "exactly one"},
		{"any of everybody", `{"any":[{"public":"why"}]}`, "PublicInGroup"},
		{"a public rule deep inside", `{"any":[{"role":"a"},{"every":[{"role":"b"},{"any":[{"public":"why"}]}]}]}`, "PublicInGroup"},
		{"a kind nobody knows", `{"not":{"role":"a"}}`, "unknown field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := access.ParseTable([]byte(`{"version":1,"routes":{"GET /":` + c.rule + `}}`))
			if err == nil || table != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ParseTable(%s) = %v, %v, want an error with %q", c.rule, table, err, c.want)
			}
		})
	}
}

func TestRulesThatHaveNoJSON(t *testing.T) {
	for name, rule := range map[string]access.Rule{
		"the zero rule":               {},
		"a part that is zero":         access.All(access.Role("a"), access.Rule{}),
		"a rule of two identities":    access.Role("a").From("Users").From("Partners"),
		"a public rule with identity": access.Public("why").From("Users"),
	} {
		if text, err := json.Marshal(rule); err == nil {
			t.Errorf("%s = %s, want an error", name, text)
		}
	}
}

// What is read is printed as it was; what is refused leaves nothing behind.
func FuzzRuleJSON(f *testing.F) {
	for _, text := range []string{
		`{"scopes":["orders/read"]}`, `{"anyScope":["a/b","a/c"],"from":"Users"}`, `{"public":"why"}`,
		`{"every":[{"role":"a"},{"any":[{"memberOf":"b"},{"claim":"c","oneOf":[1,2]}]}]}`,
		`{"claim":"c","oneOf":["a","b"],"from":"U"}`, `{"claim":"c","oneOf":[false,true]}`, `{"claim":"c","oneOf":[-0,3e0]}`,
		`{"machine":true}`, `{"person":true,"from":"x"}`, `{"signedIn":true}`, `{"role":"\ud800"}`, `{"role":"a","role":"b"}`, `null`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := access.ParseTable([]byte(`{"version":1,"routes":{"GET /":` + string(text) + `}}`))
		if err == nil {
			rule, _ := table.Rule("GET /")
			again, err := json.Marshal(rule)
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err != nil || e.Encode(rule) != nil || strings.TrimSuffix(b.String(), "\n") != string(text) {
				t.Fatalf("%q is printed as %s, %v", text, again, err)
			}
			if compiled, err := access.Compile(access.Declaration{Route: "GET /", Rule: rule}); err != nil || compiled.Digest() != table.Digest() {
				t.Fatalf("%q is read, and Compile = %v", text, err)
			}
			if d := access.Decide(table, "GET /", &access.Caller{ExpiresAt: now.Add(1)}, now); d.Allowed && rule.NeedsScope("") {
				t.Fatalf("%q lets a caller without a scope through and needs one", text)
			}
		}
		var rule access.Rule
		if json.Unmarshal(text, &rule) != nil {
			if !rule.IsZero() {
				t.Fatalf("%q is refused and leaves %s", text, rule)
			}
			return
		}
		printed, err := json.Marshal(rule)
		if err != nil {
			t.Fatalf("%q is read and cannot be printed: %v", text, err)
		}
		var again access.Rule
		if err := json.Unmarshal(printed, &again); err != nil || again.String() != rule.String() {
			t.Fatalf("%q is printed as %s and read as %s, %v", text, printed, again, err)
		}
	})
}
