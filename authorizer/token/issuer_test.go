package token

import (
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

func TestNewVerifierRefuses(t *testing.T) {
	type change = func(i *Issuer)
	for name, c := range map[string]struct {
		change change
		want   string
	}{
		"no name":                        {func(i *Issuer) { i.Name = "" }, "no name"},
		"no URL":                         {func(i *Issuer) { i.URL = "" }, "not one"},
		"a URL without a host":           {func(i *Issuer) { i.URL = "https://" }, "not one"},
		"a URL with a port only":         {func(i *Issuer) { i.URL = "https://:443" }, "not one"},
		"a URL that is a name":           {func(i *Issuer) { i.URL = "login.example.com" }, "not one"},
		"a URL without slashes":          {func(i *Issuer) { i.URL = "https:login.example.com" }, "not one"},
		"a URL that cannot be read":      {func(i *Issuer) { i.URL = "https://login.example.com/%zz" }, "not one"},
		"a URL over http":                {func(i *Issuer) { i.URL = "http://login.example.com" }, "not https"},
		"a URL over http to 10.0.0.1":    {func(i *Issuer) { i.URL = "http://10.0.0.1" }, "not https"},
		"a URL over http like localhost": {func(i *Issuer) { i.URL = "http://localhost.evil.example" }, "not https"},
		"a URL of a file":                {func(i *Issuer) { i.URL = "file://localhost/etc" }, "not https"},
		"a URL with a user":              {func(i *Issuer) { i.URL = "https://user@login.example.com" }, "user, query or fragment"},
		"a URL with a query":             {func(i *Issuer) { i.URL = "https://login.example.com?a=b" }, "user, query or fragment"},
		"a URL with an empty query":      {func(i *Issuer) { i.URL = "https://login.example.com?" }, "user, query or fragment"},
		"a URL with a fragment":          {func(i *Issuer) { i.URL = "https://login.example.com#a" }, "user, query or fragment"},
		"no profile":                     {func(i *Issuer) { i.Profile = "" }, "profile"},
		"an unknown profile":             {func(i *Issuer) { i.Profile = "Cognito" }, "profile"},
		"no algorithms":                  {func(i *Issuer) { i.Algorithms = nil }, "no algorithms"},
		"the algorithm none":             {func(i *Issuer) { i.Algorithms = []keyset.Algorithm{"none"} }, "algorithm"},
		"an HMAC algorithm":              {func(i *Issuer) { i.Algorithms = []keyset.Algorithm{keyset.RS256, "HS256"} }, "algorithm"},
		"an algorithm twice":             {func(i *Issuer) { i.Algorithms = []keyset.Algorithm{keyset.RS256, keyset.RS256} }, "twice"},
		"no audiences":                   {func(i *Issuer) { i.Audiences = nil }, "no audiences"},
		"an empty audience":              {func(i *Issuer) { i.Audiences = map[string]string{"orders": ""} }, "empty"},
		"an audience for nobody":         {func(i *Issuer) { i.Audiences = map[string]string{"": "orders"} }, "empty"},
		"one audience for two":           {func(i *Issuer) { i.Audiences = map[string]string{"orders": "a", "billing": "a"} }, "one audience"},
		"no clients":                     {func(i *Issuer) { i.Clients, i.AnyClient = nil, false }, "no clients"},
		"clients and any client":         {func(i *Issuer) { i.AnyClient = true }, "one of the two"},
		"an empty client":                {func(i *Issuer) { i.Clients = []string{""} }, "client is empty"},
		"a client twice":                 {func(i *Issuer) { i.Clients = []string{"a", "a"} }, "twice"},
		"no keys":                        {func(i *Issuer) { i.Keys = nil }, "no keys"},
		"an empty name in a path":        {func(i *Issuer) { i.Roles = []string{"realm_access", ""} }, "empty name"},
		"an empty name for groups":       {func(i *Issuer) { i.Groups = []string{""} }, "empty name"},
		"a path that is too long":        {func(i *Issuer) { i.Groups = strings.Split("a.b.c.d.e.f.g.h.i", ".") }, "more than 8"},
		"a mark of people for Cognito":   {func(i *Issuer) { i.Profile, i.Person = ProfileCognito, "email" }, "a claim for people"},
		"the id of another":              {func(i *Issuer) { i.ID = "Users" }, "its id is another's too"},
	} {
		t.Run(name, func(t *testing.T) {
			issuers := testIssuers()
			c.change(&issuers[1])
			v, err := NewVerifier(issuers, testedKnown, nil)
			if err == nil || v != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("NewVerifier = %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestNewVerifierRefusesWhatIssuersAreTogether(t *testing.T) {
	if _, err := NewVerifier(nil, testedKnown, nil); err == nil {
		t.Error("NewVerifier without issuers: no error")
	}
	issuers := testIssuers()
	issuers[2].URL = issuers[1].URL
	if _, err := NewVerifier(issuers, testedKnown, nil); err == nil || !strings.Contains(err.Error(), "has the URL of") {
		t.Errorf("NewVerifier with one URL twice = %v", err)
	}
	issuers = testIssuers()
	issuers[2].Name = issuers[1].Name
	if _, err := NewVerifier(issuers, testedKnown, nil); err == nil || !strings.Contains(err.Error(), "one name") {
		t.Errorf("NewVerifier with one name twice = %v", err)
	}
}

// holder is a Keys that can be compared unless what it holds cannot.
type holder struct{ Keys }

func TestNewVerifierRefusesTwoIssuersWithTheSameKeys(t *testing.T) {
	for name, same := range map[string]Keys{"by pointer": &recordingKeys{}, "by value": holder{&recordingKeys{}}} {
		issuers := testIssuers()
		issuers[0].Keys, issuers[2].Keys = same, same
		v, err := NewVerifier(issuers, testedKnown, nil)
		if v != nil || err == nil || !strings.Contains(err.Error(), `issuer "Others", it has the keys of issuer "Users"`) {
			t.Errorf("%s: NewVerifier = %v, %v, want an error that names both", name, v, err)
		}
	}
}

func TestKeysThatCannotBeComparedDoNotMakeNewVerifierPanic(t *testing.T) {
	for name, pair := range map[string][2]Keys{
		"two maps":                        {keys(), other()},
		"a map and a pointer":             {keys(), &recordingKeys{}},
		"values that hold maps":           {holder{keys()}, holder{other()}},
		"a value with a map and without":  {holder{keys()}, holder{&recordingKeys{}}},
		"two pointers":                    {&recordingKeys{}, &recordingKeys{}},
		"a pointer and a value around it": {&recordingKeys{}, holder{&recordingKeys{}}},
	} {
		issuers := testIssuers()
		issuers[0].Keys, issuers[2].Keys = pair[0], pair[1]
		if _, err := NewVerifier(issuers, testedKnown, nil); err != nil {
			t.Errorf("%s: NewVerifier: %v", name, err)
		}
	}
}

func TestAnIssuerURLThatMayHoldAPasswordOrAQueryIsNotQuoted(t *testing.T) {
	for _, url := range []string{
		"https://user:secret@login.example.com", "https://secret@login.example.com", "https:user:secret@login.example.com", "https://user:secret/realms/a",
		"https://login.example.com?code=secret", "http://login.example.com/?secret", "user:secret@login.example.com", "ftp://user:secret@login.example.com/%zz", "?secret",
	} {
		issuers := testIssuers()
		issuers[0].URL = url
		if _, err := NewVerifier(issuers, testedKnown, nil); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "the URL ") {
			t.Errorf("NewVerifier with %q = %v, want an error that does not quote it", url, err)
		}
	}
	issuers := testIssuers()
	issuers[0].URL = "http://login.example.com"
	if _, err := NewVerifier(issuers, testedKnown, nil); err == nil || !strings.Contains(err.Error(), `got "http://login.example.com"`) {
		t.Errorf("NewVerifier = %v, want an error that quotes the address", err)
	}
}

func TestNewVerifierTakesLoopbackOverHTTP(t *testing.T) {
	for _, url := range []string{"http://127.0.0.1:9000", "http://localhost:9000/realms/a", "http://[::1]:9000", "https://example.com/a/"} {
		issuers := testIssuers()
		issuers[0].URL = url
		if _, err := NewVerifier(issuers, testedKnown, nil); err != nil {
			t.Errorf("NewVerifier with %q: %v", url, err)
		}
	}
}

func TestNewVerifierRefusesTwoScopesWithOneSpelling(t *testing.T) {
	scope := func(server, name string) access.Scope {
		return access.NewResourceServer(server, server).Scope(name, name)
	}
	for name, c := range map[string]struct {
		profile   Profile
		audiences map[string]string
		scopes    []access.Scope
		want      string
	}{
		"audience and name run into each other": {
			ProfileCognito, map[string]string{"a": "x", "b": "x/y"},
			[]access.Scope{scope("a", "y/z"), scope("b", "z")}, `"x/y/z"`,
		},
		"a name alone is another's full spelling": {
			ProfileRFC9068, map[string]string{"a": "x", "b": "y"},
			[]access.Scope{scope("a", "b/read"), scope("b", "read")}, `"b/read"`,
		},
		"a spelling with a space": {
			ProfileCognito, map[string]string{"a": "my api"},
			[]access.Scope{scope("a", "read")}, "no token can have",
		},
		"a scope without a name":   {ProfileCognito, map[string]string{"a": "x"}, []access.Scope{scope("a", "")}, "no usable name"},
		"a scope without a server": {ProfileCognito, map[string]string{"a": "x"}, []access.Scope{{}}, "no resource server"},
		"a name with a space":      {ProfileRFC9068, map[string]string{"a": "x"}, []access.Scope{scope("a", "read all")}, "no usable name"},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := testIssuers()[0]
			issuer.Profile, issuer.Audiences = c.profile, c.audiences
			_, err := NewVerifier([]Issuer{issuer}, Known{Scopes: c.scopes}, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("NewVerifier = %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestOneNameAtTwoServersIsNoConflict(t *testing.T) {
	if _, err := NewVerifier(testIssuers(), Known{Scopes: append(testedScopes, ordersRead)}, nil); err != nil {
		t.Errorf("NewVerifier: %v", err)
	}
}

func TestWhatWasCheckedCannotBeChangedAfterwards(t *testing.T) {
	issuers := testIssuers()
	v, err := NewVerifier(issuers, testedKnown, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	issuers[0].Algorithms[0] = keyset.PS256
	issuers[0].Clients[0] = "evil"
	issuers[0].Audiences["orders"] = "evil"
	for _, c := range []struct {
		v    vector
		want access.Reason
	}{
		{vector{}, access.Allowed},
		{vector{Header: raw(`{"alg":"PS256"}`)}, access.AlgorithmRefused},
		{vector{Claims: raw(`{"client_id":"evil"}`)}, access.ClientUnknown},
		{vector{Claims: raw(`{"aud":"evil"}`)}, access.AudienceRefused},
	} {
		c.v.Profile = ProfileCognito
		verified, err := v.Verify(t.Context(), c.v.token(t))
		if got := reasonOf(t, verified, err); got != c.want {
			t.Errorf("Verify = %v (%v), want %v", got, err, c.want)
		}
	}
}
