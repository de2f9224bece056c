package explain

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer"
)

// inTemplate is the environment variable of a template in which the issuer, its
// keys and one of two clients are known at deploy.
const inTemplate = `{"Fn::Join":["",["{\"version\":1,\"identities\":[{\"name\":\"Shop/Users\",\"issuer\":\"https://",{"Ref":"Host"},
	"\",\"keys\":\"https://",{"Ref":"Host"},"/jwks\",\"profile\":\"rfc9068\",\"algorithms\":[\"ES256\"],\"audiences\":{\"orders\":\"o\"},\"clients\":[\"",{"Ref":"Client"},"\",\"literal\"]}]}"]]}`

const literal = `{"version":1,"identities":[{"name":"Shop/Users","issuer":"https://u.example","keys":"https://u.example/k","profile":"rfc9068","algorithms":["ES256"],"audiences":{"orders":"o"},"anyClient":true}]}`

func appWith(t *testing.T, variable string) *App {
	t.Helper()
	if !json.Valid([]byte(variable)) {
		t.Fatalf("not JSON: %s", variable)
	}
	return &App{identities: parseLateText([]byte(variable))}
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text)
	return string(encoded)
}

func TestWhatTheTemplateKnowsNeedNotBeGiven(t *testing.T) {
	deployed := `"issuer":"https://u.example","keys":"https://u.example/k","clients":["a","literal"]`
	for name, c := range map[string]struct{ variable, given string }{
		"all is literal, nothing is given":       {quoted(literal), ""},
		"all is literal, and given once more":    {quoted(literal), literal},
		"what is late is given":                  {inTemplate, `{"version":1,"identities":[{"name":"Shop/Users",` + deployed + `}]}`},
		"all is given as it was deployed":        {inTemplate, `{"version":1,"identities":[{"name":"Shop/Users",` + deployed + `,"profile":"rfc9068","algorithms": ["ES256"],"audiences":{"orders":"o"}}]}`},
		"all is late and given":                  {`{"Fn::ImportValue":"Identities"}`, literal},
		"all is late, in a list of another kind": {`{"Fn::Join":["",{"Ref":"List"}]}`, literal},
	} {
		t.Run(name, func(t *testing.T) {
			var given []byte
			if c.given != "" {
				given = []byte(c.given)
			}
			got, err := appWith(t, c.variable).Identities(given)
			if err != nil || len(got) != 1 || got[0].Name != "Shop/Users" || got[0].Issuer != "https://u.example" || got[0].Audiences["orders"] != "o" || got[0].Keys != "https://u.example/k" {
				t.Errorf("Identities = %+v, %v", got, err)
			}
		})
	}
}

func TestWhatIsNotKnownOrContradictsIsRefused(t *testing.T) {
	given := func(members string) string { return `{"version":1,"identities":[{` + members + `}]}` }
	all := `"name":"Shop/Users","issuer":"https://u.example","keys":"https://u.example/k","clients":["a"]`
	for name, c := range map[string]struct{ variable, given, want string }{
		"nothing given": {inTemplate, "", `got none for clients, issuer, keys of identity "Shop/Users", write -identity FILE with SCOPEWAY_IDENTITIES as it was deployed, or with those members: ` +
			`{"version":1,"identities":[{"name":"Shop/Users","clients":["…"],"issuer":"…","keys":"…"}]}`},
		"a part given":                    {inTemplate, given(`"name":"Shop/Users","keys":"https://u.example/k"`), `got none for clients, issuer of identity`},
		"all is late and nothing given":   {`{"Ref":"Identities"}`, "", "all of SCOPEWAY_IDENTITIES is known at deploy only"},
		"all is late and rubbish given":   {`{"Ref":"Identities"}`, "{", "json, "},
		"another literal":                 {inTemplate, given(all + `,"profile":"cognito"`), `identity "Shop/Users", profile, the template has another`},
		"a member more":                   {inTemplate, given(all + `,"anyClient":true`), `anyClient, the template has none`},
		"a misspelled member":             {inTemplate, given(all + `,"issuers":"x"`), `issuers, the template has none`},
		"a late member of another type":   {inTemplate, given(strings.Replace(all, `["a"]`, `"a"`, 1)), "clients, must be a list"},
		"an identity that is not trusted": {inTemplate, `{"version":1,"identities":[{` + all + `},{"name":"Other"}]}`, `the app does not trust that identity, got "Other"`},
		"an identity twice":               {inTemplate, `{"version":1,"identities":[{` + all + `},{"name":"Shop/Users"}]}`, `two identities have one name`},
		"an identity without a name":      {inTemplate, given(`"issuer":"x"`), "identity 1, it has no name"},
		"a member twice":                  {inTemplate, given(all + `,"name":"x"`), "member name repeated"},
		"another version":                 {inTemplate, `{"version":2,"identities":[]}`, "version, is not one that is read here, got 2"},
		"another form":                    {inTemplate, `{"version":1,"identity":[]}`, "it is not of the form"},
		"a list":                          {inTemplate, `[]`, "it is not of the form"},
		"a template that is broken":       {quoted(`{"version":1`), "", "the template's are not readable"},
		"a template of another version":   {quoted(`{"version":2,"identities":[]}`), "", "the template's are not readable"},
		"a template that trusts nobody":   {quoted(`{"version":1,"identities":[]}`), "", "is empty"},
		"a template with our own mark":    {quoted("{\"version\":1,\"identities\":[{\"name\":\"" + late + "\"}]}"), "", "all of SCOPEWAY_IDENTITIES is known at deploy only"},
	} {
		t.Run(name, func(t *testing.T) {
			var text []byte
			if c.given != "" {
				text = []byte(c.given)
			}
			got, err := appWith(t, c.variable).Identities(text)
			if err == nil || !strings.Contains(err.Error(), c.want) || got != nil {
				t.Errorf("Identities = %v, %v, want the error %q", got, err, c.want)
			}
		})
	}
}

func TestIdentitiesAreNamedByNameOrID(t *testing.T) {
	identities := []authorizer.Identity{{Name: "Shop/Users", ID: "Users"}, {Name: "Users2", ID: "Partners"}, {Name: "Partners", ID: "X"}}
	for called, want := range map[string]string{"Shop/Users": "Shop/Users", "Users": "Shop/Users", "X": "Partners"} {
		if got, err := Named(identities, called); err != nil || got != want {
			t.Errorf("Named(%q) = %q, %v, want %q", called, got, err, want)
		}
	}
	for called, want := range map[string]string{"": "there are several identities", "Partners": "no identity or several", "users": "no identity or several"} {
		if got, err := Named(identities, called); err == nil || !strings.Contains(err.Error(), want) || got != "" {
			t.Errorf("Named(%q) = %q, %v, want the error %q", called, got, err, want)
		}
	}
	if got, err := Named(identities[:1], ""); err != nil || got != "Shop/Users" {
		t.Errorf("Named of the only one = %q, %v", got, err)
	}
}
