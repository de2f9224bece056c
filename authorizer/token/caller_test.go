package token

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// callerVector is a token that is let through, and what its caller is. What is
// not told must not be there.
type callerVector struct {
	vector
	Kind   access.Kind     `json:"kind"`
	Roles  []string        `json:"roles"`
	Groups []string        `json:"groups"`
	Told   json.RawMessage `json:"told"` // the claims
}

func (v callerVector) nothing() bool {
	return v.Kind == "" && v.Roles == nil && v.Groups == nil && v.Told == nil
}

func loadCallers(t testing.TB) []callerVector {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(must(os.ReadFile("testdata/callers.json"))))
	decoder.DisallowUnknownFields()
	var all []callerVector
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCallers(t *testing.T) {
	verifier := newTestVerifier(t, 0)
	seen := map[string]bool{}
	for _, v := range loadCallers(t) {
		if seen[v.Name] || v.Kind != "" && v.Kind != access.KindMachine && v.Kind != access.KindPerson {
			t.Errorf("two vectors have the name %q, or its kind %q is none", v.Name, v.Kind)
		}
		seen[v.Name] = true
		t.Run(v.Name, func(t *testing.T) {
			verified, err := verifier.Verify(t.Context(), v.token(t))
			if err != nil {
				t.Fatal(err)
			}
			c := verified.Caller()
			if c.Kind != v.Kind || !slices.Equal(c.Roles, v.Roles) || !slices.Equal(c.Groups, v.Groups) {
				t.Errorf("Caller = kind %q, roles %q, groups %q, want %q, %q, %q", c.Kind, c.Roles, c.Groups, v.Kind, v.Roles, v.Groups)
			}
			want := "null"
			if v.Told != nil {
				var b bytes.Buffer
				if err := json.Compact(&b, v.Told); err != nil {
					t.Fatal(err)
				}
				want = b.String()
			}
			if got := string(must(json.Marshal(c.Claims))); got != want {
				t.Errorf("Claims = %s, want %s", got, want)
			}
		})
	}
}

func TestVectorsOfCallersThatSayNothingOutnumberOthers(t *testing.T) {
	var nothing, something int
	for _, v := range loadCallers(t) {
		if v.nothing() {
			nothing++
		} else {
			something++
		}
	}
	if nothing < 2*something {
		t.Errorf("%d vectors say nothing and %d something, want at least twice as many", nothing, something)
	}
}

func TestACallerIsOfTheIdentityOfItsIssuer(t *testing.T) {
	verifier := newTestVerifier(t, 0)
	for _, c := range []struct {
		v    vector
		want string
	}{
		{vector{Profile: ProfileCognito, Claims: raw(`{"identity":"Partners"}`)}, "Users"},
		{vector{Profile: ProfileRFC9068, Claims: raw(`{"identity":"Users"}`)}, "Partners"},
		{vector{Profile: ProfileRFC9068, Header: raw(`{"alg":"ES256","kid":"p256"}`), SignKey: "other", Claims: raw(`{"iss":"` + otherURL + `","identity":"Users"}`)}, ""},
	} {
		verified, err := verifier.Verify(t.Context(), c.v.token(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := verified.Caller().Identity; got != c.want {
			t.Errorf("Identity = %q, want %q", got, c.want)
		}
	}
}

func TestWhatNoRuleNamesIsNotTakenUp(t *testing.T) {
	verifier, err := NewVerifier(testIssuers(), Known{Scopes: testedScopes}, newTestVerifier(t, 0).now)
	if err != nil {
		t.Fatal(err)
	}
	all := `{"department":"sales","groups":["staff"],"realm_access":{"roles":["admin"]},"cognito:groups":["staff"]}`
	for _, profile := range []Profile{ProfileCognito, ProfileRFC9068} {
		verified, err := verifier.Verify(t.Context(), vector{Profile: profile, Claims: raw(all)}.token(t))
		if err != nil {
			t.Fatal(err)
		}
		if c := verified.Caller(); c.Roles != nil || c.Groups != nil || c.Claims != nil {
			t.Errorf("%s: Caller = %+v", profile, c)
		}
	}
}

func TestOnesOwnPlaceForGroupsReplacesCognitos(t *testing.T) {
	issuers := testIssuers()
	issuers[0].Groups = []string{"teams"}
	issuers[0].Roles = []string{"custom:roles"}
	verifier, err := NewVerifier(issuers, testedKnown, newTestVerifier(t, 0).now)
	if err != nil {
		t.Fatal(err)
	}
	issuers[0].Groups[0], issuers[0].Roles[0] = cognitoGroups, cognitoGroups
	verified, err := verifier.Verify(t.Context(), vector{Profile: ProfileCognito,
		Claims: raw(`{"cognito:groups":["staff","admin"],"teams":["admins"],"custom:roles":["auditor"]}`)}.token(t))
	if err != nil {
		t.Fatal(err)
	}
	if c := verified.Caller(); !slices.Equal(c.Groups, []string{"admins"}) || !slices.Equal(c.Roles, []string{"auditor"}) {
		t.Errorf("Groups, Roles = %q, %q", c.Groups, c.Roles)
	}
}

func TestWhoGetsACallerCannotChangeItsRolesGroupsAndClaims(t *testing.T) {
	verified, err := newTestVerifier(t, 0).Verify(t.Context(), vector{Profile: ProfileRFC9068,
		Claims: raw(`{"department":"sales","groups":["staff"],"realm_access":{"roles":["auditor"]}}`)}.token(t))
	if err != nil {
		t.Fatal(err)
	}
	c := verified.Caller()
	c.Roles[0], c.Groups[0], c.Claims["department"] = "admin", "admins", "it"
	if again := verified.Caller(); again.Roles[0] != "auditor" || again.Groups[0] != "staff" || again.Claims["department"] != "sales" {
		t.Errorf("Caller = %+v after a change of its copy", again)
	}
}

// A claim twice is two readings, wherever it stands: such a token is none.
func TestATokenThatSaysSomethingTwiceIsRefused(t *testing.T) {
	for _, twice := range []string{
		`"department":"hr","department":"sales"`, `"department":"hr","d\u0065partment":"sales"`,
		`"groups":[],"groups":["staff"]`, `"realm_access":{"roles":[],"roles":["admin"]}`,
		`"realm_access":{},"realm_access":{"roles":["admin"]}`, `"auth_time":null,"auth_time":1`,
	} {
		_, claims := goodToken(t, ProfileRFC9068)
		text := string(must(json.Marshal(claims)))
		text = text[:len(text)-1] + "," + twice + "}"
		verified, err := newTestVerifier(t, 0).Verify(t.Context(), vector{Profile: ProfileRFC9068, ClaimsText: &text}.token(t))
		if got := reasonOf(t, verified, err); got != access.TokenMalformed {
			t.Errorf("Verify of %s = %v, want malformed", twice, got)
		}
	}
}

// Whatever stands where roles, groups and claims are, nothing is taken up that
// no rule names, and nothing that the token does not have in so many words.
func FuzzCallers(f *testing.F) {
	verifier := newTestVerifier(f, 0)
	key := keys()["ed"]
	_, good := goodToken(f, ProfileRFC9068)
	for _, v := range loadCallers(f) {
		value := func(name string) string {
			if text, ok := v.Claims[name]; ok {
				return string(text)
			}
			return "null"
		}
		f.Add(value("realm_access"), value("groups"), value("department"), value("auth_time"))
	}
	f.Fuzz(func(t *testing.T, realm, groups, department, mark string) {
		text := string(must(json.Marshal(good)))
		text = text[:len(text)-1] + `,"realm_access":` + realm + `,"groups":` + groups + `,"department":` + department + `,"auth_time":` + mark + "}"
		verified, err := verifier.Verify(t.Context(), compact(keyset.EdDSA, key, `{"typ":"at+jwt","alg":"EdDSA","kid":"ed"}`, text))
		reasonOf(t, verified, err)
		if err != nil {
			return
		}
		// encoding/json reads the same text here: it has no names twice.
		var said map[string]any
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		d.UseNumber()
		_ = d.Decode(&said)
		c := verified.Caller()
		object, _ := said["realm_access"].(map[string]any)
		for _, list := range []struct {
			got, known []string
			said       any
		}{{c.Roles, testedKnown.Roles, object["roles"]}, {c.Groups, testedKnown.Groups, said["groups"]}} {
			elements, _ := list.said.([]any)
			for _, name := range list.got {
				if !slices.Contains(list.known, name) || !slices.Contains(elements, any(name)) {
					t.Fatalf("%s gives %q", text, list.got)
				}
			}
			if slices.ContainsFunc(elements, func(e any) bool { _, ok := e.(string); return !ok }) && list.got != nil {
				t.Fatalf("%s gives %q", text, list.got)
			}
		}
		for name, value := range c.Claims {
			switch value := value.(type) {
			case string, bool:
				if name == "department" && value != said["department"] {
					t.Fatalf("%s gives %s = %v", text, name, value)
				}
			case int64:
				if number, _ := said["department"].(json.Number); name == "department" && must(number.Int64()) != value {
					t.Fatalf("%s gives %s = %v", text, name, value)
				}
			default:
				t.Fatalf("%s gives %s = %T", text, name, value)
			}
			if !slices.Contains(testedKnown.Claims, name) {
				t.Fatalf("%s gives the claim %q", text, name)
			}
		}
		if c.Identity != "Partners" || c.Kind == access.KindMachine && c.Subject != c.ClientID {
			t.Fatalf("%s gives %+v", text, c)
		}
	})
}
